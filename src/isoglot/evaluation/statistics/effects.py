"""How large a difference is, beside how sure: standardised by what clusters differ by, and clusters won."""

from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Floats
from isoglot.evaluation.statistics.contributions import Contributions

_ROUNDING = 1e-12  # below it, differences of a cluster's topics that cancel out are equal


@dataclass(frozen=True)
class Wins:
    """(columns,) shares of the clusters whose average difference is above 0, 0, and below."""

    higher: Floats
    equal: Floats
    lower: Floats


def standardised(contributions: Contributions) -> Floats:
    """(columns,) d_z = mean over clusters of the contributions / their standard deviation (G - 1).

    Cohen's d for paired differences (Lakens 2013, doi 10.3389/fpsyg.2013.00863, d_z), with the cluster as the
    unit: sqrt(G) d_z is the t statistic. 0 where all differences are 0, infinite where all clusters contribute
    the same, NaN with one cluster. Clusters without a topic are left out.
    """
    here, count = contributions.weight > 0, contributions.clusters()
    mean = contributions.total() / np.maximum(count, 1)
    squares = np.where(here, (contributions.value - mean) ** 2, 0.0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sqrt(squares / (count - 1))
        same = deviation <= _ROUNDING * np.abs(mean)
        effect = np.where(same, np.sign(mean) * np.inf, mean / deviation)
    return np.where(count < 2, np.nan, np.where(mean == 0, 0.0, effect))


def wins(contributions: Contributions) -> Wins:
    """Share of clusters whose topics' weighted mean difference is above 0, 0 and below 0."""
    value, least, clusters = contributions.value, _ROUNDING * contributions.weight, contributions.clusters()
    higher, lower = (value > least).sum(axis=0), (value < -least).sum(axis=0)
    count = np.maximum(clusters, 1)
    return Wins(higher / count, (clusters - higher - lower) / count, lower / count)
