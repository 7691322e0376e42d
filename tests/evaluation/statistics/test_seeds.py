import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from isoglot.evaluation.statistics.randomisation import Alternative
from isoglot.evaluation.statistics.seeds import SeedEstimate, seed_estimate

Floats = npt.NDArray[np.float64]


def simulate(*, runs: tuple[int, int], seed_variance: float, shared: float = 1.0, mean: float = 0.0) -> SeedEstimate:
    """2,000 data sets of 60 clusters of unequal weight; variances are in units of what clusters give the difference.

    Args:
        runs: of A and of B.
        seed_variance: of a run's average, moving all clusters alike.
        shared: of a run's average, from what a seed does to each cluster by itself.
        mean: true difference, in standard errors of the clusters.
    """
    rng, clusters, datasets = np.random.default_rng(5), 60, 2_000
    size = rng.integers(1, 10, clusters)
    weight = np.repeat((size / size.sum())[:, None], datasets, axis=1)
    unit = 1 / np.sqrt((weight**2).sum(axis=0))
    arms = []
    for arm, count in enumerate(runs):
        own = rng.normal(size=(count, clusters, datasets)) * shared**0.5 * unit
        drift = rng.normal(size=(count, 1, datasets)) * seed_variance**0.5
        difference = (rng.normal(size=(clusters, datasets)) * unit + mean) * arm
        arms.append(weight * (own + drift + difference))
    return seed_estimate(arms[0], arms[1], weight)


def misses(estimate: SeedEstimate, truth: float = 0.0) -> float:
    low, high = estimate.interval()
    return float(((low > truth) | (high < truth)).mean())


@pytest.mark.parametrize("runs", [(3, 3), (5, 5), (3, 5)])
@pytest.mark.parametrize("seed_variance", [0.3, 1.0, 5.0])
def test_one_in_twenty_false_alarms(runs: tuple[int, int], seed_variance: float) -> None:
    estimate = simulate(runs=runs, seed_variance=seed_variance, shared=0.3)
    alarms = (estimate.test() <= 0.05).mean()
    assert 0.035 <= alarms <= 0.065
    assert misses(estimate) == pytest.approx(alarms)  # interval and test are one


def test_false_alarms_abound_where_the_seeds_of_a_side_were_not_varied() -> None:
    """Which is why the result says so."""
    assert (simulate(runs=(1, 1), seed_variance=1.0, shared=0.3).test() <= 0.05).mean() > 0.15


def test_a_margin_is_passed_in_one_of_twenty() -> None:
    estimate = simulate(runs=(5, 5), seed_variance=1.0, shared=0.3, mean=1.0)
    margin = float(np.abs(estimate.difference.mean()))
    assert 0.035 <= (estimate.test(null=margin, alternative="less") <= 0.05).mean() <= 0.065
    assert 0.035 <= (estimate.test(null=margin, alternative="greater") <= 0.05).mean() <= 0.065


def test_what_a_seed_does_to_single_clusters_is_not_counted_twice() -> None:
    """Counting the clusters' and the seeds' parts whole would give 2% or less here."""
    alarms = (simulate(runs=(5, 5), seed_variance=0.0, shared=1.0).test() <= 0.05).mean()
    assert 0.03 <= alarms <= 0.055


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_one_run_a_side_is_the_t_test_over_clusters(alternative: Alternative) -> None:
    difference = np.random.default_rng(0).normal(0.2, 1, size=(30, 4))
    weight = np.full((30, 4), 1 / 30)
    estimate = seed_estimate(np.zeros((1, 30, 4)), weight * difference[None], weight)
    expected = stats.ttest_1samp(difference, 0.1, alternative=alternative)
    np.testing.assert_allclose(estimate.test(null=0.1, alternative=alternative), expected.pvalue)
    bounds = stats.ttest_1samp(difference, 0.0).confidence_interval()
    np.testing.assert_allclose(estimate.interval(), [bounds.low, bounds.high])


def test_clusters_that_all_agree_leave_welchs_test_over_runs() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(0, 1, size=(3, 1, 4)), rng.normal(1, 2, size=(5, 1, 4))
    weight = np.repeat(rng.dirichlet(np.ones(9))[:, None], 4, axis=1)
    found = seed_estimate(a * weight, b * weight, weight)
    np.testing.assert_allclose(found.test(), stats.ttest_ind(b[:, 0], a[:, 0], equal_var=False).pvalue)


def test_nothing_differs_and_one_cluster() -> None:
    weight = np.full((9, 1), 1 / 9)
    same = seed_estimate(np.ones((2, 9, 1)) * weight, np.ones((2, 9, 1)) * weight, weight)
    assert same.test() == 1
    assert np.concatenate(same.interval()).tolist() == [0.0, 0.0]
    single = seed_estimate(np.zeros((2, 1, 1)), np.ones((2, 1, 1)), np.ones((1, 1)))
    assert single.test() == 1
    assert np.isnan(single.interval()).all()
