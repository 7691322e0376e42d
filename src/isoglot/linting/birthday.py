"""Expected false negatives of batches that are drawn at random: the birthday problem, with items for people.

Any two of N items are both in a batch of B, drawn without repeats, with probability B(B - 1) / (N(N - 1)) (the
hypergeometric distribution: Feller 1968, "An Introduction to Probability Theory and Its Applications" I, sections II.3
and II.6). Expectations add up whether or not the pairs depend on each other, so a batch is expected to hold

    E = sum over groups of C(g, 2) * B(B - 1) / (N(N - 1))

pairs of items of one group, g being a group's size.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from isoglot.arrays import Ints


def together(*, items: int, batch: int) -> float:
    """The probability that two given of ``items`` items are both in a batch of ``batch``."""
    return batch * (batch - 1) / (items * (items - 1)) if items > 1 else 0.0


def colliding_pairs(keys: Ints) -> int:
    """Pairs of rows that agree in a column, by inclusion and exclusion: (items, columns) int64 -> count."""
    total = 0
    for size in range(1, keys.shape[1] + 1):
        for columns in combinations(keys.T, size):
            total += (-1) ** (size + 1) * int((same(columns) - 1).sum())
    return total // 2  # every row counts the rows that agree with it


def same(columns: Sequence[Ints]) -> Ints:
    """How many rows agree with each in all columns, itself included: (items,) int64s -> (items,) int64."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        _, number = np.unique(column, return_inverse=True)
        _, code = np.unique(code * (int(number.max(initial=0)) + 1) + number, return_inverse=True)
    counts: Ints = np.bincount(code, minlength=1)[code]
    return counts


def unseen(query: Ints, keys: Ints) -> Ints:
    """How many other items have an item's query and may share a batch with it: (items,) int64.

    Args:
        query: (items,) int64, equal for equal queries; 0 for none.
        keys: (items, 2) int64; items that agree in a column do not share a batch.
    """
    group, text = keys.T
    others = same([query]) - same([query, group]) - same([query, text]) + same([query, group, text])
    none: Ints = np.where(query == 0, 0, others)
    return none
