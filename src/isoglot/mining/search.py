"""The best passages of a language for the queries of a language, those of an item's own family left out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Ints, Similarities
from isoglot.mining.best import Best
from isoglot.mining.finder import Index
from isoglot.mining.passages import Passages

# What a tile takes for each of its scores: the score, its copy, the key that is sorted, and, where all passages are of
# the family, the coordinates that say so.
BYTES_PER_SCORE = 40


@dataclass(frozen=True, kw_only=True)
class Hits:
    """What the queries of one language found among the passages of one language.

    Attributes:
        rows: (n,) int64, which of the items at hand have such a query.
        column: (n, depth) int64, the passages, best first; -1 after the last.
        score: (n, depth) float32; -inf there.
        positive: (n,) float32, the score of the item's own passage.
    """

    rows: Ints
    column: Ints
    score: Similarities
    positive: Similarities


def search(
    index: Index,
    passages: Passages,
    keys: csr_array,
    *,
    language: str,
    rows: Ints,
    items: Ints,
    depth: int,
    budget: int,
    told: Callable[[int], object],
) -> Hits:
    """Rank the passages for each item's query; complete and exact, nothing is approximated.

    Args:
        index: scores the passages.
        passages: of one language, in which every item has one.
        keys: (all items, keys), as :attr:`Families.items`; passages that share one with an item are not ranked for it.
        language: of the queries.
        rows: (n,) kept in the result.
        items: (n,) the items whose queries are asked.
        depth: how many of the best passages to keep.
        budget: bytes for a tile of scores and what is made of it.
        told: of the number of scores done since it was told last.
    """
    best = Best(len(items), depth)
    positive = np.empty(len(items), dtype=np.float32)
    own = passages.column[items]
    for block in _runs(len(passages), index.widest):
        families = csr_array(passages.keys[:, block])
        for tile in _runs(len(items), max(1, budget // (BYTES_PER_SCORE * (block.stop - block.start)))):
            scores = index.scores(language, items[tile], block)
            inside = np.flatnonzero((own[tile] >= block.start) & (own[tile] < block.stop))
            positive[inside + tile.start] = scores[inside, own[tile][inside] - block.start]
            scores[(keys[items[tile]] @ families).tocoo().coords] = -np.inf
            scores[scores <= index.least] = -np.inf
            best.add(tile, scores, first=block.start)
            told(scores.size)
    column, score = best.ranked()
    return Hits(rows=rows, column=column, score=score, positive=positive)


def _runs(size: int, longest: int) -> Iterator[slice]:
    for start in range(0, size, longest):
        yield slice(start, min(start + longest, size))
