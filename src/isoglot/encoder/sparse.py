"""Sparse vectors: a text as the weights of some of many dimensions, such as the words of a vocabulary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Ints, Similarities
from isoglot.encoder.scoring import NamedScoring

_PRODUCT_BYTES = 32 << 20  # of scores that are made at a time, before they are rounded
_BYTES = 24  # of a score: its sparse form, and its dense one


@dataclass(frozen=True, eq=False)
class SparseVectors:
    """Attributes:
    matrix: (texts, dimensions) float32 or float64; a text without a weight matches nothing.
    """

    matrix: csr_array

    @property
    def shape(self) -> tuple[int, int]:
        """(texts, dimensions)."""
        return self.matrix.shape[0], self.matrix.shape[1]

    @property
    def nbytes(self) -> int:
        """Of what is stored."""
        return int(self.matrix.data.nbytes + self.matrix.indices.nbytes + self.matrix.indptr.nbytes)

    def __getitem__(self, texts: Ints | slice, /) -> SparseVectors:
        """The vectors of the texts at these positions."""
        return SparseVectors(csr_array(self.matrix[texts]))


@dataclass(frozen=True)
class SparseProduct(NamedScoring):
    """The dot product of sparse vectors: summed in float64, in the order of the dimensions, and rounded to float32.

    A pair has the same score whatever it is scored with.
    """

    @property
    def copies(self) -> int:
        """The vectors, and the same by dimension."""
        return 2

    def sure(self, *, blocks: int) -> bool:
        """Always."""
        return True

    def block(self, passages: SparseVectors) -> SparseBlock:
        """Passages, ready to be scored."""
        return SparseBlock(csr_array(passages.matrix.T.tocsr()))

    def pairs(self, queries: SparseVectors, passages: SparseVectors, rows: Ints, columns: Ints) -> Similarities:
        """(n,) float32, the scores of some pairs."""
        products = queries.matrix[rows].astype(np.float64).multiply(passages.matrix[columns])
        found: Similarities = products.sum(axis=1).astype(np.float32)
        return found


@dataclass(frozen=True, eq=False)
class SparseBlock:
    """Attributes:
    postings: (dimensions, passages), which passages have each dimension.
    """

    postings: csr_array

    def scores(self, queries: SparseVectors) -> Similarities:
        found = np.empty((queries.shape[0], self.postings.shape[1]), dtype=np.float32)
        rows = max(1, _PRODUCT_BYTES // (_BYTES * max(1, found.shape[1])))
        for start in range(0, len(found), rows):
            part = queries.matrix[start : start + rows].astype(np.float64, copy=False)
            found[start : start + rows] = (part @ self.postings).toarray()
        return found

    def error(self, queries: SparseVectors) -> Similarities:
        return np.zeros(queries.shape[0], dtype=np.float32)

    def exact(self, found: Similarities, queries: SparseVectors, rows: Ints, columns: Ints) -> Similarities:
        return found
