"""Figures of transfer matrices with both of their uncertainties: the questions asked and the seeds trained with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Floats
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.studies.shift.transfer import TransferMatrix

Figure = Callable[[Floats], Floats]


@dataclass(frozen=True, kw_only=True)
class Arm:
    """What an arm's models have, trained on each source and tested on each target.

    Attributes:
        matrix: of the means over seeds.
        seeds: (seeds, sources, targets) macro averages of every seed.
    """

    matrix: TransferMatrix
    seeds: Floats


@dataclass(frozen=True, kw_only=True)
class Uncertain:
    """An estimate.

    Attributes:
        value: the estimate; NaN where a cell that it needs is missing.
        low, high: 95% interval.
        p: of "it is 0", two-sided.
        error: standard error.
        freedom: degrees of freedom of the error.
    """

    value: float
    low: float
    high: float
    p: float
    error: float
    freedom: float

    @property
    def bounded(self) -> Bounded:
        """The value and its interval alone."""
        return Bounded(self.value, self.low, self.high)

    def p_below(self, margin: float) -> float:
        """p of "it is ``-margin`` or less", which a small p refutes: no worse than by the margin."""
        if not np.isfinite(self.value) or np.isnan(self.error):
            return float("nan")
        if self.error == 0:
            return 0.0 if self.value > -margin else 1.0
        return float(stats.t.sf((self.value + margin) / self.error, self.freedom))


def estimate(arm: Arm, figure: Figure) -> Uncertain:
    """A figure of an arm, (..., sources, targets) -> (...,)."""
    return uncertain(figure(arm.matrix.values), figure(arm.matrix.value_draws), figure(arm.seeds), arm.matrix.clusters)


def difference(a: Arm, b: Arm, figure: Figure) -> Uncertain:
    """A figure of B minus that of A, whose draws and seeds are paired: both arms have the same seeds, in order."""
    return uncertain(
        figure(b.matrix.values) - figure(a.matrix.values),
        figure(b.matrix.value_draws) - figure(a.matrix.value_draws),
        figure(b.seeds) - figure(a.seeds),
        min(a.matrix.clusters, b.matrix.clusters),
    )


def uncertain(value: Floats, draws: Floats, seeds: Floats, clusters: int) -> Uncertain:
    """An estimate whose variance is V = V_c + V_s.

    V_c is the variance of the bootstrap draws of clusters, times G / (G - 1); V_s = sum_s (y_s - mean y)^2 / (S - 1)
    / S, over S seeds. Degrees of freedom: V^2 / (V_c^2 / (G - 1) + V_s^2 / (S - 1)) (Satterthwaite 1946, doi
    10.2307/3002019). Every seed answers the same questions, so V_s holds no part of V_c; it does hold what seeds and
    questions do together, which is in V_c once more: the interval is somewhat too wide rather than too narrow.
    With one seed there is no V_s, and the estimate is about that seed.

    Args:
        value: () the estimate.
        draws: (draws,) of clusters.
        seeds: (seeds,) the estimate of every seed alone.
        clusters: G.
    """
    known = draws[~np.isnan(draws)]
    if np.isnan(value) or clusters < 2 or len(known) < 2:
        nan = float("nan")
        return Uncertain(value=float(value), low=nan, high=nan, p=nan, error=nan, freedom=nan)
    over_clusters = float(known.var(ddof=1)) * clusters / (clusters - 1)
    count = len(seeds)
    over_seeds = float(seeds.var(ddof=1)) / count if count > 1 else 0.0
    variance = over_clusters + over_seeds
    doubt = over_clusters**2 / (clusters - 1) + (over_seeds**2 / (count - 1) if count > 1 else 0.0)
    freedom = variance**2 / doubt if doubt > 0 else np.inf
    error = float(np.sqrt(variance))
    reach = float(stats.t.ppf(0.975, freedom)) * error
    p = float(2 * stats.t.sf(abs(float(value)) / error, freedom)) if error else float(value == 0)
    return Uncertain(
        value=float(value),
        low=float(value) - reach,
        high=float(value) + reach,
        p=p,
        error=error,
        freedom=float(freedom),
    )
