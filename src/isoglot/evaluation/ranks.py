"""Exact ranks of relevant passages, in the whole pool and in each language, and the best passages of the pool."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from isoglot.arrays import Bools, Floats, Ints, Similarities
from isoglot.data.collection import Collection
from isoglot.encoder.similarity import Similarity
from isoglot.evaluation.tiles import Rescore, Tile, Tiles, VectorRows
from isoglot.evaluation.top import Top

RANKING_BYTES = 512 << 20
"""What a ranking takes for its tiles if nothing else is said."""


@dataclass(frozen=True, kw_only=True)
class Ranks:
    """Where the relevant passages of every query stand; rank 1 is the best.

    Attributes:
        query, passage: (relevant,) int64, the judged pairs with a grade above 0, sorted by query.
        grade: (relevant,) int64.
        pool_rank: (relevant,) float64, rank among all passages; infinite for a passage that a run does not have.
        language_rank: (relevant,) float64, rank among the passages of the relevant passage's own language.
        top_passage: (queries, depth) int64, the best passages of the pool, best first; -1 after a run's last hit.
        top_score: (queries, depth) their scores, float32 or (distances) float64; -inf after a run's last hit.
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
    similarity: Similarity = Similarity.DOT,
    depth: int = 10,
    budget: int = RANKING_BYTES,
    rescore: Rescore | None = None,
    progress: Callable[[int], object] | None = None,
) -> Ranks:
    """Score every query against every passage and keep what the measures need.

    Rankings are complete and exact: nothing is cut off, and distances are told apart to the last bit of float64. A
    query that is itself a passage of the pool (``collection.query_passage``) does not meet that passage. Equal scores
    are ordered by descending passage id, as trec_eval does. The pool is read in blocks and the queries in tiles, so
    that besides the query vectors and the result about ``budget`` bytes are in use, whatever the size of the pool; the
    cost grows with queries times passages.

    Args:
        queries: (queries, width) float32.
        passages: (passages, width) float32.
        collection: languages and judgements.
        similarity: what the scores are; vectors must have length 1 for cosine.
        depth: how many of the best passages to keep for every query; the whole pool where it is smaller.
        budget: bytes for a block of passages and a tile of scores with its copies.
        rescore: changes a tile of scores before anything is ranked. It must be a function of score, query and
            passage alone, for a tile may come twice and tiles have any size. What it needs is beside the budget. It
            is given distances to about 2^-27 of their size, and what it returns is ranked as it is.
        progress: told the number of scores done since it was told last; the total is 2 * queries * passages.

    Raises:
        ConfigError: ``rescore`` returns another shape, or NaN.
    """
    others = passages.shape[0] - int((collection.query_passage >= 0).any())
    search = _Search(collection, depth=min(depth, others), dtype=similarity.dtype)
    tiles = Tiles(
        queries,
        passages,
        passage_of_column=search.passage_of_column,
        own_column=search.own_column,
        similarity=similarity,
        budget=budget,
        rescore=rescore,
    )
    told = progress or (lambda scores: None)
    # A relevant passage's score must be known, to the last bit as the blocks give it, before anything can be counted
    # as above it. Where the pool is one block a tile has whole rows; where it is several, the scores are computed
    # twice, since they are too many to keep.
    passes = ((True, True),) if len(tiles.blocks) == 1 else ((True, False), (False, True))
    for note, count in passes:
        for tile in tiles.read():
            if note:
                search.note_thresholds(tile)
            if count:
                search.count(tile)
            told((note + count) * tile.scores.size)
    return search.result()


class _Search:
    """The ranking under way. Columns are the passages ordered by language, so that a language is one run of columns."""

    def __init__(self, collection: Collection, *, depth: int, dtype: np.dtype[np.floating]) -> None:
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
        self.threshold = np.empty(len(self.query), dtype=dtype)
        self.pool_rank, self.language_rank = np.ones(len(self.query)), np.ones(len(self.query))
        self.top = Top(len(collection.queries), depth, self.order, dtype=dtype)

    def note_thresholds(self, tile: Tile) -> None:
        """Note the scores of the relevant passages of the tile."""
        mine, block = self._relevant(tile), tile.block
        inside = mine[(self.column[mine] >= block.start) & (self.column[mine] < block.stop)]
        self.threshold[inside] = tile.exact(self.query[inside] - tile.place.start, self.column[inside] - block.start)

    def count(self, tile: Tile) -> None:
        """Add to the ranks what stands above in the tile, and keep the tile's best passages."""
        mine, block, scores = self._relevant(tile), tile.block, tile.scores
        rows, best = self.query[mine] - tile.place.start, []
        for language, (first, last) in enumerate(pairwise(self.bounds.clip(block.start, block.stop).tolist())):
            if first == last:
                continue
            ordered = _sorted(scores[:, first - block.start : last - block.start])
            best.append(ordered[:, -self.top.depth :])
            above, near = self._counted(ordered, rows, mine, tile.error)
            same = self.language[mine] == language
            own = same & (self.column[mine] >= block.start) & (self.column[mine] < block.stop)
            ties = np.flatnonzero(near > own)
            for some in np.array_split(ties, -(-len(ties) // len(scores)) or 1):  # no more rows than the tile has
                above[some] += self._before(mine[some], rows[some], range(first, last), tile)
            self.pool_rank[mine] += above
            self.language_rank[mine] += np.where(same, above, 0)
        self.top.add(tile, np.concatenate(best, axis=1), self.passage_of_column[block.slice])

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

    def _relevant(self, tile: Tile) -> Ints:
        first, last = np.searchsorted(self.query, [tile.place.start, tile.place.stop])
        return np.arange(first, last)

    def _counted(self, ordered: Similarities, rows: Ints, mine: Ints, error: Similarities) -> tuple[Ints, Ints]:
        """How many of a row's sorted scores lie above each threshold for sure, and how many may equal it or not."""
        above, near = _count(ordered, rows, self.threshold[mine] + error[rows])
        if error.any():
            more, equal = _count(ordered, rows, self.threshold[mine] - error[rows])
            near = more + equal - above
        return above, near

    def _before(self, ties: Ints, rows: Ints, columns: range, tile: Tile) -> Ints:
        """(ties,) how many of the columns that may have the score of each tied relevant passage stand before it: with a
        greater exact score, or with the same and a greater id.
        """
        start = columns.start - tile.block.start
        part = tile.scores[rows, start : start + len(columns)]
        value, error = self.threshold[ties, None], tile.error[rows, None]
        close = (part >= value - error) & (part <= value + error)
        if error.any():
            tie, column = np.nonzero(close)
            part[tie, column] = tile.exact(rows[tie], column + start)
        later = self.order[self.passage_of_column[columns.start : columns.stop]] > self.order[self.passage[ties], None]
        counts: Ints = (close & ((part > value) | ((part == value) & later))).sum(axis=1)
        return counts


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
