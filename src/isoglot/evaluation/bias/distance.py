"""How far apart the relevant passages of a query stand in the multilingual pool, and how deep the last one is.

All measures are per query, for queries with relevant passages in two or more languages; other queries have NaN,
for their distance is not one between languages. A run that lacks some of a query's relevant passages has them
below its last hit, and the values are then the least that they can be; where it lacks all of them nothing is
known of their distance, which is NaN.
"""

import numpy as np

from isoglot.arrays import Bools, Floats, Ints
from isoglot.data.collection import Collection
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


def rank_distances(ranks: Ranks, collection: Collection) -> dict[str, Floats]:
    """Name -> (queries,) values, with n relevant passages at ranks r_1 < .. < r_n of a pool of N.

    - ``rank_distance``: r_n - r_1 (arXiv 2408.10536, section 4.3).
    - ``rank_distance_normalised``: (r_n - r_1 - (n - 1)) / (N - n), 0 side by side and 1 at the two ends of the
      pool, so that pools of different sizes compare (ours).
    - ``log_rank_distance``: log2(r_n / r_1), the doublings of depth from the first to the last (ours). From rank
      1 to 11 is felt, from 5,001 to 5,011 is not; and a few passages thousands of ranks down, which decide a
      mean of rank distances, weigh here as much as a reader notices them.
    - ``max_rank``: r_n, the depth at which the query has all its relevant passages: Max@R of Hong et al. 2026
      (arXiv 2604.05684).
    - ``max_rank_normalised``: (log2 N - log2 r_n) / (log2 N - log2 n), 1 where the relevant passages come first
      and 0 where one of them comes last: their Max@R_norm, which they multiply by 100.
    """
    first, last, count = _reach(ranks, collection)
    several = in_several_languages(ranks, collection)
    pool = len(collection.passage_language) - (collection.query_passage >= 0)  # a query does not meet itself
    known = several & np.isfinite(first)
    distance = np.full(len(first), np.nan)
    distance[known] = last[known] - first[known]
    ratio = np.full(len(first), np.nan)
    ratio[known] = np.log2(last[known] / first[known])
    deepest = np.where(several, last, np.nan)
    return {
        "rank_distance": distance,
        "rank_distance_normalised": (distance - (count - 1)) / np.maximum(pool - count, 1),
        "log_rank_distance": ratio,
        "max_rank": deepest,
        "max_rank_normalised": _depth_left(deepest, count, pool),
    }


def complete(ranks: Ranks, collection: Collection, cutoff: int) -> Floats:
    """(queries,) 1 where all relevant passages, in all languages, are among the first ``cutoff`` hits, else 0.

    Complete@k, Hong et al. 2026 (arXiv 2604.05684). NaN where a query has more relevant passages than ``cutoff``:
    its 0 would say nothing of the ranking.
    """
    inside = np.bincount(ranks.query, weights=ranks.pool_rank <= cutoff, minlength=len(collection.queries))
    count = np.bincount(ranks.query, minlength=len(collection.queries))
    possible = in_several_languages(ranks, collection) & (count <= cutoff)
    return np.where(possible, (inside == count).astype(np.float64), np.nan)


def _reach(ranks: Ranks, collection: Collection) -> tuple[Floats, Floats, Floats]:
    """(queries,) the first and the last rank of relevant passages, and how many there are."""
    queries = len(collection.queries)
    found = np.isfinite(ranks.pool_rank)
    first, last = np.full(queries, np.inf), ranks.hits.astype(np.float64)
    count = np.bincount(ranks.query, minlength=queries)
    lacking = count - np.bincount(ranks.query[found], minlength=queries)
    last[lacking == 0] = 0
    np.minimum.at(first, ranks.query[found], ranks.pool_rank[found])
    np.maximum.at(last, ranks.query[found], ranks.pool_rank[found])
    return first, last + lacking, count.astype(np.float64)


def _depth_left(deepest: Floats, count: Floats, pool: Ints) -> Floats:
    values = np.full(len(deepest), np.nan)
    known = ~np.isnan(deepest)
    size = np.log2(pool[known])
    room = size - np.log2(count[known])
    with np.errstate(invalid="ignore"):
        left = (size - np.log2(deepest[known])) / room
    values[known] = np.where(room > 0, left, 1.0)  # a pool of relevant passages only has them first
    return values
