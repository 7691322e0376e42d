"""Candidates from BM25."""

import numpy as np

from isoglot.arrays import Ints, Similarities
from isoglot.data.parallel import ParallelDataset
from isoglot.encoder.bm25 import BM25, Bm25, Bm25Index
from isoglot.encoder.sparse import SparseVectors
from isoglot.mining.passages import Passages
from isoglot.progress import StartProgress


class Bm25Finder:
    """The house's BM25 (:mod:`isoglot.encoder.bm25`), one index a language.

    Words are not translated: across languages it finds what shares names, numbers and code.
    """

    name = BM25
    fingerprint: str | None = Bm25.fingerprint

    def __init__(self, data: ParallelDataset, *, progress: StartProgress | None = None) -> None:
        self._data, self._progress = data, progress

    def index(self, passages: Passages) -> "Bm25FinderIndex":
        """Count the words of the passages, and weight them."""
        texts = self._data.column("passage", passages.language, passages.first)
        told = self._progress(f"{passages.language} words", len(texts)) if self._progress else None
        return Bm25FinderIndex(self._data, Bm25Index.of(texts, progress=told))


class Bm25FinderIndex:
    """The passages of one language, scored whole rows at a time."""

    least = 0.0

    def __init__(self, data: ParallelDataset, index: Bm25Index) -> None:
        self._data, self._index = data, index
        self._block = Bm25.scoring.block(index.passages)
        self._queries: dict[str, tuple[SparseVectors, Ints]] = {}
        self.widest = index.passages.shape[0]

    def scores(self, language: str, items: Ints, columns: slice) -> Similarities:
        queries, row = self._counted(language)
        return self._block.scores(queries[row[items]])[:, columns]

    def _counted(self, language: str) -> tuple[SparseVectors, Ints]:
        """The queries of a language, all of which are counted at the first call, and each item's row of them."""
        if language not in self._queries:
            there = self._data.has_query[:, self._data.languages.index(language)]
            texts = self._data.column("query", language, np.flatnonzero(there))
            self._queries[language] = self._index.queries(texts), np.cumsum(there) - 1
        return self._queries[language]
