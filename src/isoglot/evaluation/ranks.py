"""Exact ranks of relevant passages, in the whole pool and in each language, and the best passages of the pool."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from isoglot.arrays import Bools, Floats, Ints, Similarities
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError
from isoglot.evaluation.top import Top

Rescore = Callable[[Similarities, Ints, Ints], Similarities]
"""(scores (rows, columns), query rows (rows,), passage rows (columns,)) -> scores; each by itself, always the same."""

_WIDEST_BLOCK = 1 << 16  # passages; wider blocks do not make the product faster


class VectorRows(Protocol):
    """Rows that are read a part at a time: an array, a memory-mapped file, or ``Embeddings``."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, rows: Ints, /) -> Similarities: ...


@dataclass(frozen=True, kw_only=True)
class Ranks:
    """Where the relevant passages of every query stand; rank 1 is the best.

    Attributes:
        query, passage: (relevant,) int64, the judged pairs with a grade above 0, sorted by query.
        grade: (relevant,) int64.
        pool_rank: (relevant,) float64, rank among all passages; infinite for a passage that a run does not have.
        language_rank: (relevant,) float64, rank among the passages of the relevant passage's own language.
        top_passage: (queries, depth) int64, the best passages of the pool, best first; -1 after a run's last hit.
        top_score: (queries, depth) float32, their scores; -inf after a run's last hit.
    """

    query: Ints
    passage: Ints
    grade: Ints
    pool_rank: Floats
    language_rank: Floats
    top_passage: Ints
    top_score: Similarities

    @property
    def hits(self) -> Ints:
        """(queries,) int64, how many of ``top_passage`` are there."""
        counts: Ints = (self.top_passage >= 0).sum(axis=1)
        return counts

    def least_pool_rank(self) -> Floats:
        """(relevant,) float64, ``pool_rank``, where a passage that a run does not have counts as one below its last
        hit: the least rank it can have.
        """
        return np.where(np.isinf(self.pool_rank), self.hits[self.query] + 1, self.pool_rank)


def rank_relevant(
    queries: VectorRows,
    passages: VectorRows,
    collection: Collection,
    *,
    depth: int = 10,
    budget: int = 512 << 20,
    rescore: Rescore | None = None,
    progress: Callable[[int], object] | None = None,
) -> Ranks:
    """Score every query against every passage and keep what the measures need.

    Rankings are complete and exact: nothing is cut off. A query that is itself a passage of the pool
    (``collection.query_passage``) does not meet that passage. Equal scores are ordered by descending passage id, as
    trec_eval does. The pool is read in blocks and the queries in tiles, so that besides the query vectors and
    the result about ``budget`` bytes are in use, whatever the size of the pool; the cost grows with queries
    times passages.

    Args:
        queries: (queries, width) float32.
        passages: (passages, width) float32; the score is the dot product, so normalise both for cosine.
        collection: languages and judgements.
        depth: how many of the best passages to keep for every query; the whole pool where it is smaller.
        budget: bytes for a block of passages and a tile of scores with its copies.
        rescore: changes a tile of scores before anything is ranked. It must be a function of score, query and
            passage alone, for a tile may come twice and tiles have any size. What it needs is beside the budget.
        progress: told the number of scores done since it was told last; the total is 2 * queries * passages.

    Raises:
        ConfigError: ``rescore`` returns another shape, or NaN.
    """
    others = passages.shape[0] - int((collection.query_passage >= 0).any())
    search = _Search(queries, passages, collection, depth=min(depth, others), budget=budget, rescore=rescore)
    told = progress or (lambda scores: None)
    # A relevant passage's score must be known, to the last bit as the blocks give it, before anything can be counted
    # as above it. Where the pool is one block a tile has whole rows; where it is several, the scores are computed
    # twice, since they are too many to keep.
    passes = ((True, True),) if len(search.blocks) == 1 else ((True, False), (False, True))
    for note, count in passes:
        for place, block in search.tiles():
            scores = search.scores(place, block)
            if note:
                search.note_thresholds(place, block, scores)
            if count:
                search.count(place, block, scores)
            told((note + count) * place.size * block.size)
    return search.result()


@dataclass(frozen=True)
class _Span:
    """Rows of the score matrix, or columns."""

    start: int
    stop: int

    @property
    def size(self) -> int:
        return self.stop - self.start

    @property
    def slice(self) -> slice:
        return slice(self.start, self.stop)


