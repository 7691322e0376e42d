"""Are the languages served alike? Spread of a measure over the query languages of a setting."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.statistics.bootstrap import Bounded, Draws, bootstrap, interval


@dataclass(frozen=True, kw_only=True)
class Parity:
    """How unequal the cells (languages) of a measure are, of which more is better.

    Attributes:
        cells: cell -> its mean.
        worst: the cell with the least mean; the first of equals.
        gap: greatest minus least mean.
        gini: Gini coefficient of the means (Gini 1912), half their mean difference over their mean:
            sum over i, j of |x_i - x_j| / (2 n^2 mean). 0 where all are equal; at most (n - 1) / n, where one
            cell has everything.
        p10: 10th percentile of the means, interpolated between the two nearest.
    """

    cells: dict[str, float]
    worst: str
    gap: Bounded
    gini: Bounded
    p10: Bounded


def parity(scores: Scores, name: str, clusters: Ints, *, draws: int, seed: int) -> Parity:
    """Spread of a measure over cells, such as ``map`` of ``multi`` over query languages.

    The clusters drawn are those of :func:`isoglot.evaluation.statistics.bootstrap.bootstrap`. Chance differences
    between cells add to a gap and to Gini, in the sample and once more in every draw: their intervals lie too high,
    the more so the fewer clusters a cell has, and 0 is hardly ever inside. Compare them between encoders, not with 0.

    Args:
        scores: per-topic values of not below 0 and cells, at least one with a value.
        name: the measure.
        clusters: (queries,) int64, the cluster of every query of the collection.
        draws: how many resamples.
        seed: of the resamples.
    """
    cells = scores.by_cell(name)
    drawn = bootstrap(scores, clusters, draws=draws, seed=seed)(name)
    table = np.stack([found.values for found in drawn.cells], axis=1)

    def spread(measure: Callable[[Floats], Floats]) -> Bounded:
        value = measure(np.array([list(cells.values())]))
        return Bounded(float(value[0]), *interval(Draws(measure(table), drawn.macro.clusters)))

    return Parity(
        cells=cells,
        worst=min(cells, key=lambda cell: cells[cell]),
        gap=spread(_gap),
        gini=spread(_gini),
        p10=spread(_p10),
    )


def _gap(values: Floats) -> Floats:
    """(draws, cells) -> (draws,); a cell that a draw misses is NaN and left out."""
    gap: Floats = np.fmax.reduce(values, axis=1) - np.fmin.reduce(values, axis=1)
    return gap


def _gini(values: Floats) -> Floats:
    ordered = np.sort(values, axis=1)  # NaN last
    known = ~np.isnan(ordered)
    count = known.sum(axis=1)
    weights = 2 * np.arange(1, values.shape[1] + 1) - count[:, None] - 1
    ordered[~known] = 0
    total = ordered.sum(axis=1)
    with np.errstate(invalid="ignore"):
        gini: Floats = (weights * ordered).sum(axis=1) / (count * total)
    gini[(total == 0) & (count > 0)] = 0  # all alike
    return gini


def _p10(values: Floats) -> Floats:
    p10 = np.full(len(values), np.nan)
    known = ~np.isnan(values).all(axis=1)
    p10[known] = np.nanquantile(values[known], 0.1, axis=1)
    return p10
