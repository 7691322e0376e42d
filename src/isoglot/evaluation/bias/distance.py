"""How far apart the relevant passages of a query stand in the multilingual pool, and how deep the last one is.

All measures are per query, for queries with relevant passages in two or more languages; other queries have NaN,
for their distance is not one between languages. A run that lacks some of a query's relevant passages has them
below its last hit, and the values are then the least that they can be; where it lacks all of them nothing is
known of their distance, which is NaN.
"""

from functools import partial

import numpy as np

from isoglot.arrays import Bools, Floats, Ints
from isoglot.data.collection import Collection
from isoglot.evaluation.bias.measure import FOUND, PERCENT, RANK, BiasMeasure
from isoglot.evaluation.ranks import Ranks


def in_several_languages(ranks: Ranks, collection: Collection) -> Bools:
    """(queries,) whether a query has relevant passages in two or more languages."""
    language = collection.passage_language[ranks.passage]
    lowest, highest = np.full((2, len(collection.queries)), -1)
    lowest[ranks.query] = highest[ranks.query] = language
    np.minimum.at(lowest, ranks.query, language)
    np.maximum.at(highest, ranks.query, language)
    several: Bools = highest > lowest
    return several


def rank_distance(ranks: Ranks, collection: Collection) -> Floats:
    """(queries,) r_n - r_1, of relevant passages at ranks r_1 < .. < r_n (arXiv 2408.10536, section 4.3)."""
    found = _Reach(ranks, collection)
    return np.where(found.known, found.last - found.first, np.nan)


def rank_distance_normalised(ranks: Ranks, collection: Collection) -> Floats:
    """(queries,) (r_n - r_1 - (n - 1)) / (N - n), of n relevant passages in a pool of N (ours).

    0 side by side and 1 at the two ends of the pool, so that pools of different sizes compare.
    """
    count = _count(ranks, collection)
    distance = rank_distance(ranks, collection)
    return (distance - (count - 1)) / np.maximum(_pool(collection) - count, 1)


def log_rank_distance(ranks: Ranks, collection: Collection) -> Floats:
    """(queries,) log2(r_n / r_1), the doublings of depth from the first to the last (ours).

    From rank 1 to 11 is felt, from 5,001 to 5,011 is not; and a few passages thousands of ranks down, which decide a
    mean of rank distances, weigh here as much as a reader notices them.
    """
    found = _Reach(ranks, collection)
    ratio = np.full(len(found.first), np.nan)
    ratio[found.known] = np.log2(found.last[found.known] / found.first[found.known])
    return ratio


def max_rank(ranks: Ranks, collection: Collection) -> Floats:
    """(queries,) r_n, the depth at which the query has all its relevant passages.

    Max@R of Hong et al. 2026 (arXiv 2604.05684).
    """
    found = _Reach(ranks, collection)
    return np.where(found.several, found.last, np.nan)


def max_rank_normalised(ranks: Ranks, collection: Collection) -> Floats:
    """(queries,) (log2 N - log2 r_n) / (log2 N - log2 n).

    1 where the relevant passages come first and 0 where one of them comes last: Max@R_norm of Hong et al. 2026, which
    they multiply by 100.
    """
    deepest, count, pool = max_rank(ranks, collection), _count(ranks, collection), _pool(collection)
    values = np.full(len(deepest), np.nan)
    known = ~np.isnan(deepest)
    size = np.log2(pool[known])
    room = size - np.log2(count[known])
    with np.errstate(invalid="ignore"):
        left = (size - np.log2(deepest[known])) / room
    values[known] = np.where(room > 0, left, 1.0)  # a pool of relevant passages only has them first
    return values


def complete(ranks: Ranks, collection: Collection, cutoff: int) -> Floats:
    """(queries,) 1 where all relevant passages, in all languages, are among the first ``cutoff`` hits, else 0.

    Complete@k, Hong et al. 2026 (arXiv 2604.05684). NaN where a query has more relevant passages than ``cutoff``:
    its 0 would say nothing of the ranking.
    """
    inside = np.bincount(ranks.query, weights=ranks.pool_rank <= cutoff, minlength=len(collection.queries))
    count = np.bincount(ranks.query, minlength=len(collection.queries))
    possible = in_several_languages(ranks, collection) & (count <= cutoff)
    return np.where(possible, (inside == count).astype(np.float64), np.nan)


