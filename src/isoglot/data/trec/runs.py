"""TREC run files: ``query Q0 passage rank score tag``."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints, Similarities
from isoglot.data.collection import Collection
from isoglot.data.tables import first_match
from isoglot.data.trec.triples import Format, read_triples
from isoglot.errors import DataError
from isoglot.files import whole_file

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|[+-]?inf(inity)?|[+-]?nan", re.IGNORECASE)
_SPACES = r"[\s\v\x1c-\x1f\x85\p{Z}]"  # what str.split takes for white space, as readers in Python do


@dataclass(frozen=True, kw_only=True)
class Run:
    """The hits of some queries. Scores alone rank them: equal scores go by descending passage id, as in trec_eval.

    Attributes:
        queries: ids.
        passages: ids of the passages that are a hit of any query.
        start: (queries + 1,) int64; the hits of query n are those from ``start[n]`` to before ``start[n + 1]``.
        passage: (hits,) int64, index into ``passages``.
        score: (hits,) float32, as trec_eval keeps scores: what differs in further digits is equal.
    """

    queries: pa.StringArray
    passages: pa.StringArray
    start: Ints
    passage: Ints
    score: Similarities


def read_run(path: Path) -> Run:
    """Read a TREC run; its name may end in ``.gz``. The column of ranks is not looked at.

    Raises:
        DataError: with the file and line: not six columns, a score that is no number, a passage twice for one
            query; or there is no such file, or no line in it.
    """
    found = read_triples(path, _RUN)
    with np.errstate(over="ignore"):  # beyond float32 is infinite
        score = found.number.astype(np.float32)
    start = np.searchsorted(found.query, np.arange(len(found.queries) + 1))
    return Run(queries=found.queries, passages=found.passages, start=start, passage=found.passage, score=score)


def write_run(
    collection: Collection, path: Path, *, passages: Ints, scores: Similarities, tag: str = "isoglot"
) -> None:
    """Write each query's best passages of the multilingual pool; the file appears whole or not at all.

    Args:
        collection: what was searched.
        path: the file.
        passages: (queries, depth) int64, positions in the collection's passages, best first; -1 after the last hit.
        scores: (queries, depth) float32.
        tag: names the system, in the last column.

    Raises:
        DataError: an id has a space in it, which the format cannot hold.
    """
    for column in (collection.queries["id"], collection.passages["id"]):
        if (bad := first_match(column, rf"^$|{_SPACES}")) is not None:
            raise DataError(
                f"{collection.name}: id {bad!r} has white space, which a TREC run file cannot hold: rename it."
            )
    names = collection.passages["id"].combine_chunks()
    with whole_file(path) as part, part.open("w", encoding="utf-8") as file:
        queries = collection.queries["id"].to_pylist()
        for query, found, values in zip(queries, passages, scores, strict=True):
            there = found >= 0
            hits = zip(names.take(pa.array(found[there])).to_pylist(), values[there].tolist(), strict=True)
            file.writelines(
                f"{query} Q0 {hit} {place} {score:.9g} {tag}\n" for place, (hit, score) in enumerate(hits, start=1)
            )


def _score(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


_RUN = Format(
    what="a TREC run",
    forms=(("query", "Q0", "passage", "rank", "number", "tag"),),
    number="score",
    parse=_score,
    type=pa.float64(),
)
