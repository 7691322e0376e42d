"""Candidates from BM25, by the library bm25s (Lù 2024, arXiv 2407.03618)."""

from typing import Any

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints, Similarities
from isoglot.data.parallel import ParallelDataset
from isoglot.extras import need
from isoglot.mining.passages import Passages
from isoglot.progress import StartProgress
from isoglot.text.words import words

_TEXTS_PER_BATCH = 1_000


class Bm25:
    """BM25 in Lucene's form, k1 = 1.5 and b = 0.75 (bm25s' own); one index a language, over :func:`words`.

    Words are not translated: across languages it finds what shares names, numbers and code.
    """

    name = "bm25"

    def __init__(self, data: ParallelDataset, *, progress: StartProgress | None = None) -> None:
        """Raises:
        ConfigError: the library is not installed.
        """
        bm25s = need("bm25s", extra="mining", what="mining with bm25 needs", instead="or mine with an encoder")
        self.fingerprint: str | None = f"bm25s {bm25s.__version__}, lucene, k1 1.5, b 0.75"
        self._data, self._progress = data, progress
        self._queries: dict[str, tuple[pa.ChunkedArray, Ints]] = {}

    def index(self, passages: Passages) -> "Bm25Index":
        """Count the words of the passages, and weight them; either is a step of the bar for each passage."""
        texts = self._data.column("passage", passages.language, passages.first)
        told = self._progress(f"{passages.language} words", 2 * len(texts)) if self._progress else None
        vocabulary = {"": 0}  # bm25s wants a word, even where no passage has any
        ids: list[list[int]] = []
        for start in range(0, len(texts), _TEXTS_PER_BATCH):
            ids += [
                [vocabulary.setdefault(word, len(vocabulary)) for word in words(text)]
                for text in texts.slice(start, _TEXTS_PER_BATCH).to_pylist()
            ]
            if told:
                told(min(_TEXTS_PER_BATCH, len(texts) - start))
        index = Bm25Index(self, ids, vocabulary)
        if told:
            told(len(texts))
        return index

    def query(self, language: str, item: int) -> str:
        """An item's query; all of the language are read at the first call."""
        if language not in self._queries:
            there = self._data.has_query[:, self._data.languages.index(language)]
            texts = self._data.column("query", language, np.flatnonzero(there)).combine_chunks()
            self._queries[language] = texts, np.cumsum(there) - 1
        texts, row = self._queries[language]
        text: str = texts[int(row[item])].as_py()
        return text


class Bm25Index:
    """The passages of one language, scored whole rows at a time: that is how bm25s scores."""

    least = 0.0

    def __init__(self, bm25: Bm25, ids: list[list[int]], vocabulary: dict[str, int]) -> None:
        import bm25s

        self._bm25, self._vocabulary = bm25, vocabulary
        self.widest = len(ids)
        self._index: Any = bm25s.BM25(method="lucene", k1=1.5, b=0.75, backend="numpy")
        with np.errstate(invalid="ignore"):  # the mean length is 0 where no passage has a word
            self._index.index(bm25s.tokenization.Tokenized(ids=ids, vocab=vocabulary), show_progress=False)

    def scores(self, language: str, items: Ints, columns: slice) -> Similarities:
        found = np.zeros((len(items), self.widest), dtype=np.float32)
        for row, item in enumerate(items.tolist()):
            known = (self._vocabulary.get(word) for word in words(self._bm25.query(language, item)))
            if ids := [number for number in known if number is not None]:
                found[row] = self._index.get_scores_from_ids(ids)
        return found[:, columns]
