"""Vectors in fewer bytes: float32 as they are, float16 by rounding, int8 with one scale a vector.

An int8 vector is its own largest component in 127 steps. Nothing is fitted, so a vector packed alone and one packed
among others are the same, whatever machine packs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Ints, Vectors
from isoglot.errors import EncoderError

Precision = Literal["float32", "float16", "int8"]

_STEPS = 127


@dataclass(frozen=True, eq=False)
class Packed:
    """Vectors as they are stored; what is read of them is float32.

    Attributes:
        numbers: (rows, width) float32, float16 or int8; may be memory-mapped.
        scale: (rows,) float32, what the numbers of a row are multiplied by; None but for int8.
    """

    numbers: npt.NDArray[Any]
    scale: Vectors | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, width)."""
        rows, width = self.numbers.shape
        return rows, width

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, rows: Ints | slice) -> Vectors:
        """(n, width) float32, a copy."""
        found = self.numbers[rows].astype(np.float32)
        if self.scale is not None:
            found *= self.scale[rows][:, None]
        return found


def packed(vectors: Vectors, precision: Precision) -> Packed:
    """Pack vectors.

    Args:
        vectors: (rows, width) float32, finite.

    Raises:
        EncoderError: a component is past what float16 holds (65,504).
    """
    if precision == "float32":
        return Packed(np.ascontiguousarray(vectors, dtype=np.float32))
    if precision == "float16":
        with np.errstate(over="ignore"):
            numbers = vectors.astype(np.float16)
        if not np.isfinite(numbers).all():
            raise EncoderError(
                "a vector has a component above 65,504, which float16 cannot hold: take int8 or float32."
            )
        return Packed(numbers)
    largest = np.abs(vectors).max(axis=1)
    scale = np.where(largest == 0, 1, largest / _STEPS).astype(np.float32)
    return Packed(np.rint(vectors / scale[:, None]).clip(-_STEPS, _STEPS).astype(np.int8), scale)
