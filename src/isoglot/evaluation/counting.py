"""How many scores of a run of columns stand before those of relevant passages.

Scores that are known to the last bit are sorted, and every threshold of a row is looked up. Those that are known to an
error alone are gone over for each threshold: a few passages are near it, and their exact scores decide.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from isoglot.arrays import Bools, Floats, Ints, Similarities
from isoglot.evaluation.tiles import Tile

_WORTH_A_THREAD = 1 << 16  # scores

Part = TypeVar("Part")
Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class Thresholds:
    """Relevant passages whose queries are rows of a tile.

    Attributes:
        row: (thresholds,) int64, in the tile; ascending.
        score: (thresholds,) of the relevant passage, to the last bit.
        order: (thresholds,) int64, the relevant passage's place in the order of ids.
        column: (thresholds,) int64, the relevant passage's, in the tile; outside of it where it is in another.
    """

    row: Ints
    score: Similarities
    order: Ints
    column: Ints


def before(tile: Tile, columns: range, order: Ints, thresholds: Thresholds) -> Ints:
    """How many of the columns stand before each threshold's passage: by a greater score, or the same and a greater id.

    Args:
        tile: of scores.
        columns: of the tile.
        order: (columns,) int64, their passages' places in the order of ids.
        thresholds: what is ranked.

    Returns:
        (thresholds,) int64.
    """
    return (_by_sorting if tile.sure else _by_error)(tile, columns, order, thresholds)


def _by_sorting(tile: Tile, columns: range, order: Ints, thresholds: Thresholds) -> Ints:
    scores = tile.scores[:, columns.start : columns.stop]
    above, equal = _count(_sorted(scores), thresholds.row, thresholds.score)
    own = (thresholds.column >= columns.start) & (thresholds.column < columns.stop)
    ties = np.flatnonzero(equal > own)
    for some in np.array_split(ties, -(-len(ties) // len(scores)) or 1):  # no more rows than the tile has
        close = scores[thresholds.row[some]] == thresholds.score[some, None]
        above[some] += (close & (order > thresholds.order[some, None])).sum(axis=1)
    return above


def _by_error(tile: Tile, columns: range, order: Ints, thresholds: Thresholds) -> Ints:
    error = tile.error[thresholds.row]
    low, high = (_beyond(thresholds.score + side * error, side, tile.scores.dtype) for side in (-1, 1))
    scores = tile.scores[:, columns.start : columns.stop]
    parts = np.array_split(np.arange(len(error)), _shares(len(error), scores.shape[1]))
    found = _shared_out(lambda part: _split(scores, thresholds.row[part], low[part], high[part]), parts)
    above = np.concatenate([counts for counts, _, _ in found])
    which = np.concatenate([part[of] for part, (_, of, _) in zip(parts, found, strict=True)])
    near = np.concatenate([columns_near for _, _, columns_near in found])
    exact = tile.exact(thresholds.row[which], near + columns.start)
    value = thresholds.score[which]
    first = (exact > value) | ((exact == value) & (order[near] > thresholds.order[which]))
    above += np.bincount(which[first], minlength=len(above))
    return above


def _beyond(values: Floats, side: int, dtype: np.dtype[np.floating]) -> Similarities:
    """The next number of this type, so that rounding to it moves no value inwards."""
    return np.nextafter(values.astype(dtype), dtype.type(side * np.inf))


def _split(scores: Similarities, rows: Ints, low: Similarities, high: Similarities) -> tuple[Ints, Ints, Ints]:
    """How many scores of a row are above ``high``; and the threshold and the column of those that are not, and not
    below ``low``.
    """
    above, which, near = np.empty(len(rows), dtype=np.int64), [], []
    over, rest = np.empty((2, scores.shape[1]), dtype=bool)
    for number, row in enumerate(rows.tolist()):
        np.greater(scores[row], high[number], out=over)
        np.greater_equal(scores[row], low[number], out=rest)
        above[number] = np.count_nonzero(over)
        np.not_equal(over, rest, out=rest)
        columns = np.flatnonzero(rest)
        near.append(columns)
        which.append(np.full(len(columns), number))
    none = np.empty(0, dtype=np.int64)
    return above, np.concatenate([none, *which]), np.concatenate([none, *near])


def _sorted(scores: Similarities) -> Similarities:
    """A copy with each row ascending; numpy sorts on one core, so rows are shared out."""
    ordered = scores.copy()
    _shared_out(lambda part: part.sort(axis=1), np.array_split(ordered, _shares(*ordered.shape)))
    return ordered


def _shares(rows: int, width: int) -> int:
    """Into how many parts of rows work is split: one a core, where it is more than threads cost."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, rows)) if rows * width > _WORTH_A_THREAD else 1


def _shared_out(do: Callable[[Part], Found], parts: Sequence[Part]) -> list[Found]:
    """What comes of every part, each in a thread of its own; numpy leaves the lock of the interpreter."""
    if len(parts) == 1:
        return [do(parts[0])]
    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(do, parts))


def _count(ordered: Similarities, rows: Ints, values: Similarities) -> tuple[Ints, Ints]:
    """How many of a row's sorted scores lie above each value, and how many equal it."""
    width = ordered.shape[1]
    flat, first = ordered.ravel(), rows * width
    below = _leading(lambda at: flat[first + at] < values, width, len(rows))
    equal = np.zeros_like(below)
    there = np.flatnonzero(below < width)
    there = there[flat[first[there] + below[there]] == values[there]]  # mostly few: a search for them alone
    start, wanted = first[there], values[there]
    equal[there] = _leading(lambda at: flat[start + at] <= wanted, width, len(there)) - below[there]
    return width - below - equal, equal


def _leading(holds: Callable[[Ints], Bools], width: int, count: int) -> Ints:
    """(count,) in how many of its first places a condition holds that holds up to some place and nowhere after.

    All are searched at once, by halves: a library's search goes row by row, or wants a rectangle of values.
    """
    found = np.zeros(count, dtype=np.int64)
    for bit in reversed(range(width.bit_length())):
        more = found + (1 << bit)
        found = np.where((more <= width) & holds(np.minimum(more, width) - 1), more, found)
    return found
