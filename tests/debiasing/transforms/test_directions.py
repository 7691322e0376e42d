"""The directions that are removed, on planted samples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.languagevectors import moved, planted
from isoglot.debiasing.transforms.directions import Directions
from isoglot.errors import ConfigError
from isoglot.roles import ROLES

FEW = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 10_000)


@FEW
@given(seeds, st.floats(0.1, 1), st.integers(1, 4))
def test_directions_are_those_in_which_means_spread_most(seed: int, strength: float, rank: int) -> None:
    sample = planted(seed)
    transform = Directions(strength=strength, rank=rank, unit=False).fit(sample)
    assert not transform.by_language
    spread = np.concatenate([m - m.mean(axis=0) for m in map(sample.means, ROLES)])
    left = np.concatenate([m - m.mean(axis=0) for m in map(moved(transform, sample).means, ROLES)])
    energy = np.linalg.svd(spread, compute_uv=False) ** 2
    expected = energy[rank:].sum() + (1 - strength) ** 2 * energy[:rank].sum()
    np.testing.assert_allclose((left**2).sum(), expected, rtol=1e-3, atol=1e-5)


def test_directions_beyond_the_spread_of_the_means_are_refused() -> None:
    sample = planted(0)  # two roles of three languages: four directions
    Directions(strength=1, rank=4).fit(sample)
    with pytest.raises(ConfigError, match="3 languages spread in 4 directions, so that 5 cannot"):
        Directions(strength=1, rank=5).fit(sample)
