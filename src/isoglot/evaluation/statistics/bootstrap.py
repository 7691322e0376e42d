"""Cluster bootstrap intervals for macro averages.

Whole clusters (paragraphs, pages) are drawn with replacement, since queries of one cluster, in any language,
are not independent: XQuAD-R has 13,090 queries of 240 paragraphs (the pairs cluster bootstrap of Cameron,
Gelbach and Miller 2008, doi 10.1162/rest.90.3.414).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Floats, Ints
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.statistics.contributions import ClusterSums

Counts = npt.NDArray[np.uint8]

_BLOCK = 1 << 20  # weights widened at once


@dataclass(frozen=True)
class Bounded:
    """A number with its 95% cluster bootstrap interval, NaN where one cluster gives none."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Draws:
    """Attributes:
    values: (draws,) the average in every draw; NaN in draws that have no topic of it.
    clusters: how many clusters have a topic of it.
    """

    values: Floats
    clusters: int


@dataclass(frozen=True)
class CellDraws:
    """Draws of a macro average, and of the cells that it averages, in the order of ``Scores.cells``."""

    macro: Draws
    cells: tuple[Draws, ...]

    def all(self) -> tuple[Draws, ...]:
        """The macro average, then the cells."""
        return (self.macro, *self.cells)


def bootstrap(scores: Scores, clusters: Ints, *, draws: int, seed: int) -> Callable[[str], CellDraws]:
    """A function from a value's name to its bootstrapped averages.

    A cell that a draw misses is left out of that draw's macro average.

    Args:
        scores: per-topic values and cells.
        clusters: (queries,) int64, the cluster of every query of the collection.
        draws: how many resamples.
        seed: the same seed draws the same clusters for every value, setting and encoder on a collection, so
            draws of differences are differences of draws.
    """
    weights = cluster_weights(int(clusters.max()) + 1, draws, seed)
    sizes, drawn_sizes = np.empty((0, 0)), np.empty((0, 0))

    def drawn(name: str) -> CellDraws:
        nonlocal sizes, drawn_sizes
        found = ClusterSums.of(scores, name, clusters)
        if not np.array_equal(found.sizes, sizes):  # the same for most values of a table
            sizes, drawn_sizes = found.sizes, _times(weights, found.sizes)
        with np.errstate(invalid="ignore"):
            means = _times(weights, found.sums) / drawn_sizes
        here = found.sizes > 0
        macro = Draws(_mean_over_cells(means), int(here.any(axis=1).sum()))
        return CellDraws(macro, tuple(Draws(means[:, n], int(here[:, n].sum())) for n in range(len(scores.cells))))

    return drawn


def bootstrap_macro(scores: Scores, clusters: Ints, *, draws: int, seed: int) -> Callable[[str], Draws]:
    """A function from a value's name to its bootstrapped macro averages; arguments as in :func:`bootstrap`."""
    drawn = bootstrap(scores, clusters, draws=draws, seed=seed)
    return lambda name: drawn(name).macro


def bootstrap_macro_median(scores: Scores, name: str, clusters: Ints, *, draws: int, seed: int) -> Draws:
    """Macro medians: of each cell's median over the topics drawn, the mean over cells.

    The arguments and the clusters drawn are those of :func:`bootstrap`.
    """
    weights = cluster_weights(int(clusters.max()) + 1, draws, seed)
    values = scores.values[name]
    medians = np.full((draws, len(scores.cells)), np.nan)
    for cell in range(len(scores.cells)):
        topics = np.flatnonzero((scores.cell == cell) & ~np.isnan(values))
        topics = topics[np.argsort(values[topics], kind="stable")]
        medians[:, cell] = _weighted_medians(values[topics], weights[:, clusters[scores.query[topics]]])
    return Draws(_mean_over_cells(medians), len(np.unique(clusters[scores.query[~np.isnan(values)]])))


def interval(draws: Draws, *, level: float = 0.95) -> tuple[float, float]:
    """Expanded percentile interval; (NaN, NaN) where fewer than two clusters have a topic.

    The plain percentile interval is too narrow by sqrt((G - 1) / G) and by the normal's quantile in place of
    t's: at 40 clusters it misses in 6 to 7% of samples. Its two levels are therefore moved out to
    Phi(-+ sqrt(G / (G - 1)) t(G - 1, (1 + level) / 2)) (Hesterberg 2015, doi 10.1080/00031305.2015.1089789).
    Below some ten clusters it is still too narrow. One cluster is drawn as itself every time, which is not
    certainty: there is no interval. Draws without a topic are left out.
    """
    values = draws.values[~np.isnan(draws.values)]
    if draws.clusters < 2 or not len(values):
        return np.nan, np.nan
    tail = _tail(draws.clusters, level)
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


@lru_cache
def _tail(clusters: int, level: float) -> float:
    reach = np.sqrt(clusters / (clusters - 1)) * special.stdtrit(clusters - 1, (1 + level) / 2)
    return float(special.ndtr(-reach))


@lru_cache(maxsize=1)  # every value and setting of a collection uses the same draws
def cluster_weights(count: int, draws: int, seed: int) -> Counts:
    """(draws, count): how often each draw has each cluster; that a byte is too small has no probability."""
    rng, equal = np.random.default_rng(seed), np.full(count, 1 / count)
    weights = np.empty((draws, count), np.uint8)
    rows = max(_BLOCK // count, 1)
    for start in range(0, draws, rows):
        weights[start : start + rows] = rng.multinomial(count, equal, size=min(rows, draws - start))
    weights.flags.writeable = False
    return weights


def _times(weights: Counts, sums: Floats) -> Floats:
    """(draws, clusters) @ (clusters, cells), the counts widened a block at a time."""
    rows = max(_BLOCK // weights.shape[1], 1)
    blocks = (weights[start : start + rows] for start in range(0, len(weights), rows))
    return np.concatenate([block.astype(np.float64) @ sums for block in blocks])


def _weighted_medians(values: Floats, weights: Counts) -> Floats:
    """(topics,) ascending values, (draws, topics) weights -> (draws,) medians; NaN where none is drawn."""
    if not len(values):
        return np.full(len(weights), np.nan)
    heights = np.cumsum(weights, axis=1, dtype=np.float64)
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
