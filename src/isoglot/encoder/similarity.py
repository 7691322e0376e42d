"""What an encoder's dense vectors say about two texts: its similarity, and the scores that follow from it.

The greater a score, the nearer; a distance counts as its negative, as in sentence-transformers. An encoder names one of
four in ``similarity_fn_name``; everything that scores vectors takes it from here.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np

from isoglot.arrays import Floats, Ints, Similarities, Vectors
from isoglot.encoder.protocol import CollectionEncoder, Encoder
from isoglot.encoder.scoring import Block, Rows, Scoring, longest, product_error
from isoglot.errors import EncoderError

_ROUNDING = 2.0**-53  # of float64, relative
_SURE = 2.0**26  # a squared distance is taken from a product if it is so many times the product's error
_PAIR_BYTES = 1 << 18  # at a time: what a cache holds, and no array for which the system hands out new pages


class Similarity(StrEnum):
    """How an encoder's vectors are compared."""

    COSINE = "cosine"
    DOT = "dot"
    EUCLIDEAN = "euclidean"
    MANHATTAN = "manhattan"

    @property
    def unit(self) -> bool:
        """Whether vectors are scaled to length 1 before they are compared."""
        return self is Similarity.COSINE

    @property
    def distance(self) -> bool:
        """Whether scores are negative distances; products of vectors otherwise."""
        return self in (Similarity.EUCLIDEAN, Similarity.MANHATTAN)

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """Of scores: products are as exact as the vectors, distances are exact to float64."""
        return np.dtype(np.float64 if self.distance else np.float32)

    def sure(self, *, blocks: int) -> bool:
        """See :class:`~isoglot.encoder.scoring.Scoring`.

        Products of a single block are: each is computed once, and all of them alike. In several blocks a pair is
        scored with others, which may change its last bit, so :meth:`Block.exact` decides.
        """
        return self is Similarity.MANHATTAN or (not self.distance and blocks == 1)

    @property
    def copies(self) -> int:
        """See :class:`~isoglot.encoder.scoring.Scoring`: distances are computed from a float64 copy."""
        return 3 if self.distance else 1

    def read(self, rows: Rows, texts: Ints) -> Vectors:
        """(n, width) float32."""
        return np.ascontiguousarray(rows[texts], dtype=np.float32)

    def block(self, passages: Vectors) -> Block[Vectors]:
        """Passages, ready to be scored.

        Args:
            passages: (passages, width) float32, of length 1 where :attr:`unit`; queries likewise.
        """
        if self is Similarity.EUCLIDEAN:
            return _Euclidean(passages)
        return _Manhattan(passages) if self is Similarity.MANHATTAN else _Product(passages)

    def pairs(self, queries: Vectors, passages: Vectors, rows: Ints, columns: Ints) -> Floats:
        """The scores of some pairs, each by itself.

        Args:
            queries, passages: (queries, width) and (passages, width) float32.
            rows, columns: (n,) int64, which query and which passage.

        Returns:
            (n,) float64; a product is rounded to float32.
        """
        found = np.empty(len(rows))
        size = max(1, _PAIR_BYTES // (8 * queries.shape[1]))
        for start in range(0, len(rows), size):
            part = slice(start, start + size)
            found[part] = self._pairs(queries[rows[part]].astype(np.float64), passages[columns[part]])
        return found

    def _pairs(self, queries: Floats, passages: Vectors) -> Floats:
        if not self.distance:
            products: Floats = np.vecdot(queries, passages.astype(np.float64)).astype(np.float32)
            return products
        apart = np.subtract(queries, passages, out=queries)
        if self is Similarity.MANHATTAN:
            found: Floats = -np.abs(apart, out=apart).sum(axis=1)
        else:
            found = -np.sqrt(np.square(apart, out=apart).sum(axis=1))
        return found


@dataclass(frozen=True, eq=False)
class _Product:
    """By dot product in float32."""

    passages: Vectors

    @cached_property
    def _longest(self) -> float:
        return longest(self.passages)

    def scores(self, queries: Vectors) -> Similarities:
        found: Similarities = queries @ self.passages.T
        return found

    def error(self, queries: Vectors) -> Similarities:
        return product_error(queries, self._longest)

    def exact(self, found: Similarities, queries: Vectors, rows: Ints, columns: Ints) -> Similarities:
        return Similarity.DOT.pairs(queries, self.passages, rows, columns).astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Manhattan:
    """By the sum of absolute differences in float64, a pair after the other: twenty times a product's time."""

    passages: Vectors

    def scores(self, queries: Vectors) -> Similarities:
        import torch  # takes seconds, and is not needed for the others

        rows, columns = (torch.from_numpy(side.astype(np.float64)) for side in (queries, self.passages))
        found: Similarities = torch.cdist(rows, columns, p=1.0).neg_().numpy()
        return found

    def error(self, queries: Vectors) -> Similarities:
        return np.zeros(len(queries))

    def exact(self, found: Similarities, queries: Vectors, rows: Ints, columns: Ints) -> Similarities:
        return found


@dataclass(frozen=True, eq=False)
class _Euclidean:
    """By a float64 product, ``2qp - |q|^2 - |p|^2`` about the passages' mean.

    The sum loses digits where a distance is small beside the vectors, but by a known bound: with ``u`` the rounding of
    float64, centring is off by ``4u``, a product of n terms by ``n u`` times the sum of their absolutes (Higham,
    Accuracy and Stability of Numerical Algorithms, section 3.1), which is ``2 (|q|^2 + |p|^2)`` at most, and its terms
    ``|q|^2`` and ``|p|^2`` by ``n u`` again; the differences' own sum is off by as much. All of it is below
    ``8 (n + 8) u (|q|^2 + |p|^2)``. Distances that are small beside this are computed from differences instead, and a
    ranking asks :meth:`exact` wherever the rest could decide it.
    """

    passages: Vectors
    _centre: Vectors = field(init=False)
    _factors: Floats = field(init=False)  # (passages, width + 2)
    _longest: float = field(init=False)  # squared

    def __post_init__(self) -> None:
        centre = self.passages.mean(axis=0, dtype=np.float64).astype(np.float32)
        moved, squares = _centred(self.passages, centre)
        factors = np.hstack([2 * moved, np.full((len(moved), 1), -1.0), -squares[:, None]])
        for name, value in (("_centre", centre), ("_factors", factors), ("_longest", float(squares.max(initial=0)))):
            object.__setattr__(self, name, value)

    def scores(self, queries: Vectors) -> Similarities:
        moved, squares = _centred(queries, self._centre)
        found = np.hstack([moved, squares[:, None], np.ones((len(moved), 1))]) @ self._factors.T
        row, column = np.nonzero(found > -_SURE * self._squared_error(squares)[:, None])
        found[row, column] = -1  # whatever has a root
        np.sqrt(np.negative(found, out=found), out=found)
        np.negative(found, out=found)
        found[row, column] = Similarity.EUCLIDEAN.pairs(queries, self.passages, row, column)
        return found

    def error(self, queries: Vectors) -> Similarities:
        squares = _centred(queries, self._centre)[1]
        off = self._squared_error(squares)
        # The root's slope at the least square that is taken from a product, and the roundings of both roots.
        found: Floats = np.sqrt(off / _SURE) + 4 * _ROUNDING * np.sqrt(2 * (squares + self._longest))
        return found

    def exact(self, found: Similarities, queries: Vectors, rows: Ints, columns: Ints) -> Similarities:
        return Similarity.EUCLIDEAN.pairs(queries, self.passages, rows, columns)

    def _squared_error(self, squares: Floats) -> Floats:
        error: Floats = 8 * (self._factors.shape[1] + 6) * _ROUNDING * (squares + self._longest)
        return error


def _centred(vectors: Vectors, centre: Vectors) -> tuple[Floats, Floats]:
    """(n, width) float64 moved, and (n,) their squared lengths."""
    moved = vectors.astype(np.float64) - centre
    return moved, np.vecdot(moved, moved)


def scoring_of(encoder: Encoder) -> Scoring[Any]:
    """How what the encoder makes of texts is scored, be it dense vectors or not.

    Raises:
        EncoderError: see :func:`similarity_of`.
    """
    return encoder.scoring if isinstance(encoder, CollectionEncoder) else similarity_of(encoder)


def similarity_of(encoder: Encoder) -> Similarity:
    """How the encoder's vectors are compared; by cosine where it does not say.

    Raises:
        EncoderError: in a way that is none of :class:`Similarity`; or it does not have one dense vector a text.
    """
    if isinstance(encoder, CollectionEncoder) and not encoder.is_dense:
        raise EncoderError(
            f"{encoder.loaded_as} has no dense vectors, which this needs: take an encoder that has one vector a text."
        )
    name = getattr(encoder, "similarity_fn_name", None) or "cosine"
    try:
        return Similarity(str(getattr(name, "value", name)))
    except ValueError:
        raise EncoderError(
            f"the encoder compares vectors by {str(name)!r}, but isoglot ranks by {', '.join(Similarity)} alone: "
            "its results would not be this encoder's."
        ) from None
