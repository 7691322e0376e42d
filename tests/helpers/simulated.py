"""Simulated paired differences: queries of unequal clusters, in three languages, that rise and fall together."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from isoglot.evaluation.scores import Scores
from isoglot.evaluation.statistics.contributions import ClusterSums, Contributions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
LANGUAGES = ("de", "en", "zh")


@dataclass(frozen=True)
class Simulated:
    """Many data sets over the same queries; a data set is a value of the scores."""

    scores: Scores
    clusters: Ints

    def contributions(self, clusters: Ints | None = None) -> Contributions:
        """To the macro average of every data set, by the clusters given or the true ones."""
        by = self.clusters if clusters is None else clusters
        parts = [ClusterSums.of(self.scores, name, by).contributions() for name in self.scores.values]
        return Contributions(*(np.stack([part[:, 0] for part in side], axis=1) for side in _sides(parts)))


def _sides(parts: list[Contributions]) -> tuple[list[Floats], list[Floats]]:
    return [part.value for part in parts], [part.weight for part in parts]


def simulate(*, clusters: int, datasets: int, seed: int, mean: float = 0.0, skewed: bool = False) -> Simulated:
    """A cluster has one to nine questions, each asked in each language or not; values have the mean given."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), rng.integers(1, 10, clusters))
    cluster = np.repeat(cluster, len(LANGUAGES))
    cell = np.tile(np.arange(len(LANGUAGES)), len(cluster) // len(LANGUAGES))
    asked = rng.random(len(cluster)) < np.array([0.9, 0.8, 0.4])[cell]
    asked[:: 9 * len(LANGUAGES)] = True
    cluster, cell = cluster[asked], cell[asked]
    shared = rng.exponential(size=(clusters, datasets)) - 1 if skewed else rng.normal(size=(clusters, datasets))
    local = rng.normal(size=(clusters, len(LANGUAGES), datasets)) / 2
    values = mean + shared[cluster] + local[cluster, cell] + rng.normal(size=(len(cluster), datasets))
    named = {str(number): column for number, column in enumerate(values.T.copy())}
    scores = Scores(query=np.arange(len(cluster)), cell=cell, cells=LANGUAGES, values=named)
    return Simulated(scores, cluster)
