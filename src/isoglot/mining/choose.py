"""From rankings to negatives: false negatives dropped, the queries' rankings merged, the best kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Bools, Ints, Similarities
from isoglot.mining.options import MiningOptions
from isoglot.mining.search import Hits


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What some items get in a language.

    Attributes:
        columns: (items, negatives) int64, the hardest first; -1 where candidates ran out.
        row, column: (candidates,) int64, every passage that a query ranked down to ``range_max``, once an item; sorted.
        skipped: (candidates,) bool, left out by its rank.
        dropped: (candidates,) bool, left out by a margin.
    """

    columns: Ints
    row: Ints
    column: Ints
    skipped: Bools
    dropped: Bools


def choose(found: Sequence[Hits], *, items: int, options: MiningOptions) -> Chosen:
    """Choose each item's negatives among the candidates of its queries.

    A candidate that is too near for one query is left out for all: the queries are translations of each other, so
    what answers one answers all. Scores of different queries are not compared: an encoder gives higher ones to some
    pairs of languages. The rankings take turns instead: first what any query has at rank 1, in the order of ``found``,
    then at rank 2, and so on.

    Args:
        found: one for each language of queries.
        items: how many items their ``rows`` count.
        options: how many, and what is too near.
    """
    row, column, rank, turn, near = _candidates(found, options)
    skipped = rank < options.range_min
    dropped = near & ~skipped
    kept = np.flatnonzero(~skipped & ~dropped)
    kept = kept[np.lexsort((turn[kept], rank[kept], row[kept]))]
    place = np.arange(len(kept)) - np.searchsorted(row[kept], row[kept])
    kept, place = kept[place < options.num_negatives], place[place < options.num_negatives]
    columns = np.full((items, options.num_negatives), -1, dtype=np.int64)
    columns[row[kept], place] = column[kept]
    return Chosen(columns=columns, row=row, column=column, skipped=skipped, dropped=dropped)


def too_near(score: Similarities, positive: Similarities, options: MiningOptions) -> Bools:
    """(n, depth) bool: scores above a margin of the positive's; (n, depth) and (n,) float32.

    Where the positive's score is negative, the share is taken of its size: it is lowered by as much.
    """
    own = positive.astype(np.float64)[:, None]
    limit = np.full_like(own, np.inf)
    if options.relative_margin is not None:
        limit = own - options.relative_margin * np.abs(own)
    if options.absolute_margin is not None:
        limit = np.minimum(limit, own - options.absolute_margin)
    near: Bools = score > limit
    return near


def fill(chosen: Chosen, row: int, *, family: Ints, passages: int, rng: np.random.Generator) -> None:
    """Fill the places of an item that has too few, in ``chosen.columns``, with passages drawn at random.

    Args:
        chosen: what was chosen.
        row: the item's.
        family: (n,) int64, the columns that the item must not have.
        passages: how many columns there are.
        rng: draws.
    """
    places = np.flatnonzero(chosen.columns[row] < 0)
    ranked = chosen.column[slice(*np.searchsorted(chosen.row, [row, row + 1]))]
    taken = np.union1d(family, ranked)
    free = passages - len(taken)
    drawn = rng.choice(free, min(free, len(places)), replace=False) if free else np.empty(0, dtype=np.int64)
    # The n-th free column: n plus how many of the taken stand before it.
    columns = drawn + np.searchsorted(taken - np.arange(len(taken)), drawn, side="right")
    chosen.columns[row, places[: len(columns)]] = columns


def _candidates(found: Sequence[Hits], options: MiningOptions) -> tuple[Ints, Ints, Ints, Ints, Bools]:
    """(Row, column, best rank from 0, the first of ``found`` with that rank, whether any has it too near)."""
    none = np.empty(0, dtype=np.int64)
    parts = [(none, none, none, none, none.astype(bool))]  # where nobody asked
    for turn, hits in enumerate(found):
        there = hits.column >= 0
        place, rank = np.nonzero(there)
        near = too_near(hits.score, hits.positive, options)[there]
        parts.append((hits.rows[place], hits.column[there], rank, np.full(len(rank), turn), near))
    rows, columns, ranks, turns, nears = (np.concatenate(values) for values in zip(*parts, strict=True))
    order = np.lexsort((turns, ranks, columns, rows))
    new = (np.diff(rows[order], prepend=-1) != 0) | (np.diff(columns[order], prepend=-1) != 0)
    first = np.flatnonzero(new)
    best = order[first]
    any_near = np.logical_or.reduceat(nears[order], first) if len(first) else np.zeros(0, dtype=bool)
    return rows[best], columns[best], ranks[best], turns[best], any_near
