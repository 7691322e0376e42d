import numpy as np
import numpy.typing as npt
import pytest

from isoglot.evaluation.settings import Scores
from isoglot.evaluation.statistics.bootstrap import bootstrap_macro, bootstrap_macro_median, interval

Floats = npt.NDArray[np.float64]


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
    np.testing.assert_allclose(macro("both"), macro("a") - macro("b"), atol=1e-12)
    other = bootstrap_macro(one_cell(a=first), clusters, draws=50, seed=8)
    assert not np.array_equal(other("a"), macro("a"))
    again = bootstrap_macro(one_cell(a=first), clusters, draws=50, seed=7)  # drawn anew, after another seed
    np.testing.assert_array_equal(again("a"), macro("a"))


def test_draws_with_one_value_per_cluster_have_the_textbook_variance() -> None:
    values = np.random.default_rng(1).gamma(2.0, size=30)
    draws = bootstrap_macro(one_cell(x=values), np.arange(30), draws=20_000, seed=0)("x")
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
    times = np.rint(groups * np.stack([share(str(g)) for g in range(groups)], axis=1)).astype(int)
    assert (times.sum(axis=1) == groups).all()
    scores = two_cells(values)
    means = bootstrap_macro(scores, clusters, draws=40, seed=3)("x")
    medians = bootstrap_macro_median(scores, "x", clusters, draws=40, seed=3)
    for draw in range(40):
        cells = [np.flatnonzero((scores.cell == cell) & ~np.isnan(values)) for cell in (0, 1)]
        drawn = [np.repeat(values[cell], times[draw][clusters[cell]]) for cell in cells]
        assert means[draw] == pytest.approx(np.mean([np.mean(sample) for sample in drawn]))
        assert medians[draw] == pytest.approx(np.mean([np.median(sample) for sample in drawn]))


def test_draws_that_miss_a_cell_or_everything_are_left_out() -> None:
    nowhere_but_cluster_0 = np.array([np.nan, np.nan, 4.0, np.nan])  # as in the cell "de"
    scores, clusters = two_cells(nowhere_but_cluster_0), np.array([1, 2, 0, 3])
    with np.errstate(all="raise"):
        means = bootstrap_macro(scores, clusters, draws=200, seed=0)("x")
        medians = bootstrap_macro_median(scores, "x", clusters, draws=200, seed=0)
    assert np.isnan(means).any()
    np.testing.assert_array_equal(np.isnan(means), np.isnan(medians))
    assert interval(means) == interval(medians) == (4.0, 4.0)


def coverage(*, by_cluster: bool) -> float:
    """How often a 95% interval holds the true mean, 0: 300 data sets of 40 clusters of 6 alike queries."""
    hits = 0
    clusters = np.repeat(np.arange(40), 6)
    for seed in range(300):
        rng = np.random.default_rng(seed)
        values = rng.normal(size=40)[clusters] + 0.5 * rng.normal(size=240)
        units = clusters if by_cluster else np.arange(240)
        low, high = interval(bootstrap_macro(one_cell(x=values), units, draws=400, seed=0)("x"))
        hits += low <= 0 <= high
    return hits / 300


def test_intervals_cover_the_true_mean_and_would_not_if_clusters_were_ignored() -> None:
    assert 0.91 <= coverage(by_cluster=True) <= 0.98
    assert coverage(by_cluster=False) < 0.75


def test_interval_is_the_percentile_interval() -> None:
    draws = np.random.default_rng(0).permutation(np.arange(1001.0))
    assert interval(draws) == pytest.approx((25, 975))
    assert interval(draws, level=0.5) == pytest.approx((250, 750))
