import numpy as np
import pytest

from isoglot.studies.shift.uncertainty import uncertain

RNG = np.random.default_rng(0)


def studies(count: int, *, seeds: int, clusters: int, spread: float) -> list[tuple[float, float]]:
    """Intervals of simulated studies of a difference that is 0: questions differ, and so do trainings."""
    found = []
    for _ in range(count):
        questions, trained = RNG.normal(size=clusters), RNG.normal(scale=spread, size=seeds)
        together = RNG.normal(scale=0.5, size=(seeds, clusters))
        values = questions + trained[:, None] + together
        draws = values.mean(axis=0)[RNG.integers(clusters, size=(400, clusters))].mean(axis=1)
        estimate = uncertain(values.mean(), draws, values.mean(axis=1), clusters)
        found.append((estimate.low, estimate.high))
    return found


@pytest.mark.parametrize(("seeds", "spread"), [(3, 0.0), (3, 0.2), (5, 0.1), (5, 1.0)])
def test_intervals_cover_what_they_say(seeds: int, spread: float) -> None:
    """Nominal 95%; too wide is allowed (seeds' part holds some of the questions'), too narrow is not."""
    intervals = studies(1_000, seeds=seeds, clusters=60, spread=spread)
    missed = np.mean([not low <= 0 <= high for low, high in intervals])
    assert 0.005 <= missed <= 0.065


def test_without_seeds_part_an_interval_would_be_too_narrow() -> None:
    """So the second level is there for a reason."""
    values = [RNG.normal(size=60) + RNG.normal(scale=0.5, size=(3, 1)) for _ in range(500)]
    missed = []
    for value in values:
        draws = value.mean(axis=0)[RNG.integers(60, size=(400, 60))].mean(axis=1)
        one = uncertain(value.mean(), draws, value.mean(axis=1)[:1], 60)
        missed.append(not one.low <= 0 <= one.high)
    assert np.mean(missed) > 0.3


def test_p_and_interval_agree() -> None:
    draws, seeds = RNG.normal(0.02, 0.01, size=2_000), np.array([0.018, 0.022, 0.02])
    found = uncertain(np.array(0.02), draws, seeds, 200)
    assert (found.p < 0.05) == (found.low > 0 or found.high < 0)
    edge = found.value - found.low
    assert found.p_below(edge - found.value) == pytest.approx(0.025)  # the margin at which the lower bound lies
    assert np.isnan(uncertain(np.array(np.nan), draws, seeds, 200).low)
    assert np.isnan(uncertain(np.array(0.1), draws, seeds, 1).p)
