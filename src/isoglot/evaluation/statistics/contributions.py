"""Macro averages as sums over clusters, which is what resampling whole clusters needs.

A cell's average is linear in its topics, each with weight 1 / (topics of the cell), and the macro average gives
every cell weight 1 / cells. Adding up the weighted topics of a cluster gives its *contribution*; the
contributions of all clusters add up to the average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.evaluation.scores import Scores


@dataclass(frozen=True)
class ClusterSums:
    """What the topics with a value add up to.

    Attributes:
        sums: (clusters, cells) float64, summed values.
        sizes: (clusters, cells) float64, how many topics they are of.
    """

    sums: Floats
    sizes: Floats

    @classmethod
    def of(cls, scores: Scores, name: str, clusters: Ints) -> ClusterSums:
        """Sum one value of ``scores``; ``clusters`` is (queries,), the cluster of every query."""
        values = scores.values[name]
        known = ~np.isnan(values)
        shape = (int(clusters.max()) + 1, len(scores.cells))
        slot = (clusters[scores.query] * shape[1] + scores.cell)[known]
        sums, sizes = (
            np.bincount(slot, weights=weights, minlength=shape[0] * shape[1]).reshape(shape)
            for weights in (values[known], np.ones(len(slot)))
        )
        return cls(sums.astype(np.float64, copy=False), sizes.astype(np.float64, copy=False))

    def contributions(self) -> Contributions:
        """1 + cells columns: the macro average, then every cell's."""
        topics = self.sizes.sum(axis=0)
        share = np.where(topics > 0, 1 / np.maximum(topics, 1), 0.0)
        value, weight = self.sums * share, self.sizes * share
        cells = max(int((topics > 0).sum()), 1)
        return Contributions(
            np.column_stack([value.sum(axis=1) / cells, value]),
            np.column_stack([weight.sum(axis=1) / cells, weight]),
        )


@dataclass(frozen=True)
class Contributions:
    """What every cluster adds to some averages, the columns.

    Attributes:
        value: (clusters, columns) float64; a column adds up to its average.
        weight: (clusters, columns) float64, the cluster's share of the topics' weight; a column adds up to 1,
            or to 0 where the average has no topic.
    """

    value: Floats
    weight: Floats

    @classmethod
    def join(cls, parts: Sequence[Contributions]) -> Contributions:
        """The columns of several, side by side."""
        return cls(np.hstack([part.value for part in parts]), np.hstack([part.weight for part in parts]))

    def macro(self) -> Contributions:
        """The first column alone, which is the macro average where :meth:`ClusterSums.contributions` made them."""
        return Contributions(self.value[:, :1], self.weight[:, :1])

    def total(self) -> Floats:
        """(columns,) the averages."""
        total: Floats = self.value.sum(axis=0)
        return total

    def clusters(self) -> Ints:
        """(columns,) how many clusters have a topic of the column."""
        count: Ints = (self.weight > 0).sum(axis=0)
        return count
