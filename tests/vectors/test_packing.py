"""Packed vectors: what is read is as near to what was packed as the type of numbers allows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from isoglot.arrays import Vectors
from isoglot.errors import EncoderError
from isoglot.vectors.packing import packed

MANY = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.floats(-1000, 1000, width=32, allow_subnormal=False),
)


@given(MANY)
def test_what_is_read_is_near(vectors: Vectors) -> None:
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    assert (packed(vectors, "float32")[:] == vectors).all()
    assert (np.abs(packed(vectors, "float16")[:] - vectors) <= np.maximum(2**-11 * np.abs(vectors), 2**-24)).all()
    whole = packed(vectors, "int8")
    assert (np.abs(whole[:] - vectors) <= largest / 127 * 0.501).all()
    rows = np.arange(len(vectors))[::-1]
    assert (whole[rows] == whole[:][rows]).all()
    alone = [packed(vectors[row : row + 1], "int8")[:] for row in range(len(vectors))]
    assert (np.concatenate(alone) == whole[:]).all()  # whatever it is packed with


def test_what_float16_cannot_hold_is_refused() -> None:
    with pytest.raises(EncoderError, match=r"above 65,504, which float16 cannot hold: take int8 or float32"):
        packed(np.array([[1, 70_000]], dtype=np.float32), "float16")
