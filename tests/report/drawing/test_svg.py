"""Scales: ticks are round, few and enclose what is shown; names do not turn a sentence round."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isoglot.report.drawing.svg import Scale, factor_ticks, isolated, nice_ticks, tick_text


@given(
    low=st.floats(-1e4, 1e4).map(lambda value: round(value, 4)),
    spread=st.floats(0, 1e4).map(lambda value: round(value, 4)),
    most=st.integers(3, 10),
)
def test_ticks_are_round_even_few_and_enclose(low: float, spread: float, most: int) -> None:
    ticks = nice_ticks(low, low + spread, most=most)
    step = ticks[1] - ticks[0]
    assert 2 <= len(ticks) <= most
    assert ticks[0] <= low + step * 1e-6
    assert ticks[-1] >= low + spread - step * 1e-6
    assert [b - a for a, b in pairwise(ticks)] == pytest.approx([step] * (len(ticks) - 1))
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-6)
    assert min(abs(mantissa - nice) for nice in (1, 2, 5)) < 1e-4


@given(low=st.floats(1e-3, 1e5), factor=st.floats(1, 1e5))
def test_ticks_of_factors_enclose_and_rise(low: float, factor: float) -> None:
    ticks = factor_ticks(low, low * factor)
    assert 2 <= len(ticks) <= 12
    assert all(a < b for a, b in pairwise(ticks))
    assert ticks[0] <= low * (1 + 1e-6)
    assert ticks[-1] >= low * factor * (1 - 1e-6)
    scale = Scale(ticks, 0, 100, log=True)
    assert scale(math.sqrt(ticks[0] * ticks[-1])) == pytest.approx(50)


def test_ticks_have_the_decimals_of_their_step() -> None:
    assert [tick_text(value, (0, 0.25, 0.5), "{:.1%}") for value in (0, 0.25)] == ["0%", "25%"]
    assert [tick_text(value, (-0.05, 0, 0.05), "{:.3f}") for value in (-0.05, 0.05)] == ["−0.05", "0.05"]
    assert tick_text(20_000, (0, 20_000), "{:,.0f}") == "20,000"


def test_a_name_that_turns_its_line_round_is_isolated() -> None:
    assert isolated("hybrid") == "hybrid"
    assert isolated("نموذج") == "\u2068نموذج\u2069"
    assert isolated("a\u202eb") == "\u2068a\u202eb\u2069"


def test_what_rounding_leaves_of_nothing_is_one_value() -> None:
    assert nice_ticks(-8e-18, 4e-17, most=6) == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    assert nice_ticks(0.5, 0.5 + 1e-16, most=6)[0] == 0.0
