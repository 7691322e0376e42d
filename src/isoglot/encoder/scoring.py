"""What a ranking needs of texts that an encoder has read: rows, and a way of scoring them.

Rows are of one of three kinds: a dense vector a text (arrays, :class:`~isoglot.encoder.embeddings.Embeddings`), a
sparse vector a text (:class:`~isoglot.encoder.sparse.SparseVectors`), or a vector a token
(:class:`~isoglot.encoder.tokens.TokenVectors`). Each kind is scored in ways of its own.
"""

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np

from isoglot.arrays import Floats, Ints, Similarities, Vectors

_ROUNDING = 2.0**-24  # of float32, relative

Part = TypeVar("Part")
Taken = TypeVar("Taken", contravariant=True)


class Rows(Protocol):
    """A row a text, which may be more than memory holds."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(texts, width); both sides of a search have one width."""
        ...

    @property
    def nbytes(self) -> int:
        """Of all rows, about, if they were read."""
        ...

    def __getitem__(self, texts: Ints, /) -> Any:
        """The rows of the texts at these positions, in memory."""
        ...


class Block(Protocol[Taken]):
    """Passages that are scored."""

    def scores(self, queries: Taken) -> Similarities:
        """(queries, passages) of the scoring's type, in a new array."""
        ...

    def error(self, queries: Taken) -> Similarities:
        """(queries,) how far a query's :meth:`scores` may be from :meth:`exact`."""
        ...

    def exact(self, found: Similarities, queries: Taken, rows: Ints, columns: Ints) -> Similarities:
        """(n,) the scores that decide a ranking, of some pairs.

        Args:
            found: (n,) those of :meth:`scores`.
            queries: those that were scored.
            rows, columns: (n,) int64, which query and which passage.
        """
        ...


class Scoring(Protocol[Part]):
    """How rows of one kind are scored; the greater a score, the nearer. As text, what results call it."""

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """Of scores."""
        ...

    @property
    def copies(self) -> int:
        """How many times the bytes of its rows a block takes."""
        ...

    def sure(self, *, blocks: int) -> bool:
        """Whether what a block's :meth:`Block.scores` gives is what decides, in a pool of so many blocks."""
        ...

    def read(self, rows: Rows, texts: Ints) -> Part:
        """The rows of some texts, as :meth:`block` and its scores take them; they may be sliced."""
        ...

    def block(self, passages: Part) -> Block[Part]:
        """Passages, ready to be scored."""
        ...

    def pairs(self, queries: Part, passages: Part, rows: Ints, columns: Ints) -> Similarities:
        """(n,) the scores of some pairs, each by itself: where scores are not sure, those of :meth:`Block.exact`.

        Args:
            queries, passages: of both sides.
            rows, columns: (n,) int64, which query and which passage.
        """
        ...


@dataclass(frozen=True)
class NamedScoring:
    """What ways of scoring rows that are no dense vectors have in common.

    Attributes:
        name: what results call it.
    """

    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """float32."""
        return np.dtype(np.float32)

    def read(self, rows: Rows, texts: Ints) -> Any:
        """The rows of some texts."""
        return rows[texts]


def longest(vectors: Vectors) -> float:
    """The greatest length of (n, width) vectors; 0 where there is none."""
    squares = np.vecdot(vectors, vectors)
    return float(np.sqrt(squares.max(initial=0), dtype=np.float64))


def product_error(vectors: Vectors, longest: float) -> Floats:
    """(n,) how far products in float32 of (n, width) vectors may be off, with others of at most this length.

    A product of n terms is off by ``n u`` times the sum of their absolutes, in whatever order they are added (Higham,
    Accuracy and Stability of Numerical Algorithms, section 3.1), with ``u`` the rounding of float32; the sum is
    ``|q| |p|`` at most. 8 more of ``u`` stand for the rounding of what is exact and for terms in ``u^2``.
    """
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    found: Floats = (vectors.shape[1] + 8) * _ROUNDING * longest * lengths
    return found
