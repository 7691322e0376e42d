"""Exact ranks of relevant passages, in the whole pool and in each language, and the best passages of the pool."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from isoglot.arrays import Floats, Ints, Similarities
from isoglot.data.collection import Collection
from isoglot.encoder.scoring import Rows, Scoring
from isoglot.encoder.similarity import Similarity
from isoglot.evaluation.counting import Thresholds, before
from isoglot.evaluation.tiles import Rescore, Tile, Tiles
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
    queries: Rows,
    passages: Rows,
    collection: Collection,
    *,
    similarity: Scoring[Any] = Similarity.DOT,
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
    # A relevant passage's score must be known to the last bit before anything can be counted as above it. Where a tile
    # has whole rows it has that score; otherwise pairs are scored first; and where a tile's scores are those that
    # decide, all are computed twice, since they are too many to keep.
    if not tiles.sure:
        search.threshold[:] = tiles.pairs(search.query, search.passage)
    passes = ((True, False), (False, True)) if tiles.sure and len(tiles.blocks) > 1 else ((tiles.sure, True),)
    for note, count in passes:
        for tile in tiles.read():
            if note:
                search.note_thresholds(tile)
            if count:
                search.count(tile)
            told(2 // len(passes) * tile.scores.size)
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
        mine, block = self._relevant(tile), tile.block
        thresholds = Thresholds(
            row=self.query[mine] - tile.place.start,
            score=self.threshold[mine],
            order=self.order[self.passage[mine]],
            column=self.column[mine] - block.start,
        )
        passages = self.passage_of_column[block.slice]
        order = self.order[passages]
        for language, (first, last) in enumerate(
            pairwise((self.bounds.clip(block.start, block.stop) - block.start).tolist())
        ):
            if first == last:
                continue
            above = before(tile, range(first, last), order[first:last], thresholds)
            self.pool_rank[mine] += above
            self.language_rank[mine] += np.where(self.language[mine] == language, above, 0)
        self.top.add(tile, passages)

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
