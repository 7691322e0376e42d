"""Folds of clusters: what a candidate was fitted on and what it is judged by do not share a page or paragraph."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from isoglot.arrays import Bools, Ints
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError, DataError
from isoglot.wording import counted


@dataclass(frozen=True, eq=False)
class Folds:
    """Attributes:
    collection: whose clusters they are.
    of_cluster: (clusters,) int64, each cluster's fold.
    """

    collection: Collection
    of_cluster: Ints

    @property
    def count(self) -> int:
        """How many."""
        return int(self.of_cluster.max()) + 1

    @cached_property
    def of_query(self) -> Ints:
        """(queries,) int64."""
        return self.of_cluster[self.collection.query_cluster]

    def queries(self, fold: int) -> Bools:
        """(queries,) those of the fold."""
        mask: Bools = self.of_query == fold
        return mask

    def passages(self, fold: int) -> Bools:
        """(passages,) those that answer a query of the fold, or are its text; one may be so in several folds."""
        collection, found = self.collection, np.zeros(len(self.collection.passages), dtype=bool)
        judged = collection.judgements
        found[judged.passage[(judged.grade > 0) & self.queries(fold)[judged.query]]] = True
        own = collection.query_passage[self.queries(fold)]
        found[own[own >= 0]] = True
        return found

    def collections(self) -> tuple[Collection, ...]:
        """For every fold its queries, in their order, against all passages."""
        return tuple(self.collection.of_queries(np.flatnonzero(self.queries(fold))) for fold in range(self.count))


def cluster_folds(collection: Collection, count: int, *, seed: int) -> Folds:
    """Deal whole clusters out, the largest first, each to the fold with the fewest queries so far.

    Args:
        count: at least 2.
        seed: of the order among clusters of one size.

    Raises:
        ConfigError: fewer than two folds, or a negative seed.
        DataError: fewer clusters than folds.
    """
    if count < 2 or seed < 0:
        raise ConfigError(f"folds must be at least 2 and the seed at least 0, but got {count} and {seed}.")
    sizes = np.bincount(collection.query_cluster)
    if len(sizes) < count:
        raise DataError(
            f"{collection.name}: {counted(len(sizes), 'clusters')} of queries cannot be dealt into {count} folds; use "
            "queries about more texts."
        )
    order = np.random.default_rng(seed).permutation(len(sizes))
    filled, of_cluster = np.zeros(count, dtype=np.int64), np.empty(len(sizes), dtype=np.int64)
    for cluster in order[np.argsort(-sizes[order], kind="stable")]:
        of_cluster[cluster] = filled.argmin()
        filled[of_cluster[cluster]] += sizes[cluster]
    return Folds(collection, of_cluster)
