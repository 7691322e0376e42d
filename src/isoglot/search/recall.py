"""How much of what exact search finds is found where the vectors are too many for memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from isoglot.arrays import Floats, Similarities, Vectors
from isoglot.encoder.affine import Affine, numbers_of
from isoglot.encoder.similarity import Similarity
from isoglot.progress import StartProgress
from isoglot.search.approximate import Approximate
from isoglot.search.candidates import DEPTH
from isoglot.search.memory import fits, moved
from isoglot.search.notes import Arrays, Notes, read_sample
from isoglot.search.store import VECTOR, Table, vectors_of
from isoglot.search.stores import store_at

_QUERIES = 100
_ROUNDING = 1e-5  # of scores that two ways of computing give


@dataclass(frozen=True, kw_only=True)
class Recall:
    """Of the best passages of each language by exact search, the share that approximate search finds.

    Attributes:
        k: how many are the best.
        queries: how many were asked: texts of the index itself.
        languages: of passages -> share, averaged over queries.
    """

    k: int
    queries: int
    languages: dict[str, float]

    @property
    def value(self) -> float:
        """The mean over languages."""
        return float(np.mean(list(self.languages.values())))


def store_recall(
    place: str | Path, *, memory_mib: int, k: int = 10, progress: StartProgress | None = None
) -> Recall | None:
    """Measure the recall of an index against exact search, which reads all vectors once.

    A passage that is as near as the last of the k best counts as one of them.

    Args:
        place: of the index.
        memory_mib: for vectors; where they fit, search is exact and there is nothing to measure.
        k: how many passages of each language are the best.
        progress: begins the queries.

    Returns:
        None where search is exact, or the index has too few texts to ask (30 of each of two languages).

    Raises:
        DataError: there is no index.
        StorageError: the store cannot be read.
    """
    store = store_at(place)
    notes = Notes.read(store, str(place))
    table, similarity = store.table(notes.manifest.table), notes.manifest.similarity
    if fits(table, memory_mib << 20):
        return None
    queries = _queries(read_sample(store, str(place)), notes.repair)
    if not len(queries):
        return None
    source = Approximate(table, similarity=similarity, repair=notes.repair)
    least = _least_of_best(table, queries, source.languages, similarity=similarity, repair=notes.repair, k=k)
    told = progress("recall query", len(queries)) if progress else None
    shares = np.empty((len(queries), len(source.languages)))
    for row, query in enumerate(queries):
        found = source.candidates(query, languages=range(len(source.languages)), depth=DEPTH)
        good = found.scores >= least[row, found.language] - _ROUNDING
        counts = np.bincount(found.language[good], minlength=len(source.languages))
        wanted = np.minimum(k, list(source.counts.values()))
        shares[row] = np.minimum(counts, wanted) / wanted
        if told:
            told(1)
    return Recall(
        k=k, queries=len(queries), languages=dict(zip(source.languages, shares.mean(axis=0).tolist(), strict=True))
    )


def _queries(sample: Arrays, repair: Affine | None) -> Vectors:
    """(queries, width) of as many languages as there are, repaired."""
    sides = {name.removeprefix("query "): found for name, found in sample.items() if name.startswith("query ")}
    if not sides:
        return np.empty((0, 0), dtype=np.float32)
    each = -(-_QUERIES // len(sides))
    parts = [moved(found[:each], [tag] * len(found[:each]), repair, "query") for tag, found in sides.items()]
    return np.concatenate(parts)


def _least_of_best(
    table: Table, queries: Vectors, languages: tuple[str, ...], *, similarity: Similarity, repair: Affine | None, k: int
) -> Floats:
    """(queries, languages) the score of the k-th best passage, of the last where there are fewer."""
    best: list[Similarities] = [np.empty((len(queries), 0), dtype=np.float32) for _ in languages]
    for tags, vectors in _batches(table):
        scores = similarity.block(moved(vectors, tags, repair, "passage")).scores(queries)
        language = numbers_of(tags, languages)
        for number in np.unique(language):
            joined = np.concatenate([best[number], scores[:, language == number]], axis=1)
            best[number] = -np.partition(-joined, k - 1, axis=1)[:, :k] if joined.shape[1] > k else joined
    return np.stack([found.min(axis=1) for found in best], axis=1).astype(np.float64)


def _batches(table: Table) -> Iterator[tuple[list[str], Vectors]]:
    for batch in table.read(["lang", VECTOR]):
        rows = pa.Table.from_batches([batch])
        yield rows["lang"].to_pylist(), vectors_of(rows[VECTOR])
