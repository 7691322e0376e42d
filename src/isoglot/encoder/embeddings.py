"""``Embeddings``: the vectors of some texts, in memory or memory-mapped from files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Ints, Vectors


@dataclass(frozen=True)
class Embeddings:
    """Vectors that are read a part at a time, so that they may be more than memory holds.

    Attributes:
        shards: (rows, width) float32 arrays, memory-mapped where they come from files.
        place: (texts,) int64, each text's row, counted through all shards; equal texts share a row.
        unit: whether vectors are scaled to length 1 when they are read.
    """

    shards: Sequence[Vectors]
    place: Ints
    unit: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """(texts, width)."""
        return len(self.place), self.shards[0].shape[1]

    def __len__(self) -> int:
        return len(self.place)

    def __getitem__(self, texts: Ints | slice) -> Vectors:
        """(n, width) float32, a copy, the vectors of the texts at these positions."""
        rows = self.place[texts]
        ends = np.cumsum([len(shard) for shard in self.shards])
        home = np.searchsorted(ends, rows, side="right")
        vectors = np.empty((len(rows), self.shape[1]), dtype=np.float32)
        for number in np.unique(home):
            here = home == number
            vectors[here] = self.shards[number][rows[here] - (ends[number] - len(self.shards[number]))]
        if self.unit:
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def normalised(self) -> Embeddings:
        """The same vectors, scaled to length 1 as they are read."""
        return replace(self, unit=True)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """All vectors as one array in memory."""
        return self[:].astype(dtype or np.float32, copy=False)
