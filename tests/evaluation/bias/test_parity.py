from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isoglot.evaluation.bias.parity import Parity, parity
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.statistics.bootstrap import Draws, bootstrap, interval


def scores(means: Sequence[float], *, topics: int = 1, noise: float = 0.0) -> Scores:
    """So many topics a cell, around its mean; query n of every cell is of cluster n."""
    rng = np.random.default_rng(0)
    return Scores(
        query=np.arange(topics * len(means)),
        cell=np.repeat(np.arange(len(means)), topics),
        cells=tuple(f"l{n}" for n in range(len(means))),
        values={"map": np.repeat(means, topics) + noise * rng.random(topics * len(means))},
    )


def found(means: Sequence[float]) -> Parity:
    return parity(scores(means), "map", np.arange(len(means)), draws=20, seed=0)


def literal_gini(values: list[float]) -> float:
    mean = sum(values) / len(values)
    return sum(abs(a - b) for a in values for b in values) / (2 * len(values) ** 2 * mean) if mean else 0.0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_spread_equals_its_literal_definitions(means: list[float]) -> None:
    result = found(means)
    assert result.gap.value == max(means) - min(means)
    assert result.gini.value == pytest.approx(literal_gini(means), abs=1e-9)
    assert result.p10.value == pytest.approx(float(np.percentile(means, 10)))
    assert (result.cells[result.worst], list(result.cells.values())) == (min(means), means)


def test_known_spreads() -> None:
    assert [found(means).gini.value for means in ([1, 2, 3, 4], [0, 0, 0, 1], [0.5] * 3, [0, 0])] == pytest.approx(
        [0.25, 0.75, 0, 0]
    )
    assert [found(means).p10.value for means in ([0, 1], list(range(11)))] == pytest.approx([0.1, 1])
    doubled, plain = found([2, 4, 10]), found([1, 2, 5])
    assert (doubled.gap.value, doubled.gini.value) == pytest.approx((2 * plain.gap.value, plain.gini.value))


def test_intervals_are_of_the_spread_in_every_draw() -> None:
    table, clusters = scores([0.2, 0.5, 0.9], topics=7, noise=0.4), np.tile(np.arange(7), 3)
    drop = table.values["map"]
    drop[:5] = np.nan  # the first language has two clusters, so that draws miss it
    result = parity(table, "map", clusters, draws=400, seed=3)
    drawn = bootstrap(table, clusters, draws=400, seed=3)("map").cells
    by_draw = [[float(v) for v in row if v == v] for row in zip(*(cell.values for cell in drawn), strict=True)]
    assert {len(row) for row in by_draw} == {2, 3}
    for spread, measure in (
        (result.gap, lambda row: max(row) - min(row)),
        (result.gini, literal_gini),
        (result.p10, lambda row: float(np.percentile(row, 10))),
    ):
        expected = interval(Draws(np.array([measure(row) for row in by_draw]), clusters=7))
        assert (spread.low, spread.high) == pytest.approx(expected)
        assert spread.low < spread.value < spread.high
