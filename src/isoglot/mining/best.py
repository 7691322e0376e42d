"""The best columns of a score matrix that is seen a tile at a time."""

import numpy as np

from isoglot.arrays import Ints, Similarities

_LOW = np.int64(0xFFFFFFFF)


class Best:
    """The best columns so far of every row; equal scores by ascending column, so that no tile makes a difference.

    A score and its column are one int64, the score's bits above the column's complement: ordering those numbers
    orders by both, no two are equal, and a partial sort cannot choose among ties.
    """

    def __init__(self, rows: int, depth: int) -> None:
        nothing = _keys(np.full((1, 1), -np.inf, dtype=np.float32), 0)[0, 0]
        self._keys = np.full((rows, depth), nothing, dtype=np.int64)

    def add(self, rows: slice, scores: Similarities, *, first: int) -> None:
        """Take a tile in.

        Args:
            rows: the tile's.
            scores: (rows, columns) float32; -inf is never among the best.
            first: the tile's first column, below 2**32.
        """
        depth = self._keys.shape[1]
        keys = _largest(_keys(scores, first), depth)
        self._keys[rows] = _largest(np.concatenate([self._keys[rows], keys], axis=1), depth)

    def ranked(self) -> tuple[Ints, Similarities]:
        """(rows, depth) columns, best first, -1 where there are no more; and their scores, -inf there."""
        keys = -np.sort(-self._keys, axis=1)
        bits = (keys >> 32).astype(np.int32)
        score = (bits ^ (bits >> 31 & np.int32(0x7FFFFFFF))).view(np.float32)
        column = np.where(np.isneginf(score), -1, _LOW - (keys & _LOW))
        return column, score


def _keys(scores: Similarities, first: int) -> Ints:
    """(rows, columns) int64 that order as the scores do, and equal scores by descending column."""
    bits = (scores + np.float32(0)).view(np.int32)  # adding makes -0 to 0
    bits ^= bits >> 31 & np.int32(0x7FFFFFFF)  # negative numbers descend as their bits ascend
    keys = bits.astype(np.int64)
    keys <<= 32
    keys |= _LOW - np.arange(first, first + scores.shape[1], dtype=np.int64)
    return keys


def _largest(keys: Ints, depth: int) -> Ints:
    """The largest ``depth`` of each row, in any order; ``keys`` is reordered."""
    if keys.shape[1] > depth:
        keys.partition(keys.shape[1] - depth, axis=1)
    return keys[:, -depth:]
