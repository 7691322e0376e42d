"""Formulas of robustness against literal sums, and what a missing value does to each."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats  # type: ignore[import-untyped, unused-ignore]

from isoglot.errors import ConfigError
from isoglot.studies.shift.measures import (
    absolute_robustness,
    domain_gap,
    effective_robustness,
    in_domain,
    mean_gap,
    mean_kept,
    mean_target_drop,
    out_of_domain,
    relative_robustness,
    source_drop,
    target_drop,
    worst_cell,
    worst_domain,
    worst_language,
)

# Sources SQuAD, TriviaQA, NQ, zero-shot; targets their domains and one that is nobody's.
MATRIX = np.array([[0.8, 0.5, 0.6, 0.4], [0.6, 0.7, 0.5, 0.3], [0.7, 0.4, 0.9, 0.5], [0.5, 0.3, 0.4, 0.2]])
HOME = np.array([0, 1, 2, -1])
NAN = math.nan


def test_relative_and_absolute() -> None:
    clean, shifted = np.array([0.8, 0.5, 0.0]), np.array([0.2, 0.6, 0.0])
    np.testing.assert_allclose(relative_robustness(shifted, clean), [0.25, 1.2, NAN])
    np.testing.assert_allclose(absolute_robustness(shifted, clean), [0.4, 1.1, 1.0])


def test_source_drop_is_from_home() -> None:
    expected = [[NAN, 0.3, 0.2, 0.4], [0.1, NAN, 0.2, 0.4], [0.2, 0.5, NAN, 0.4], [NAN] * 4]
    np.testing.assert_allclose(source_drop(MATRIX, HOME), expected)


def test_target_drop_is_from_the_native_source() -> None:
    expected = [[NAN, 0.2, 0.3, NAN], [0.2, NAN, 0.4, NAN], [0.1, 0.3, NAN, NAN], [0.3, 0.4, 0.5, NAN]]
    np.testing.assert_allclose(target_drop(MATRIX, HOME), expected)
    with pytest.raises(ConfigError, match="share a home"):
        target_drop(MATRIX, np.array([0, 0, 2, -1]))


def test_domain_gap_is_in_domain_minus_mean_abroad() -> None:
    np.testing.assert_allclose(domain_gap(MATRIX, HOME), [0.8 - 1.5 / 3, 0.7 - 1.4 / 3, 0.9 - 1.6 / 3, NAN])


@given(arrays(np.float64, (3, 4, 4), elements=st.floats(0, 1)))
def test_draws_are_carried_along(draws: np.ndarray) -> None:
    for figure in (source_drop, target_drop, domain_gap):
        np.testing.assert_array_equal(figure(draws, HOME), np.stack([figure(one, HOME) for one in draws]))


def test_a_failed_cell_makes_what_needs_it_unknown() -> None:
    failed = MATRIX.copy()
    failed[0, 3] = NAN
    assert np.isnan(domain_gap(failed, HOME)).tolist() == [True, False, False, True]
    assert np.isnan(worst_domain(failed)).tolist() == [True, False, False, False]


def test_effective_robustness_is_the_residual_of_the_logit_fit() -> None:
    rng = np.random.default_rng(0)
    inside, outside = rng.uniform(0.3, 0.9, size=(2, 8))
    reference = np.arange(8) < 6
    logit = np.log(inside / (1 - inside)), np.log(outside / (1 - outside))
    line = stats.linregress(logit[0][reference], logit[1][reference])
    expected = outside - 1 / (1 + np.exp(-(line.intercept + line.slope * logit[0])))
    np.testing.assert_allclose(effective_robustness(inside, outside, reference), expected)
    stacked = effective_robustness(np.stack([inside] * 2), np.stack([outside] * 2), reference)
    np.testing.assert_allclose(stacked, [expected, expected])


def test_effective_robustness_of_models_on_one_line_is_0() -> None:
    inside = np.array([0.2, 0.4, 0.6, 0.8])
    outside = 1 / (1 + np.exp(0.5 - 0.7 * np.log(inside / (1 - inside))))
    found = effective_robustness(inside, outside + np.array([0, 0, 0, 0.1]), np.array([True, True, True, False]))
    np.testing.assert_allclose(found, [0, 0, 0, 0.1], atol=1e-12)


def test_effective_robustness_needs_three_models_within_0_and_1() -> None:
    with pytest.raises(ConfigError, match="at least 3, not 2"):
        effective_robustness(np.full(3, 0.5), np.full(3, 0.5), np.array([True, True, False]))
    found = effective_robustness(np.array([0.2, 0.5, 0.7, 1.0]), np.full(4, 0.5), np.arange(4) < 3)
    assert np.isnan(found).tolist() == [False, False, False, True]


def test_worst_cases() -> None:
    # One source, two targets, languages en, de, hi; the second target has no hi.
    cells = np.array([[[0.9, 0.5, 0.4], [0.6, 0.3, NAN]]])
    np.testing.assert_allclose(worst_domain(np.array([[0.6, 0.45]])), [0.45])
    np.testing.assert_allclose(worst_language(cells), [0.4])  # de: (.5 + .3) / 2, hi: .4
    np.testing.assert_allclose(worst_cell(cells), [0.3])
    cells[0, 1] = NAN  # the second target failed
    assert np.isnan(worst_language(cells)).all()
    assert np.isnan(worst_cell(cells)).all()


@given(
    arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 5)), elements=st.floats(0.01, 1)),
    st.integers(0, 99),
)
def test_means_at_home_and_abroad_equal_their_definitions(matrix: np.ndarray, seed: int) -> None:
    sources, targets = matrix.shape
    places = np.random.default_rng(seed).permutation([*range(targets), *[-1] * sources])[:sources]
    away = [[t for t in range(targets) if t != place] for place in places]
    with_home = [s for s in range(sources) if places[s] >= 0]
    both = [s for s in with_home if away[s]]
    abroad = {s: np.mean([matrix[s, t] for t in away[s]]) for s in range(sources) if away[s]}
    expected = {
        in_domain: [matrix[s, places[s]] for s in with_home],
        out_of_domain: list(abroad.values()),
        mean_gap: [matrix[s, places[s]] - abroad[s] for s in both],
        partial(mean_kept, kept=relative_robustness): [abroad[s] / matrix[s, places[s]] for s in both],
        partial(mean_kept, kept=absolute_robustness): [1 - matrix[s, places[s]] + abroad[s] for s in both],
        mean_target_drop: [
            matrix[n, places[n]] - matrix[s, places[n]] for s in range(sources) for n in with_home if n != s
        ],
    }
    for figure, values in expected.items():
        found = figure(np.stack([matrix, matrix]), places)
        assert found == pytest.approx([np.mean(values) if values else np.nan] * 2, nan_ok=True)
