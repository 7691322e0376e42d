"""The transfer matrix: averages, seeds and intervals."""

import numpy as np
import pytest

from isoglot.errors import ConfigError
from isoglot.evaluation.scores import Scores
from isoglot.studies.shift.measures import domain_gap, worst_language
from isoglot.studies.shift.transfer import Target, TransferMatrix, mean_of_runs

HOME = np.array([0, 1])
QUERIES = 120


def scores(seed: int, level: float, cells: tuple[str, ...] = ("de", "en")) -> Scores:
    rng = np.random.default_rng(seed)
    cell = np.arange(QUERIES) % len(cells)
    values = np.clip(level + 0.1 * cell + 0.1 * rng.normal(size=QUERIES), 0, 1)
    return Scores(query=np.arange(QUERIES), cell=cell, cells=cells, values={"map": values})


def matrix(missing: tuple[str, str] | None = None) -> TransferMatrix:
    levels = {("a", "A"): 0.7, ("b", "A"): 0.5, ("a", "B"): 0.4, ("b", "B"): 0.6}
    targets = [
        Target(
            name=target,
            clusters=np.arange(QUERIES) // 4,
            runs={
                source: [scores(seed, levels[source, target]) for seed in range(3)]
                for source in "ab"
                if (source, target) != missing
            },
        )
        for target in "AB"
    ]
    return TransferMatrix.of(targets, "map", sources=("a", "b"), draws=300, seed=1)


def test_values_are_macro_averages_of_seed_means() -> None:
    found = matrix()
    runs = [scores(seed, 0.4).values["map"] for seed in range(3)]
    topics = np.mean(runs, axis=0)
    expected = [topics[0::2].mean(), topics[1::2].mean()]
    np.testing.assert_allclose(found.cells[0, 1], expected)
    np.testing.assert_allclose(found.values[0, 1], np.mean(expected))
    assert found.languages == ("de", "en")
    np.testing.assert_allclose(np.nanmean(found.cell_draws, axis=-1), found.value_draws)


def test_intervals_hold_the_value_and_narrow_for_paired_differences() -> None:
    found = matrix()
    plain = found.estimate(lambda values: values)
    assert (plain.low < plain.value).all()
    assert (plain.value < plain.high).all()
    np.testing.assert_allclose(plain.value, found.values)
    # On one target both sources have the same noise and the same drawn clusters: the difference has no spread.
    paired = found.estimate(lambda values: values[..., 0, :] - values[..., 1, :])
    assert (paired.high - paired.low < 0.1 * (plain.high - plain.low)[0]).all()
    # Targets are drawn apart: the gap between two has the spread of both.
    gap = found.estimate(lambda values: domain_gap(values, HOME))
    assert (gap.high - gap.low > (plain.high - plain.low)[0]).all()


def test_a_missing_run_is_nan_and_null() -> None:
    found = matrix(missing=("b", "A"))
    assert np.isnan(found.values).tolist() == [[False, False], [True, False]]
    gap = found.estimate(lambda values: domain_gap(values, HOME)).to_dict()
    assert gap["value"][0] is not None
    assert gap["value"][1] is gap["low"][1] is gap["high"][1] is None
    language = found.estimate_cells(worst_language)
    assert np.isnan(language.value).tolist() == [False, True]


def test_runs_of_different_topics_are_not_averaged() -> None:
    with pytest.raises(ConfigError, match="same topics"):
        mean_of_runs([scores(0, 0.5), scores(1, 0.5, cells=("de", "fr"))], "map")
    with pytest.raises(ConfigError, match="no run"):
        mean_of_runs([], "map")
