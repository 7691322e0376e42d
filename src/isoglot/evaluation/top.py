"""The best passages of every query, kept while blocks of the pool are scored one after the other."""

import numpy as np

from isoglot.arrays import Ints, Similarities


class Top:
    """The best passages so far of every query, best first; equal scores by descending place in the order of ids."""

    def __init__(self, queries: int, depth: int, order: Ints) -> None:
        self.depth, self.order = depth, order
        self.passage = np.full((queries, depth), -1, dtype=np.int64)
        self.score = np.full((queries, depth), -np.inf, dtype=np.float32)

    def add(self, start: int, scores: Similarities, best: Similarities, passages: Ints) -> None:
        """Merge a tile: scores (rows, columns), the best of each of its runs of columns, the columns' passages."""
        rows = slice(start, start + len(scores))
        floor = self.score[rows, -1].copy()
        if best.shape[1] >= self.depth:
            np.maximum(floor, np.partition(best, -self.depth, axis=1)[:, -self.depth], out=floor)
        found = np.flatnonzero(scores >= floor[:, None])
        row, column = np.divmod(found, scores.shape[1])
        old_row, old = np.nonzero(self.passage[rows] >= 0)
        row = np.concatenate([row, old_row])
        passage = np.concatenate([passages[column], self.passage[rows][old_row, old]])
        value = np.concatenate([scores.ravel()[found], self.score[rows][old_row, old]])
        ranked = np.lexsort((-self.order[passage], -value, row))
        row = row[ranked]
        place = np.arange(len(row)) - np.searchsorted(row, row)
        kept = place < self.depth
        self.passage[rows][row[kept], place[kept]] = passage[ranked[kept]]
        self.score[rows][row[kept], place[kept]] = value[ranked[kept]]
