"""Cluster bootstrap intervals for macro averages (Cameron, Gelbach and Miller 2008, doi 10.1162/rest.90.3.414)."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from isoglot.evaluation.settings import Scores

Floats = npt.NDArray[np.float64]


def bootstrap_macro(
    scores: Scores, clusters: npt.NDArray[np.int64], *, draws: int, seed: int
) -> Callable[[str], Floats]:
    """A function from a value's name to its (draws,) bootstrapped macro averages.

    Whole clusters (paragraphs, pages) are drawn with replacement, since queries of one cluster, in any language,
    are not independent: XQuAD-R has 13,090 queries of 240 paragraphs.

    Args:
        scores: per-topic values and cells.
        clusters: (queries,) int64, the cluster of every query of the collection.
        draws: how many resamples.
        seed: the same seed draws the same clusters for every value, setting and encoder on a collection, so
            differences between them can be taken draw by draw.
    """
    weights = _weights(clusters, draws, seed)
    count = weights.shape[1]
    slot = clusters[scores.query] * len(scores.cells) + scores.cell

    def macro(name: str) -> Floats:
        values = scores.values[name]
        known = ~np.isnan(values)
        shape = (count, len(scores.cells))
        sums = np.bincount(slot[known], weights=values[known], minlength=shape[0] * shape[1]).reshape(shape)
        sizes = np.bincount(slot[known], minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
        with np.errstate(invalid="ignore"):
            means = (weights @ sums) / (weights @ sizes)  # (draws, cells); NaN where a draw misses a cell
        return np.nanmean(means, axis=1)

    return macro


def bootstrap_median(
    values: Floats, clusters: npt.NDArray[np.int64], *, draws: int, seed: int
) -> Floats:
    """(draws,) bootstrapped medians over all queries; (queries,) values, NaN left out."""
    order = np.argsort(values)[: int((~np.isnan(values)).sum())]
    heights = np.array([np.cumsum(row[clusters[order]]) for row in _weights(clusters, draws, seed)])
    place = (heights < heights[:, -1:] / 2).sum(axis=1)
    medians: Floats = values[order][place]
    return medians


def _weights(clusters: npt.NDArray[np.int64], draws: int, seed: int) -> Floats:
    """(draws, clusters): how often each draw has each cluster."""
    count = int(clusters.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws)
    return drawn.astype(np.float64)


def interval(draws: Floats, *, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of bootstrap draws."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
