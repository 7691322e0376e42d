import numpy as np
import pytest

from isoglot.evaluation.scores import Scores
from isoglot.evaluation.statistics.contributions import ClusterSums, Contributions
from isoglot.evaluation.statistics.effects import standardised, wins

NAN = float("nan")


def test_contributions_add_up_to_the_averages() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=50)
    values[rng.random(50) < 0.2] = NAN
    cell = rng.integers(0, 3, 50)
    values[cell == 1] = NAN  # a cell without a value
    scores = Scores(query=rng.integers(0, 20, 50), cell=cell, cells=("a", "b", "c"), values={"x": values})
    found = ClusterSums.of(scores, "x", np.arange(20) % 7).contributions()
    cells = scores.by_cell("x")
    assert found.total() == pytest.approx([scores.macro("x"), cells["a"], 0.0, cells["c"]])
    assert found.weight.sum(axis=0) == pytest.approx([1, 1, 0, 1])


def test_effect_sizes_by_hand() -> None:
    """Four clusters contribute 1, 3, 0, 0, the last of them without a topic: mean 4/3, deviation sqrt(7/3)."""
    value = np.array([[1.0, 0.0, 2.0], [3.0, 0.0, 2.0], [0.0, 0.0, 2.0], [0.0, 0.0, 2.0]])
    weight = np.array([[0.2, 0.2, 0.2], [0.5, 0.5, 0.2], [0.3, 0.3, 0.2], [0.0, 0.0, 0.4]])
    found = Contributions(value, weight)
    assert standardised(found).tolist() == [pytest.approx((4 / 3) / (7 / 3) ** 0.5), 0.0, np.inf]
    shares = wins(Contributions(value - np.array([[0], [0], [1e-17], [0]]), weight))
    assert shares.higher == pytest.approx([2 / 3, 0, 1])
    assert shares.equal == pytest.approx([1 / 3, 1, 0])
    assert shares.lower == pytest.approx([0, 0, 0])


def test_one_cluster_has_no_spread() -> None:
    assert np.isnan(standardised(Contributions(np.ones((1, 1)), np.ones((1, 1))))).all()
