import numpy as np
import numpy.typing as npt
import pytest

from helpers.simulated import Simulated, simulate
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.statistics.bootstrap import (
    Draws,
    bootstrap,
    bootstrap_macro,
    bootstrap_macro_median,
    interval,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def one_cell(**values: Floats) -> Scores:
    size = len(next(iter(values.values())))
    return Scores(query=np.arange(size), cell=np.zeros(size, dtype=np.int64), cells=("en",), values=values)


def two_cells(values: Floats) -> Scores:
    size = len(values)
    return Scores(query=np.arange(size), cell=np.arange(size) % 2, cells=("de", "en"), values={"x": values})


def test_one_seed_draws_the_same_clusters_for_every_value() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.random(60), rng.random(60)
    clusters = np.arange(60) % 12
    macro = bootstrap_macro(one_cell(a=first, b=second, both=first - second), clusters, draws=50, seed=7)
    np.testing.assert_allclose(macro("both").values, macro("a").values - macro("b").values, atol=1e-12)
    other = bootstrap_macro(one_cell(a=first), clusters, draws=50, seed=8)
    assert not np.array_equal(other("a").values, macro("a").values)
    again = bootstrap_macro(one_cell(a=first), clusters, draws=50, seed=7)  # drawn anew, after another seed
    np.testing.assert_array_equal(again("a").values, macro("a").values)


def test_draws_with_one_value_per_cluster_have_the_textbook_variance() -> None:
    values = np.random.default_rng(1).gamma(2.0, size=30)
    draws = bootstrap_macro(one_cell(x=values), np.arange(30), draws=20_000, seed=0)("x").values
    assert draws.mean() == pytest.approx(values.mean(), rel=0.01)
    assert draws.var() == pytest.approx(values.var() / 30, rel=0.04)


def test_draws_equal_resampling_the_clusters_by_hand() -> None:
    """A cluster's own share of a cell tells how often it was drawn; repetition does the rest."""
    rng = np.random.default_rng(2)
    groups, size = 8, 64
    values = rng.integers(0, 6, size).astype(np.float64)
    values[rng.random(size) < 0.2] = np.nan
    clusters = rng.integers(0, groups, size)
    clusters[:groups] = np.arange(groups)
    shares = one_cell(**{str(g): (np.arange(groups) == g).astype(np.float64) for g in range(groups)})
    share = bootstrap_macro(shares, np.arange(groups), draws=40, seed=3)
    times = np.rint(groups * np.stack([share(str(g)).values for g in range(groups)], axis=1)).astype(int)
    assert (times.sum(axis=1) == groups).all()
    scores = two_cells(values)
    drawn_averages = bootstrap(scores, clusters, draws=40, seed=3)("x")
    medians = bootstrap_macro_median(scores, "x", clusters, draws=40, seed=3).values
    for draw in range(40):
        cells = [np.flatnonzero((scores.cell == cell) & ~np.isnan(values)) for cell in (0, 1)]
        drawn = [np.repeat(values[cell], times[draw][clusters[cell]]) for cell in cells]
        assert drawn_averages.macro.values[draw] == pytest.approx(np.mean([np.mean(sample) for sample in drawn]))
        assert [cell.values[draw] for cell in drawn_averages.cells] == pytest.approx([np.mean(s) for s in drawn])
        assert medians[draw] == pytest.approx(np.mean([np.median(sample) for sample in drawn]))


def test_draws_that_miss_a_cell_or_everything_are_left_out() -> None:
    only_in_de = np.array([3.0, np.nan, 4.0, np.nan])
    scores, clusters = two_cells(only_in_de), np.array([1, 2, 0, 3])
    with np.errstate(all="raise"):
        means = bootstrap_macro(scores, clusters, draws=200, seed=0)("x")
        medians = bootstrap_macro_median(scores, "x", clusters, draws=200, seed=0)
    assert np.isnan(means.values).any()
    np.testing.assert_array_equal(np.isnan(means.values), np.isnan(medians.values))
    assert means.clusters == medians.clusters == 2
    assert interval(means) == interval(medians) == (3.0, 4.0)


def test_one_cluster_has_no_interval() -> None:
    """Drawn again and again it is the same, which would look like certainty."""
    nowhere_but_cluster_0 = two_cells(np.array([1.0, np.nan, 4.0, np.nan]))
    for clusters in (np.zeros(4, dtype=np.int64), np.array([0, 1, 0, 1])):
        drawn = bootstrap(nowhere_but_cluster_0, clusters, draws=50, seed=0)("x")
        assert [average.clusters for average in drawn.all()] == [1, 1, 0]
        median = bootstrap_macro_median(nowhere_but_cluster_0, "x", clusters, draws=50, seed=0)
        assert all(np.isnan(interval(average)).all() for average in (*drawn.all(), median))


def misses(data: Simulated, clusters: Ints) -> float:
    """How often a 95% interval does not hold the true mean, 0."""
    drawn = bootstrap_macro(data.scores, clusters, draws=1_000, seed=0)
    intervals = np.array([interval(drawn(name)) for name in data.scores.values])
    return float(((intervals[:, 0] > 0) | (intervals[:, 1] < 0)).mean())


@pytest.mark.parametrize("clusters", [40, 240])
def test_intervals_miss_the_true_mean_in_one_of_twenty(clusters: int) -> None:
    data = simulate(clusters=clusters, datasets=2_000, seed=1)
    assert 0.035 <= misses(data, data.clusters) <= 0.065


def test_intervals_would_often_miss_it_if_clusters_were_ignored() -> None:
    data = simulate(clusters=40, datasets=300, seed=1)
    assert misses(data, np.arange(len(data.clusters))) > 0.3


def test_interval_takes_expanded_percentiles() -> None:
    """Levels for 9 clusters by hand: t(8, .975) = 2.306, * sqrt(9 / 8) = 2.446, Phi(-2.446) = .00722."""
    values = np.random.default_rng(0).permutation(np.arange(100_001.0))
    assert interval(Draws(values, 9)) == pytest.approx((722, 99_278), abs=1)
    assert interval(Draws(values, 100_000)) == pytest.approx((2_500, 97_500), abs=1)
    assert interval(Draws(values, 100_000), level=0.5) == pytest.approx((25_000, 75_000), abs=1)
