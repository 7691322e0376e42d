"""Randomisation test of a paired difference: the signs of whole clusters are flipped.

If it makes no difference which of two encoders ranked the queries of a cluster, the cluster's contribution to
the difference is as likely to have the other sign. The statistic is the macro difference itself, as in Fisher's
randomisation test for retrieval (Smucker, Allan and Carterette 2007, doi 10.1145/1321440.1321528), but clusters
are what is exchanged, since the queries of a paragraph, in every language, rise and fall together. The test is
exact where contributions are symmetric around their null value (Canay, Romano and Shaikh 2017,
doi 10.3982/ECTA13081), and for a mean of 0 alone it is so as clusters become many.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from isoglot.arrays import Floats
from isoglot.evaluation.statistics.contributions import Contributions

Alternative = Literal["two-sided", "greater", "less"]

_BLOCK = 1 << 20  # signs held at once; the flips of a seed must not depend on how many columns are tested
_ROUNDING = 1e-12  # sums of the same numbers in another order are equal


def sign_flip(
    contributions: Contributions,
    *,
    null: float = 0.0,
    alternative: Alternative = "two-sided",
    draws: int,
    seed: int,
) -> Floats:
    """(columns,) p values of "the average is ``null``".

    All 2^clusters flips are enumerated where they are no more than ``draws``; else p is (b + 1) / (m + 1) with
    b of m = ``draws`` random flips at least as extreme (Phipson and Smyth 2010, doi 10.2202/1544-6115.1585).
    One cluster can say nothing: two-sided, p is 1; one-sided, at least 1/2.

    Args:
        contributions: of every cluster to every average.
        null: what every topic is shifted down by; for margins.
        alternative: ``"greater"`` where the average is above ``null``.
        draws: random flips, at least 1.
        seed: the same seed flips the same clusters for every column.
    """
    values = contributions.value - null * contributions.weight
    if alternative == "less":
        values = -values
    found, slack = values.sum(axis=0), _ROUNDING * np.abs(values).sum(axis=0)
    if alternative == "two-sided":
        found = np.abs(found)
    extreme: Floats = np.zeros(values.shape[1])
    for signs in _signs(len(values), draws, seed):
        drawn = signs @ values
        extreme += ((np.abs(drawn) if alternative == "two-sided" else drawn) >= found - slack).sum(axis=0)
    exact = _enumerable(len(values), draws)
    p: Floats = extreme / 2 ** len(values) if exact else (extreme + 1) / (draws + 1)
    return p


def _enumerable(clusters: int, draws: int) -> bool:
    return clusters <= draws.bit_length() and 2**clusters <= draws


def _signs(clusters: int, draws: int, seed: int) -> Iterator[Floats]:
    """Blocks of (flips, clusters) -1 and 1: all there are, or ``draws`` random ones."""
    rows = max(_BLOCK // clusters, 1)
    if _enumerable(clusters, draws):
        for start in range(0, 2**clusters, rows):
            number = np.arange(start, min(start + rows, 2**clusters))[:, None]
            yield 1.0 - 2.0 * (number >> np.arange(clusters) & 1).astype(np.float64)
        return
    rng = np.random.default_rng(seed)
    for start in range(0, draws, rows):
        yield 1.0 - 2.0 * rng.integers(2, size=(min(rows, draws - start), clusters), dtype=np.int8).astype(np.float64)
