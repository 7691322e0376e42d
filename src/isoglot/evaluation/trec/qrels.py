"""Relevance judgements as arrays, from TREC's files (``query iteration passage grade``) and BEIR's."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints
from isoglot.evaluation.trec.files import Format, read_triples

_GRADE = re.compile(r"[+-]?[0-9]{1,18}")


@dataclass(frozen=True, kw_only=True)
class Qrels:
    """Attributes:
    queries, passages: ids of what is judged.
    query, passage: (judgements,) int64, index into them; ``query`` ascends.
    grade: (judgements,) int64; above 0 is relevant.
    """

    queries: pa.StringArray
    passages: pa.StringArray
    query: Ints
    passage: Ints
    grade: Ints


def read_qrels(path: Path) -> Qrels:
    """Read TREC qrels of four columns, or BEIR's of three, with their header or without; ``.gz`` too.

    Raises:
        DataError: with the file and line: another number of columns, a grade that is no whole number, a passage
            judged twice for one query; or there is no such file, or no judgement in it.
    """
    found = read_triples(path, _QRELS)
    return Qrels(
        queries=found.queries,
        passages=found.passages,
        query=found.query,
        passage=found.passage,
        grade=found.number.astype(np.int64, copy=False),
    )


def _grade(text: str) -> int | None:
    return int(text) if _GRADE.fullmatch(text) else None


_QRELS = Format(
    what="qrels",
    forms=(("query", "iteration", "passage", "number"), ("query", "passage", "number")),
    number="grade",
    parse=_grade,
    type=pa.int64(),
)
