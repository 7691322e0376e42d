"""BM25: words that query and passage share, weighted by how rare they are among the passages that are ranked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from isoglot.data.collection import Collection
from isoglot.encoder.protocol import CollectionEncoder
from isoglot.encoder.sparse import SparseProduct, SparseVectors
from isoglot.errors import EncoderError
from isoglot.progress import Progress, StartProgress
from isoglot.text.words import words

BM25 = "bm25"
"""The name that it is called by, as an encoder and as a finder of negatives."""

K1, B = 1.5, 0.75
_TEXTS_PER_BATCH = 1_000


@dataclass(frozen=True, eq=False)
class Bm25Index:
    """The words of some passages, weighted in Lucene's form of BM25.

    A passage of length ``l`` that has a word ``f`` times gives it ``idf f / (f + k1 (1 - b + b l / mean l))``, where
    ``idf`` is ``log(1 + (N - n + .5) / (n + .5))`` for a word in ``n`` of ``N`` passages (Kamphuis et al. 2020, "Which
    BM25 do you mean?", section 2). A query counts its words, so that the score is a dot product of sparse vectors.

    Attributes:
        vocabulary: word -> number; of the passages alone.
        passages: (passages, words) float64.
    """

    vocabulary: dict[str, int]
    passages: SparseVectors

    @classmethod
    def of(cls, texts: pa.ChunkedArray, *, progress: Progress | None = None) -> Bm25Index:
        """Weight the words of passages.

        Args:
            texts: the passages.
            progress: told of the texts done.
        """
        vocabulary: dict[str, int] = {}
        counts = _counts(texts, vocabulary, grows=True, progress=progress)
        number, lengths = counts.shape[0], counts.sum(axis=1)
        mean = lengths.sum() / number if lengths.any() else 1
        holding = np.bincount(counts.indices, minlength=counts.shape[1])
        idf = np.log1p((number - holding + 0.5) / (holding + 0.5))
        norm = K1 * (1 - B + B * lengths / mean)
        row = np.repeat(np.arange(number), np.diff(counts.indptr))
        weights = idf[counts.indices] * counts.data / (counts.data + norm[row])
        return cls(vocabulary, SparseVectors(csr_array((weights, counts.indices, counts.indptr), shape=counts.shape)))

    def queries(self, texts: pa.ChunkedArray, *, progress: Progress | None = None) -> SparseVectors:
        """(queries, words) float64, how often each has each word of the vocabulary."""
        return SparseVectors(_counts(texts, self.vocabulary, grows=False, progress=progress))


class Bm25(CollectionEncoder):
    """BM25 as an encoder: fitted on the passages of the collection that it ranks, all languages in one index.

    Words are those of :func:`isoglot.text.words.words`. They are not translated: across languages it finds what shares
    names, numbers and code.
    """

    loaded_as = BM25
    scoring = SparseProduct(BM25)
    fingerprint = f"bm25, lucene, k1 {K1}, b {B}"

    def __init__(self) -> None:
        self._fitted: tuple[pa.Table, Bm25Index] | None = None

    def sides(
        self, collection: Collection, *, progress: StartProgress | None = None
    ) -> tuple[SparseVectors, SparseVectors]:
        """See :class:`isoglot.encoder.protocol.CollectionEncoder`.

        Raises:
            EncoderError: no passage has a word.
        """
        index = self._index(collection, progress)
        told = progress(f"{collection.name} query", len(collection.queries)) if progress else None
        return index.queries(collection.queries["text"], progress=told), index.passages

    def _index(self, collection: Collection, progress: StartProgress | None) -> Bm25Index:
        """Of the passages; those of the last collection are not counted again, however its queries are changed."""
        if self._fitted is None or self._fitted[0] is not collection.passages:
            told = progress(f"{collection.name} passage", len(collection.passages)) if progress else None
            index = Bm25Index.of(collection.passages["text"], progress=told)
            if not index.vocabulary:
                raise EncoderError(f"{collection.name}: no passage has a word, so that {BM25} has nothing to match.")
            self._fitted = collection.passages, index
        return self._fitted[1]


def _counts(texts: pa.ChunkedArray, vocabulary: dict[str, int], *, grows: bool, progress: Progress | None) -> csr_array:
    """(texts, vocabulary) float64, how often each text has each word; where the vocabulary grows, all of its words."""
    parts = []
    for start in range(0, len(texts), _TEXTS_PER_BATCH):
        batch = [words(text) for text in texts.slice(start, _TEXTS_PER_BATCH).to_pylist()]
        if grows:
            found = [[vocabulary.setdefault(word, len(vocabulary)) for word in text] for text in batch]
        else:
            found = [[vocabulary[word] for word in text if word in vocabulary] for text in batch]
        column = np.array([number for text in found for number in text], dtype=np.int32)
        row = np.repeat(np.arange(len(found)), [len(text) for text in found])
        parts.append(csr_array((np.ones(len(column)), (row, column)), shape=(len(found), len(vocabulary))))
        if progress:
            progress(len(batch))
    bounds = np.cumsum(np.concatenate([[0], *(np.diff(part.indptr) for part in parts)]))
    data = np.concatenate([[], *(part.data for part in parts)])
    indices = np.concatenate([np.empty(0, dtype=np.int32), *(part.indices for part in parts)])
    return csr_array((data, indices, bounds), shape=(len(texts), len(vocabulary)))