class _Search:
    """The ranking under way. Columns are the passages ordered by language, so that a language is one run of columns."""

    def __init__(
        self,
        queries: VectorRows,
        passages: VectorRows,
        collection: Collection,
        *,
        depth: int,
        budget: int,
        rescore: Rescore | None,
    ) -> None:
        self.queries = np.ascontiguousarray(queries[np.arange(queries.shape[0])], dtype=np.float32)
        self.passages = passages
        self.rescore = rescore
        self.passage_of_column = np.argsort(collection.passage_language, kind="stable")
        column_of_passage = np.empty_like(self.passage_of_column)
        column_of_passage[self.passage_of_column] = np.arange(len(column_of_passage))
        self.bounds = np.searchsorted(
            collection.passage_language[self.passage_of_column], np.arange(len(collection.languages) + 1)
        )
        self.order = collection.passage_order
        own = collection.query_passage
        self.own_column = np.where(own >= 0, column_of_passage[own], -1)
        judged = collection.judgements
        relevant = judged.grade > 0
        self.query, self.passage, self.grade = judged.query[relevant], judged.passage[relevant], judged.grade[relevant]
        self.column = column_of_passage[self.passage]
        self.language = collection.passage_language[self.passage]
        self.threshold = np.empty(len(self.query), dtype=np.float32)
        self.pool_rank, self.language_rank = np.ones(len(self.query)), np.ones(len(self.query))
        self.top = Top(queries.shape[0], depth, self.order)
        self.blocks = _split(len(self.passage_of_column), width=passages.shape[1], budget=budget)
        self.rows = max(1, budget * 3 // 4 // (16 * self.blocks[0].size))  # scores, a sorted copy, masks
        self._block: tuple[_Span, Similarities] | None = None

    def tiles(self) -> list[tuple[_Span, _Span]]:
        """(queries, columns) of every tile, a block of columns after the other."""
        count = len(self.queries)
        places = [_Span(start, min(start + self.rows, count)) for start in range(0, count, self.rows)]
        return [(place, block) for block in self.blocks for place in places]

    def note_thresholds(self, place: _Span, block: _Span, scores: Similarities) -> None:
        """Note the scores of the relevant passages of the tile."""
        mine = self._relevant(place)
        inside = mine[(self.column[mine] >= block.start) & (self.column[mine] < block.stop)]
        self.threshold[inside] = scores[self.query[inside] - place.start, self.column[inside] - block.start]

    def count(self, place: _Span, block: _Span, scores: Similarities) -> None:
        """Add to the ranks what stands above in the tile, and keep the tile's best passages."""
        mine = self._relevant(place)
        rows, values = self.query[mine] - place.start, self.threshold[mine]
        best = []
        for language, (first, last) in enumerate(pairwise(self.bounds.clip(block.start, block.stop).tolist())):
            if first == last:
                continue
            ordered = _sorted(scores[:, first - block.start : last - block.start])
            best.append(ordered[:, -self.top.depth :])
            above, equal = _count(ordered, rows, values)
            same = self.language[mine] == language
            own = same & (self.column[mine] >= block.start) & (self.column[mine] < block.stop)
            ties = np.flatnonzero(equal > own)
            for some in np.array_split(ties, -(-len(ties) // self.rows) or 1):  # no more rows than the tile has
                above[some] += self._before(mine[some], scores, rows[some], range(first, last), block)
            self.pool_rank[mine] += above
            self.language_rank[mine] += np.where(same, above, 0)
        self.top.add(place.start, scores, np.concatenate(best, axis=1), self.passage_of_column[block.slice])

    def result(self) -> Ranks:
        return Ranks(
            query=self.query,
            passage=self.passage,
            grade=self.grade,
            pool_rank=self.pool_rank,
            language_rank=self.language_rank,
            top_passage=self.top.passage,
            top_score=self.top.score,
        )

    def _relevant(self, place: _Span) -> Ints:
        first, last = np.searchsorted(self.query, [place.start, place.stop])
        return np.arange(first, last)

    def scores(self, place: _Span, block: _Span) -> Similarities:
        """(rows, columns) of the tile."""
        if self._block is None or self._block[0] != block:
            self._block = (
                block,
                np.ascontiguousarray(self.passages[self.passage_of_column[block.slice]], dtype=np.float32),
            )
        scores: Similarities = self.queries[place.slice] @ self._block[1].T
        if self.rescore is not None:
            scores = self._rescored(self.rescore, scores, place, block)
        own = self.own_column[place.slice]
        inside = np.flatnonzero((own >= block.start) & (own < block.stop))
        scores[inside, own[inside] - block.start] = -np.inf
        return scores

    def _rescored(self, rescore: Rescore, scores: Similarities, place: _Span, block: _Span) -> Similarities:
        changed = rescore(scores, np.arange(place.start, place.stop), self.passage_of_column[block.slice])
        if changed.shape != scores.shape or np.isnan(changed).any():
            raise ConfigError(f"rescore must return scores of shape {scores.shape} without NaN.")
        return np.ascontiguousarray(changed, dtype=np.float32)

    def _before(self, ties: Ints, scores: Similarities, rows: Ints, columns: range, block: _Span) -> Ints:
        """(ties,) how many of the columns have the same score and a greater id than each tied relevant passage."""
        part = scores[rows, columns.start - block.start : columns.stop - block.start]
        rivals = self.order[self.passage_of_column[columns.start : columns.stop]]
        before = (part == self.threshold[ties, None]) & (rivals > self.order[self.passage[ties], None])
        counts: Ints = before.sum(axis=1)
        return counts


def _split(columns: int, *, width: int, budget: int) -> list[_Span]:
    """Blocks of columns whose vectors take a quarter of the budget at most, all of about one size."""
    widest = max(1, min(_WIDEST_BLOCK, budget // 4 // (4 * width)))
    bounds = np.linspace(0, columns, -(-columns // widest) + 1).round().astype(int).tolist()
    return [_Span(start, stop) for start, stop in pairwise(bounds)]


def _sorted(scores: Similarities) -> Similarities:
    """A copy with each row ascending; numpy sorts on one core, so rows are shared out."""
    ordered = scores.copy()
    parts = np.array_split(ordered, min(_threads(), len(ordered)))
    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(lambda part: part.sort(axis=1), parts))
    return ordered


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
