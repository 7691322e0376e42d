import itertools

import numpy as np
import numpy.typing as npt
import pytest

from helpers.simulated import simulate
from isoglot.evaluation.statistics.contributions import Contributions
from isoglot.evaluation.statistics.randomisation import Alternative, sign_flip

Floats = npt.NDArray[np.float64]


def contributions(*columns: list[float]) -> Contributions:
    value = np.array(columns, dtype=np.float64).T
    return Contributions(value, np.full(value.shape, 1 / len(value)))


def literal_p(values: Floats, alternative: str) -> float:
    """Every way to flip, one after the other."""
    signed = values if alternative != "less" else -values
    every = itertools.product((-1, 1), repeat=len(signed))
    flipped = [sum(s * v for s, v in zip(signs, signed, strict=True)) for signs in every]
    found = sum(signed)
    extreme = [(abs(f) >= abs(found) - 1e-9) if alternative == "two-sided" else (f >= found - 1e-9) for f in flipped]
    return sum(extreme) / len(extreme)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("null", [0.0, 0.3])
def test_few_clusters_are_enumerated(alternative: Alternative, null: float) -> None:
    rng = np.random.default_rng(0)
    value = rng.integers(-3, 5, size=(10, 6)) / 10  # many ties between flips
    weight = rng.random((10, 6))
    p = sign_flip(Contributions(value, weight), null=null, alternative=alternative, draws=1024, seed=0)
    assert p == pytest.approx([literal_p(v, alternative) for v in (value - null * weight).T])


def test_random_flips_estimate_the_enumerated_p() -> None:
    some = contributions(*(np.random.default_rng(n).normal(0.3, 1, size=12).tolist() for n in range(20)))
    exact = sign_flip(some, draws=4096, seed=0)
    drawn = sign_flip(some, draws=4095, seed=0)
    assert np.abs(exact - drawn).max() < 0.03
    assert not np.array_equal(exact, drawn)
    np.testing.assert_array_equal((drawn * 4096) % 1, 0)  # (b + 1) / (m + 1)
    many = contributions([1.0] * 40)
    assert sign_flip(many, draws=999, seed=0) == pytest.approx(1 / 1000)  # none is as extreme: never 0


def test_a_column_is_flipped_alike_whatever_stands_beside_it() -> None:
    rng = np.random.default_rng(1)
    value = rng.normal(0.2, 1, size=(30, 5))
    weight = np.full(value.shape, 1 / 30)
    together = sign_flip(Contributions(value, weight), draws=1500, seed=3)
    alone = [sign_flip(Contributions(value[:, [n]], weight[:, [n]]), draws=1500, seed=3)[0] for n in range(5)]
    np.testing.assert_array_equal(together, alone)


def test_nothing_to_see_is_1() -> None:
    assert sign_flip(contributions([5.0]), draws=100, seed=0) == [1.0]  # one cluster
    np.testing.assert_array_equal(sign_flip(contributions([0.0] * 50, [0.0] * 50), draws=100, seed=0), [1.0, 1.0])


@pytest.mark.parametrize("clusters", [10, 40, 240])
def test_one_in_twenty_false_alarms(clusters: int) -> None:
    p = sign_flip(simulate(clusters=clusters, datasets=2_000, seed=1).contributions(), draws=999, seed=3)
    assert 0.035 <= (p <= 0.05).mean() <= 0.065


def test_few_false_alarms_with_skewed_clusters() -> None:
    skewed = simulate(clusters=240, datasets=2_000, seed=1, skewed=True)
    assert 0.035 <= (sign_flip(skewed.contributions(), draws=999, seed=3) <= 0.05).mean() <= 0.065


def test_false_alarms_abound_where_clusters_are_ignored() -> None:
    data = simulate(clusters=40, datasets=2_000, seed=1)
    each_topic = np.arange(len(data.clusters))
    assert (sign_flip(data.contributions(each_topic), draws=199, seed=3) <= 0.05).mean() > 0.3


def test_a_true_difference_is_found() -> None:
    """Of 2.8 standard errors: a normal test finds it in 80% of samples."""
    spread = simulate(clusters=40, datasets=2_000, seed=1).contributions().total().std()
    p = sign_flip(simulate(clusters=40, datasets=2_000, seed=2, mean=2.8 * spread).contributions(), draws=999, seed=3)
    assert 0.72 <= (p <= 0.05).mean() <= 0.85
