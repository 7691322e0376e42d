"""The best passages of every query, kept while blocks of the pool are scored one after the other."""

import numpy as np

from isoglot.arrays import Ints
from isoglot.evaluation.tiles import Tile


class Top:
    """The best passages so far of every query, best first; equal scores by descending place in the order of ids."""

    def __init__(self, queries: int, depth: int, order: Ints, *, dtype: np.dtype[np.floating]) -> None:
        self.depth, self.order = depth, order
        self.passage = np.full((queries, depth), -1, dtype=np.int64)
        self.score = np.full((queries, depth), -np.inf, dtype=dtype)

    def add(self, tile: Tile, passages: Ints) -> None:
        """Merge a tile, with its columns' passages."""
        rows, scores = tile.place.slice, tile.scores
        floor = self.score[rows, -1].copy()
        if scores.shape[1] >= self.depth and np.isneginf(floor).any():  # later blocks have few that pass it
            np.maximum(floor, np.partition(scores, -self.depth, axis=1)[:, -self.depth], out=floor)
        # What is among the best may be given as lower than it is, and the last of them as higher.
        least = np.nextafter((floor - 2 * tile.error).astype(scores.dtype), scores.dtype.type(-np.inf))
        found = np.flatnonzero(scores >= least[:, None])
        row, column = np.divmod(found, scores.shape[1])
        old_row, old = np.nonzero(self.passage[rows] >= 0)
        passage = np.concatenate([passages[column], self.passage[rows][old_row, old]])
        value = np.concatenate([tile.exact(row, column), self.score[rows][old_row, old]])
        row = np.concatenate([row, old_row])
        ranked = np.lexsort((-self.order[passage], -value, row))
        row = row[ranked]
        place = np.arange(len(row)) - np.searchsorted(row, row)
        kept = place < self.depth
        self.passage[rows][row[kept], place[kept]] = passage[ranked[kept]]
        self.score[rows][row[kept], place[kept]] = value[ranked[kept]]
