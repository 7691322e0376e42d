"""Differences between arms that were trained several times: seeds as a second sample beside the clusters.

Every run answers every question, so clusters are crossed with the runs of an arm. The variance of the
difference is then the clusters' part plus each arm's seed part, less what both count (two-way clustering:
Cameron, Gelbach and Miller 2011, doi 10.1198/jbes.2010.07136; Owen 2007, doi 10.1214/07-AOAS122, for crossed
random effects).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Floats
from isoglot.evaluation.statistics.randomisation import Alternative


@dataclass(frozen=True)
class SeedEstimate:
    """Differences B - A of arms, the mean over each arm's runs; every array is (columns,).

    Attributes:
        difference: the estimate.
        error: its standard error, over clusters and over the seeds of the arms that have several runs.
        freedom: degrees of freedom of the error; infinite where nothing differs, NaN with one cluster.
    """

    difference: Floats
    error: Floats
    freedom: Floats

    def interval(self, *, level: float = 0.95) -> tuple[Floats, Floats]:
        """Difference -+ t(freedom) * error; NaN with one cluster."""
        reach = special.stdtrit(self.freedom, (1 + level) / 2) * self.error
        return self.difference - reach, self.difference + reach

    def test(self, *, null: float = 0.0, alternative: Alternative = "two-sided") -> Floats:
        """(columns,) p values of "the difference is ``null``", by t(freedom); 1 with one cluster."""
        distance = self.difference - null
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(distance == 0, 0.0, distance / self.error)
        if alternative == "two-sided":
            p = 2 * special.stdtr(self.freedom, -np.abs(t))
        else:
            p = special.stdtr(self.freedom, -t if alternative == "greater" else t)
        return np.where(np.isnan(self.freedom), 1.0, p)


def seed_estimate(a: Floats, b: Floats, weight: Floats) -> SeedEstimate:
    """Estimate B - A with runs and clusters as samples.

    With contributions y_sg of run s and cluster g, w_g the cluster's weight, Y_s = sum_g y_sg, D the
    difference, d_g the cluster's contribution to it (means over runs), and G clusters:

    - clusters: V_c = G/(G-1) sum_g (d_g - w_g D)^2
    - seeds, of each arm with S > 1 runs: V_s = sum_s (Y_s - mean Y)^2 / (S-1) / S
    - both: V_cs = G/(G-1) sum_sg (y_sg - mean_s y_sg - w_g (Y_s - mean Y))^2 / (S-1) / S
    - V = V_c + sum over arms of max(V_s - V_cs, 0), on V^2 / (V_c^2 / (G-1) + sum V_s^2 / (S-1)) degrees of
      freedom (Satterthwaite 1946, doi 10.2307/3002019)

    An arm with one run has no seed part: the result is then about that run, not about training again.

    Args:
        a: (runs of A, clusters, columns) contributions.
        b: (runs of B, clusters, columns).
        weight: (clusters, columns), of every run.
    """
    count = (weight > 0).sum(axis=0)
    scale = np.where(count > 1, count / np.maximum(count - 1, 1), np.nan)
    difference = b.mean(axis=0) - a.mean(axis=0)
    total: Floats = difference.sum(axis=0)
    clusters = scale * ((difference - weight * total) ** 2).sum(axis=0)
    variance, doubt = clusters, clusters**2 / np.maximum(count - 1, 1)
    for runs in (a, b):
        if len(runs) > 1:
            seeds, shared = _seed_parts(runs, weight, scale)
            variance = variance + np.maximum(seeds - shared, 0)
            doubt = doubt + seeds**2 / (len(runs) - 1)
    freedom = np.where(doubt > 0, variance**2 / np.where(doubt > 0, doubt, 1.0), np.where(count > 1, np.inf, np.nan))
    return SeedEstimate(total, np.sqrt(variance), np.where(count > 1, freedom, np.nan))


def _seed_parts(runs: Floats, weight: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """V_s and V_cs of one arm, (columns,) each."""
    divisor = (len(runs) - 1) * len(runs)
    totals = runs.sum(axis=1, keepdims=True)  # (runs, 1, columns)
    shift = totals - totals.mean(axis=0)
    rest = runs - runs.mean(axis=0) - weight * shift
    return (shift**2).sum(axis=(0, 1)) / divisor, scale * (rest**2).sum(axis=(0, 1)) / divisor
