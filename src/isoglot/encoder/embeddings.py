"""``Embeddings``: the vectors of some texts, in memory or memory-mapped from files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Ints, Vectors
from isoglot.encoder.affine import Affine
from isoglot.errors import EncoderError
from isoglot.roles import Role
from isoglot.vectors.packing import Packed


@dataclass(frozen=True, eq=False)
class Move:
    """What a repaired encoder does to the vectors of its base.

    Attributes:
        transform: for vectors as wide.
        language: (texts,) int64, each text's place in the transform's languages; their number for any other.
        role: of all texts.
    """

    transform: Affine
    language: Ints
    role: Role


@dataclass(frozen=True)
class Embeddings:
    """Vectors that are read a part at a time, so that they may be more than memory holds.

    Attributes:
        shards: (rows, width) float32 arrays, or packed ones, memory-mapped where they come from files.
        place: (texts,) int64, each text's row, counted through all shards; equal texts share a row.
        unit: whether vectors are scaled to length 1 when they are read.
        move: how they are moved before that; None leaves them as the shards have them.
    """

    shards: Sequence[Vectors | Packed]
    place: Ints
    unit: bool = False
    move: Move | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(texts, width)."""
        return len(self.place), self.shards[0].shape[1]

    @property
    def nbytes(self) -> int:
        """Of all vectors."""
        return 4 * len(self.place) * self.shape[1]

    def __len__(self) -> int:
        return len(self.place)

    def __getitem__(self, texts: Ints | slice) -> Vectors:
        """(n, width) float32, a copy, the vectors of the texts at these positions.

        Raises:
            EncoderError: the transform moves a vector to zero.
        """
        rows = self.place[texts]
        vectors = self._stored(rows) if self.move is None else self._moved(self.move, rows, texts)
        if self.unit:
            scale(vectors)
        return vectors

    def _stored(self, rows: Ints) -> Vectors:
        ends = np.cumsum([len(shard) for shard in self.shards])
        home = np.searchsorted(ends, rows, side="right")
        vectors = np.empty((len(rows), self.shape[1]), dtype=np.float32)
        for number in np.unique(home):
            here = home == number
            vectors[here] = self.shards[number][rows[here] - (ends[number] - len(self.shards[number]))]
        return vectors

    def _moved(self, move: Move, rows: Ints, texts: Ints | slice) -> Vectors:
        """Each row once for each language, so that equal texts of one language have the same vector to the bit."""
        languages = len(move.transform.languages) + 1
        pairs, each = np.unique(rows * languages + move.language[texts], return_inverse=True)
        row, language = np.divmod(pairs, languages)
        vectors = self._stored(row)
        if move.transform.unit:
            scale(vectors)
        blank = ~vectors.any(axis=1)  # an empty text's, which may stay without direction
        move.transform.apply(vectors, language, move.role, out=vectors)
        if move.transform.unit and not (vectors.any(axis=1) | blank).all():
            raise EncoderError(f"the transform moves a {move.role} vector to zero: it has no direction.")
        moved: Vectors = vectors[each]
        return moved

    def normalised(self) -> Embeddings:
        """The same vectors, scaled to length 1 as they are read."""
        return replace(self, unit=True)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """All vectors as one array in memory."""
        return self[:].astype(dtype or np.float32, copy=False)


def scale(vectors: Vectors) -> None:
    """To length 1, in place; the zero vector of an empty text stays."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(length == 0, 1, length)