class _Reach:
    """Where the relevant passages of every query begin and end.

    Attributes:
        several: (queries,) whether a query has relevant passages in two or more languages.
        known: (queries,) whether a run has one of these, too.
        first, last: (queries,) float64 ranks.
    """

    def __init__(self, ranks: Ranks, collection: Collection) -> None:
        queries = len(collection.queries)
        found = np.isfinite(ranks.pool_rank)
        self.first, last = np.full(queries, np.inf), ranks.hits.astype(np.float64)
        lacking = _count(ranks, collection) - np.bincount(ranks.query[found], minlength=queries)
        last[lacking == 0] = 0
        np.minimum.at(self.first, ranks.query[found], ranks.pool_rank[found])
        np.maximum.at(last, ranks.query[found], ranks.pool_rank[found])
        self.last: Floats = last + lacking
        self.several = in_several_languages(ranks, collection)
        self.known: Bools = self.several & np.isfinite(self.first)


def _count(ranks: Ranks, collection: Collection) -> Floats:
    """(queries,) how many relevant passages there are."""
    return np.bincount(ranks.query, minlength=len(collection.queries)).astype(np.float64)


def _pool(collection: Collection) -> Ints:
    """(queries,) the size of the query's pool; a query does not meet itself."""
    return len(collection.passage_language) - (collection.query_passage >= 0)


RANK_DISTANCE = BiasMeasure(
    name="rank_distance",
    title="rank distance",
    heading="rank distance",
    what="rₙ − r₁, of queries with relevant passages in two or more languages, as all down to `complete@k`",
    source="arXiv 2408.10536, section 4.3",
    form=RANK,
    better="lower",
    values=rank_distance,
)
RANK_DISTANCE_MEDIAN = BiasMeasure(
    name="rank_distance_median",
    title="rank distance, median",
    what="the same with the median over the queries of a language",
    form=RANK,
    better="lower",
    median_of=RANK_DISTANCE.name,
)
RANK_DISTANCE_NORMALISED = BiasMeasure(
    name="rank_distance_normalised",
    title="rank distance, normalised",
    what="(rₙ − r₁ − (n − 1)) / (N − n): 0 side by side, 1 at the two ends of the pool",
    form="{:.4f}",
    better="lower",
    values=rank_distance_normalised,
)
LOG_RANK_DISTANCE = BiasMeasure(
    name="log_rank_distance",
    title="rank distance, log2",
    what="log₂(rₙ / r₁), doublings of depth from the first to the last; a few passages thousands of ranks down do not "
    "decide it",
    form="{:.2f}",
    better="lower",
    values=log_rank_distance,
)
MAX_RANK = BiasMeasure(
    name="max_rank",
    title="rank of the last relevant passage (Max@R)",
    what="rₙ, the depth at which all are found",
    source="Max@R, arXiv 2604.05684",
    form=RANK,
    better="lower",
    values=max_rank,
)
MAX_RANK_NORMALISED = BiasMeasure(
    name="max_rank_normalised",
    title="rank of the last relevant passage, normalised (Max@R_norm)",
    what="(log₂ N − log₂ rₙ) / (log₂ N − log₂ n): 1 best, 0 worst",
    source="Max@R_norm / 100, arXiv 2604.05684",
    form="{:.4f}",
    better="higher",
    values=max_rank_normalised,
)
COMPLETE = {
    k: BiasMeasure(
        name=f"complete@{k}",
        title=f"all relevant passages in the top {k} (Complete@{k})",
        what="share of queries with rₙ ≤ k; queries with n > k are left out",
        source="Complete@k, arXiv 2604.05684",
        form=PERCENT,
        better="higher",
        values=partial(complete, cutoff=k),
    )
    for k in FOUND
}
DISTANCES = (
    RANK_DISTANCE,
    RANK_DISTANCE_MEDIAN,
    RANK_DISTANCE_NORMALISED,
    LOG_RANK_DISTANCE,
    MAX_RANK,
    MAX_RANK_NORMALISED,
    *COMPLETE.values(),
)
