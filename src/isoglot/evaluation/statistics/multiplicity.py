"""p values adjusted for how many were looked at; NaN, a test that could not be made, is not one of them."""

import numpy as np

from isoglot.arrays import Floats


def holm(p: Floats) -> Floats:
    """Step-down adjusted p: rejecting those up to .05 makes one false claim or more at most 5% of the time.

    The i-th least of n is max over j <= i of min(1, (n - j + 1) p_j) (Holm 1979, Scandinavian Journal of
    Statistics 6(2), 65-70); holds however the tests depend on each other.
    """
    adjusted, known = np.full(p.shape, np.nan), np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)), 1)
    return adjusted


def benjamini_hochberg(p: Floats) -> Floats:
    """Step-up adjusted p: of those up to .05, about 5% are false on average.

    The i-th least of n is min over j >= i of min(1, n / j p_j).
    Benjamini and Hochberg 1995, doi 10.1111/j.2517-6161.1995.tb02031.x; for independent or positively
    dependent tests, which measures of one ranking and languages of one question are taken to be.
    """
    adjusted, known = np.full(p.shape, np.nan), np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    raised = p[order] * (len(order) / np.arange(1, len(order) + 1))
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1)
    return adjusted
