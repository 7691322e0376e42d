"""Exact ranks of relevant passages, in the whole pool and in each language, from one pass over the scores."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch

from isoglot.data.collection import Collection
from isoglot.errors import ConfigError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


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
    pool_rank: Doubles
    language_rank: Doubles
    top_passage: Ints
    top_score: Floats

    @property
    def hits(self) -> Ints:
        """(queries,) int64, how many of ``top_passage`` are there."""
        counts: Ints = (self.top_passage >= 0).sum(axis=1)
        return counts

    def least_pool_rank(self) -> Doubles:
        """(relevant,) float64, ``pool_rank``, where a passage that a run does not have counts as one below its last
        hit: the least rank it can have.
        """
        return np.where(np.isinf(self.pool_rank), self.hits[self.query] + 1, self.pool_rank)


def rank_relevant(
    queries: Floats, passages: Floats, collection: Collection, *, depth: int = 10, budget: int = 512 << 20
) -> Ranks:
    """Score every query against every passage and keep what the measures need.

    Rankings are complete and exact: nothing is cut off. Equal scores are ordered by descending passage id, as
    trec_eval does. Queries are scored in tiles so that at most about ``budget`` bytes are in use at a time.

    Args:
        queries: (queries, width) float32.
        passages: (passages, width) float32; the score is the dot product, so normalise both for cosine.
        collection: languages and judgements.
        depth: how many of the best passages to keep for every query; the whole pool where it is smaller.
        budget: bytes for one tile of scores and its sorted copy.

    Raises:
        ConfigError: the budget does not hold the scores of a single query.
    """
    judged = collection.judgements
    relevant = judged.grade > 0
    query, passage, grade = judged.query[relevant], judged.passage[relevant], judged.grade[relevant]
    depth = min(depth, len(passages))
    by_language = np.argsort(collection.passage_language, kind="stable")
    scorer = _Scorer(passages[by_language], by_language, collection, depth)
    pool_rank, language_rank = np.empty(len(query)), np.empty(len(query))
    top_passage = np.empty((len(queries), depth), dtype=np.int64)
    top_score = np.empty((len(queries), depth), dtype=np.float32)
    for start, stop in _tiles(len(queries), len(passages), budget):
        span = slice(*np.searchsorted(query, [start, stop]))
        tile = scorer.score(queries[start:stop])
        pool_rank[span], language_rank[span] = tile.ranks(query[span] - start, passage[span])
        top_passage[start:stop], top_score[start:stop] = tile.top()
    return Ranks(
        query=query,
        passage=passage,
        grade=grade,
        pool_rank=pool_rank,
        language_rank=language_rank,
        top_passage=top_passage,
        top_score=top_score,
    )


def _tiles(queries: int, passages: int, budget: int) -> Iterator[tuple[int, int]]:
    # The scores, their copy sorted by language, the mask of the best, its candidates: at most four matrices.
    rows = budget // (4 * 4 * passages)
    if rows < 1:
        raise ConfigError(
            f"a memory budget of {budget >> 20} MiB does not hold the scores of one query over {passages} "
            f"passages: it takes {(16 * passages >> 20) + 1} MiB."
        )
    for start in range(0, queries, rows):
        yield start, min(start + rows, queries)


class _Scorer:
    """The passages, ordered by language so that each language is one run of columns."""

    def __init__(self, passages: Floats, by_language: Ints, collection: Collection, depth: int) -> None:
        self.passages = np.ascontiguousarray(passages)
        self.passage_of_column = by_language
        self.column_of_passage = np.argsort(by_language)
        self.tie_order = collection.passage_order[by_language]
        self.column_language = collection.passage_language[by_language]
        bounds = np.searchsorted(self.column_language, np.arange(len(collection.languages) + 1))
        self.runs = [slice(first, last) for first, last in pairwise(bounds.tolist())]
        self.depth = depth

    def score(self, queries: Floats) -> "_Tile":
        return _Tile(self, queries @ self.passages.T)


class _Tile:
    """Scores of some queries over all passages: (rows, columns)."""

    def __init__(self, scorer: _Scorer, scores: Floats) -> None:
        self.scorer, self.scores = scorer, scores
        # Sorting each language serves the pool too: a pool rank is the sum of what lies above in each.
        self.ordered = [np.sort(scores[:, run], axis=1) for run in scorer.runs]

    def ranks(self, rows: Ints, passages: Ints) -> tuple[Ints, Ints]:
        """Pool and language rank of each (row, passage), rows ascending."""
        columns = self.scorer.column_of_passage[passages]
        languages = self.scorer.column_language[columns]
        values = self.scores[rows, columns]
        pool, language = np.ones_like(rows), np.ones_like(rows)
        ties = np.zeros_like(rows)
        for number, ordered in enumerate(self.ordered):
            above, equal = _count(ordered, rows, values)
            pool += above
            ties += equal
            language += np.where(languages == number, above, 0)
        for place in np.flatnonzero(ties > 1):
            mine = columns[place]
            equals = np.flatnonzero(self.scores[rows[place]] == values[place])
            before = equals[self.scorer.tie_order[equals] > self.scorer.tie_order[mine]]
            pool[place] += len(before)
            language[place] += (self.scorer.column_language[before] == languages[place]).sum()
        return pool, language

    def top(self) -> tuple[Ints, Floats]:
        """(rows, depth) best passages and their scores, best first."""
        depth, order = self.scorer.depth, self.scorer.tie_order
        candidates = np.concatenate([part[:, -depth:] for part in self.ordered], axis=1)
        threshold = np.partition(candidates, -depth, axis=1)[:, -depth]
        best = self.scores >= threshold[:, None]
        for row in np.flatnonzero(best.sum(axis=1) > depth):
            tied = np.flatnonzero(self.scores[row] == threshold[row])
            excess = int(best[row].sum()) - depth
            best[row, tied[np.argsort(order[tied])[:excess]]] = False
        columns = np.nonzero(best)[1].reshape(-1, depth)
        scores = np.take_along_axis(self.scores, columns, axis=1)
        ranked = np.lexsort((-order[columns], -scores), axis=1)
        passages = self.scorer.passage_of_column[np.take_along_axis(columns, ranked, axis=1)]
        return passages, np.take_along_axis(scores, ranked, axis=1)


def _count(ordered: Floats, rows: Ints, values: Floats) -> tuple[Ints, Ints]:
    """How many of a row's sorted scores lie above each value, and how many equal it; rows ascending."""
    width = ordered.shape[1]
    counts = np.bincount(rows, minlength=len(ordered))
    place = np.arange(len(rows)) - (np.cumsum(counts) - counts)[rows]
    wanted = np.full((len(ordered), int(counts.max(initial=0))), np.inf, dtype=np.float32)
    wanted[rows, place] = values
    table, keys = torch.from_numpy(ordered), torch.from_numpy(wanted)
    below = torch.searchsorted(table, keys).numpy()[rows, place]
    not_above = torch.searchsorted(table, keys, right=True).numpy()[rows, place]
    return width - not_above, not_above - below
