"""Equal values in arrays, against what dictionaries say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from isoglot.arrays import distinct


@given(st.lists(st.integers(-3, 3)))
def test_different_values_are_numbered_as_they_appear(values: list[int]) -> None:
    first, number = distinct(np.array(values, dtype=np.int64))
    different = list(dict.fromkeys(values))
    assert first.tolist() == [values.index(value) for value in different]
    assert number.tolist() == [different.index(value) for value in values]
