"""Bands find what they should, and buckets pair what agrees in a band, nothing else, each pair once."""

import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isoglot.arrays import Hashes
from isoglot.text.near.bands import RECALL, Buckets, Sketches, bands
from isoglot.text.near.index import NearIndex

THRESHOLD = 1.0  # of two bands
BANDS = bands(THRESHOLD)[0]
KEYS = st.lists(st.lists(st.integers(0, 3), min_size=BANDS, max_size=BANDS), max_size=12)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.9, 1.0])
def test_a_pair_at_the_threshold_is_hardly_ever_missed(threshold: float) -> None:
    count, rows = bands(threshold)
    assert 1 - (1 - threshold**rows) ** count >= RECALL
    assert count * rows <= 128
    if importlib.util.find_spec("datasketch"):
        NearIndex(["text"], threshold=threshold)  # the library takes these bands


def keyed(rows: list[list[int]]) -> Hashes:
    return np.array(rows, dtype=np.uint64).reshape(len(rows), BANDS)


@given(KEYS, KEYS, st.integers(0, 12))
def test_buckets_pair_what_agrees_in_a_band(known: list[list[int]], others: list[list[int]], cut: int) -> None:
    """Texts are numbered 3, 5, 7, as where some have no grams; they come in two parts."""
    text = np.arange(len(known)) * 2 + 3
    keys = keyed(known)
    buckets = Buckets([Sketches(text[:cut], keys[:cut]), Sketches(text[cut:], keys[cut:])], threshold=THRESHOLD)
    later, earlier = buckets.pairs()
    agree = (keys[:, None] == keys[None]).any(axis=2)
    assert list(zip(later, earlier, strict=True)) == [
        (text[late], text[early]) for late, early in np.argwhere(np.tril(agree, -1)).tolist()
    ]
    row, found = buckets.candidates(keyed(others))
    met = np.argwhere((keyed(others)[:, None] == keys[None]).any(axis=2)).tolist()
    assert list(zip(row, found, strict=True)) == [(other, text[place]) for other, place in met]
