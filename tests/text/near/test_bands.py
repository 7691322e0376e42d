"""Bands find what they should."""

import importlib.util

import pytest

from isoglot.text.near.bands import RECALL, bands
from isoglot.text.near.index import NearIndex


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.9, 1.0])
def test_a_pair_at_the_threshold_is_hardly_ever_missed(threshold: float) -> None:
    count, rows = bands(threshold)
    assert 1 - (1 - threshold**rows) ** count >= RECALL
    assert count * rows <= 128
    if importlib.util.find_spec("datasketch"):
        NearIndex(["text"], threshold=threshold, progress=lambda count: None)  # the library takes these bands
