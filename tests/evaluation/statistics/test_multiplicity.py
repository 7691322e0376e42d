import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from isoglot.evaluation.statistics.multiplicity import benjamini_hochberg, holm

NAN = float("nan")


def test_holm_by_hand() -> None:
    """.01 * 4, .02 * 3, .03 * 2 (raised to what came before), .04 * 1 (raised); NaN is no test."""
    assert holm(np.array([0.03, 0.01, NAN, 0.04, 0.02])) == pytest.approx([0.06, 0.04, NAN, 0.06, 0.06], nan_ok=True)
    assert holm(np.array([0.6, 0.6])).tolist() == [1.0, 1.0]


@given(st.lists(st.one_of(st.floats(0, 1), st.just(NAN)), max_size=12))
def test_adjusted_p_values(values: list[float]) -> None:
    p = np.array(values)
    known = ~np.isnan(p)
    step_down, step_up = holm(p), benjamini_hochberg(p)
    for adjusted in (step_down, step_up):
        np.testing.assert_array_equal(np.isnan(adjusted), ~known)
    if known.any():
        np.testing.assert_allclose(step_up[known], false_discovery_control(p[known]))
    for n in np.flatnonzero(known):
        # Holm rejects at a where, for this and every smaller p, the larger or equal ones times it are within a.
        smaller = [q for q in p[known] if q <= p[n]]
        assert step_down[n] == pytest.approx(min(1.0, max(q * (p[known] >= q).sum() for q in smaller)))
