"""The scores of queries and passages as one matrix that is never whole: a tile of it at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from isoglot.arrays import Ints, Similarities
from isoglot.encoder.scoring import Block, Rows, Scoring
from isoglot.errors import ConfigError

Rescore = Callable[[Similarities, Ints, Ints], Similarities]
"""(scores (rows, columns), query rows (rows,), passage rows (columns,)) -> scores; each by itself, always the same."""

WIDEST_BLOCK = 1 << 16
"""Passages; wider blocks do not make the product faster."""

_PAIRS = 1 << 12  # scored at a time


@dataclass(frozen=True)
class Span:
    """Rows of the score matrix, or columns."""

    start: int
    stop: int

    @property
    def size(self) -> int:
        return self.stop - self.start

    @property
    def slice(self) -> slice:
        return slice(self.start, self.stop)


@dataclass(frozen=True, kw_only=True, eq=False)
class Tile:
    """Some queries and some columns.

    Attributes:
        place, block: which.
        scores: (rows, columns) of the similarity's type; -inf where a query meets itself.
        sure: whether they are :meth:`exact`.
        error: (rows,) how far they may be from it; 0 where they are sure.
    """

    place: Span
    block: Span
    scores: Similarities
    sure: bool
    error: Similarities
    _queries: Any
    _passages: Block[Any]

    def exact(self, rows: Ints, columns: Ints) -> Similarities:
        """(n,) the scores that decide, of some pairs; rows and columns are counted within the tile."""
        found = self.scores[rows, columns]
        if self.sure:
            return found
        return np.where(np.isneginf(found), found, self._passages.exact(found, self._queries, rows, columns))


class Tiles:
    """The matrix.

    Args:
        queries: of the similarity's kind.
        passages: of the same, in any order.
        passage_of_column: (columns,) which passage each column is.
        own_column: (queries,) the column that a query does not meet; -1 for none.
        similarity: what scores are.
        budget: bytes for a block of passages and a tile of scores with its copies.
        rescore: changes a tile of scores before anything is made of it.
    """

    def __init__(
        self,
        queries: Rows,
        passages: Rows,
        *,
        passage_of_column: Ints,
        own_column: Ints,
        similarity: Scoring[Any],
        budget: int,
        rescore: Rescore | None,
    ) -> None:
        self._count = queries.shape[0]
        self._queries = similarity.read(queries, np.arange(self._count))
        self._passages, self._passage_of_column, self._own_column = passages, passage_of_column, own_column
        self._similarity, self._rescore = similarity, rescore
        number = similarity.dtype.itemsize
        row = similarity.copies * passages.nbytes // max(1, passages.shape[0])
        self.blocks = _split(len(passage_of_column), width=max(1, row), budget=budget)
        self.sure = rescore is not None or similarity.sure(blocks=len(self.blocks))
        self.rows = max(1, budget * 3 // 4 // (4 * number * self.blocks[0].size))  # scores, a sorted copy, masks

    def pairs(self, queries: Ints, passages: Ints) -> Similarities:
        """(n,) the scores that decide, of some queries and passages; those of no tile are needed for it."""
        found = np.empty(len(queries), dtype=self._similarity.dtype)
        for start in range(0, len(queries), _PAIRS):
            part = slice(start, start + _PAIRS)
            of = np.arange(len(found[part]))
            rows = self._similarity.read(self._passages, passages[part])
            found[part] = self._similarity.pairs(self._queries[queries[part]], rows, of, of)
        return found

    def read(self) -> Iterator[Tile]:
        """Every tile, a block of columns after the other.

        Raises:
            ConfigError: ``rescore`` returns another shape, or NaN.
        """
        places = [Span(start, min(start + self.rows, self._count)) for start in range(0, self._count, self.rows)]
        for block in self.blocks:
            rows = self._similarity.read(self._passages, self._passage_of_column[block.slice])
            passages = self._similarity.block(rows)
            for place in places:
                yield self._tile(place, block, passages)

    def _tile(self, place: Span, block: Span, passages: Block[Any]) -> Tile:
        queries = self._queries[place.slice]
        scores = passages.scores(queries)
        if self._rescore is not None:
            scores = self._rescored(self._rescore, scores, place, block)
        own = self._own_column[place.slice]
        inside = np.flatnonzero((own >= block.start) & (own < block.stop))
        scores[inside, own[inside] - block.start] = -np.inf
        return Tile(
            place=place,
            block=block,
            scores=scores,
            sure=self.sure,
            error=np.zeros(place.size, scores.dtype) if self.sure else passages.error(queries),
            _queries=queries,
            _passages=passages,
        )

    def _rescored(self, rescore: Rescore, scores: Similarities, place: Span, block: Span) -> Similarities:
        changed = rescore(scores, np.arange(place.start, place.stop), self._passage_of_column[block.slice])
        if changed.shape != scores.shape or np.isnan(changed).any():
            raise ConfigError(f"rescore must return scores of shape {scores.shape} without NaN.")
        return np.ascontiguousarray(changed, dtype=scores.dtype)


def _split(columns: int, *, width: int, budget: int) -> list[Span]:
    """Blocks of columns, all of about one size, whose vectors of so many bytes take a quarter of the budget at most."""
    widest = max(1, min(WIDEST_BLOCK, budget // 4 // width))
    bounds = np.linspace(0, columns, -(-columns // widest) + 1).round().astype(int).tolist()
    return [Span(start, stop) for start, stop in pairwise(bounds)]
