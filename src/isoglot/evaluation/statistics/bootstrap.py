"""Cluster bootstrap intervals for macro averages.

Whole clusters (paragraphs, pages) are drawn with replacement, since queries of one cluster, in any language,
are not independent: XQuAD-R has 13,090 queries of 240 paragraphs (the pairs cluster bootstrap of Cameron,
Gelbach and Miller 2008, doi 10.1162/rest.90.3.414).
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from isoglot.evaluation.settings import Scores

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def bootstrap_macro(scores: Scores, clusters: Ints, *, draws: int, seed: int) -> Callable[[str], Floats]:
    """A function from a value's name to its (draws,) bootstrapped macro averages.

    A cell that a draw misses is left out of that draw's average; a draw that misses every cell is NaN.

    Args:
        scores: per-topic values and cells.
        clusters: (queries,) int64, the cluster of every query of the collection.
        draws: how many resamples.
        seed: the same seed draws the same clusters for every value, setting and encoder on a collection, so
            differences between them can be taken draw by draw.
    """
    weights = _weights(int(clusters.max()) + 1, draws, seed)
    shape = (weights.shape[1], len(scores.cells))
    slot = clusters[scores.query] * shape[1] + scores.cell

    def macro(name: str) -> Floats:
        values = scores.values[name]
        known = ~np.isnan(values)
        sums = np.bincount(slot[known], weights=values[known], minlength=shape[0] * shape[1])
        sizes = np.bincount(slot[known], minlength=shape[0] * shape[1]).astype(np.float64)
        with np.errstate(invalid="ignore"):
            means = (weights @ sums.reshape(shape)) / (weights @ sizes.reshape(shape))
        return _mean_over_cells(means)

    return macro


def bootstrap_macro_median(scores: Scores, name: str, clusters: Ints, *, draws: int, seed: int) -> Floats:
    """(draws,) macro medians: of each cell's median over the topics drawn, the mean over cells.

    The arguments and the clusters drawn are those of :func:`bootstrap_macro`.
    """
    weights = _weights(int(clusters.max()) + 1, draws, seed)
    values = scores.values[name]
    medians = np.full((draws, len(scores.cells)), np.nan)
    for cell in range(len(scores.cells)):
        topics = np.flatnonzero((scores.cell == cell) & ~np.isnan(values))
        topics = topics[np.argsort(values[topics], kind="stable")]
        medians[:, cell] = _weighted_medians(values[topics], weights[:, clusters[scores.query[topics]]])
    return _mean_over_cells(medians)


def interval(draws: Floats, *, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of bootstrap draws; NaN draws, which had no topic, are left out."""
    low, high = np.nanquantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


@lru_cache(maxsize=1)  # every value and setting of a collection uses the same draws
def _weights(count: int, draws: int, seed: int) -> Floats:
    """(draws, count): how often each draw has each cluster."""
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws)
    weights = drawn.astype(np.float64)
    weights.flags.writeable = False
    return weights


def _weighted_medians(values: Floats, weights: Floats) -> Floats:
    """(topics,) ascending values, (draws, topics) weights -> (draws,) medians; NaN where none is drawn."""
    if not len(values):
        return np.full(len(weights), np.nan)
    heights = np.cumsum(weights, axis=1)
    half = heights[:, -1:] / 2
    # Two middle values where the weight is even, as in the plain median.
    lower, upper = (heights < half).sum(axis=1), (heights <= half).sum(axis=1)
    middle = (values[lower] + values[np.minimum(upper, len(values) - 1)]) / 2
    return np.where(half[:, 0] > 0, middle, np.nan)


def _mean_over_cells(values: Floats) -> Floats:
    """(draws, cells) -> (draws,), cells that are NaN left out."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        means: Floats = np.where(known, values, 0.0).sum(axis=1) / known.sum(axis=1)
    return means
