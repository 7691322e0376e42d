"""Recall in the pool of all languages: over all relevant passages, those in the query's language, those in others.

Of a query's relevant passages P, those that count being Q:

    recall@k = |{p in Q: rank(p) <= k}| / |Q|

with Q = P (``recall_all@k``), the passages of P in the query's language (``recall_own@k``), or in any other
(``recall_other@k``). Ranks are those in the pool, so the three share one list of k hits, and over a query

    |P| recall_all = |own| recall_own + |other| recall_other.

It is trec_eval's recall, not capped: a query with fewer than k relevant passages can reach 1, and one with more
cannot, for k hits have no room for all. :func:`recall_ceiling` is the most that a ranking can reach.
"""

from functools import partial

import numpy as np

from isoglot.arrays import Bools, Floats
from isoglot.data.collection import Collection
from isoglot.evaluation.bias.measure import PAGE, PERCENT, BiasMeasure, in_pool_of_several
from isoglot.evaluation.ranks import Ranks


def recall_all(ranks: Ranks, collection: Collection, cutoff: int) -> Floats:
    """(queries,) over all relevant passages of the pool; NaN for a query that has none there."""
    return _recall(ranks, collection, cutoff, np.ones(len(ranks.query), dtype=bool))


def recall_own(ranks: Ranks, collection: Collection, cutoff: int) -> Floats:
    """(queries,) over the relevant passages in the query's language; NaN for a query that has none there."""
    return _recall(ranks, collection, cutoff, in_own_language(ranks, collection))


def recall_other(ranks: Ranks, collection: Collection, cutoff: int) -> Floats:
    """(queries,) over the relevant passages in other languages than the query's; NaN for a query that has none.

    Target-Languages Recall, TLR@k (SHIFT, Jang et al. 2026, arXiv 2606.18801, section 4.3).
    """
    return _recall(ranks, collection, cutoff, ~in_own_language(ranks, collection))


def recall_ceiling(ranks: Ranks, collection: Collection, cutoff: int) -> Floats:
    """(queries,) the most that :func:`recall_all` can be: min(1, k / |P|); NaN for a query without a passage."""
    counts = np.bincount(ranks.query, minlength=len(collection.queries)).astype(np.float64)
    ceiling: Floats = np.minimum(1.0, cutoff / np.where(counts > 0, counts, np.nan))
    return ceiling


def in_own_language(ranks: Ranks, collection: Collection) -> Bools:
    """(relevant,) whether a relevant passage is in its query's language."""
    own: Bools = collection.passage_language[ranks.passage] == collection.query_language[ranks.query]
    return own


def _recall(ranks: Ranks, collection: Collection, cutoff: int, part: Bools) -> Floats:
    query, queries = ranks.query[part], len(collection.queries)
    found = np.bincount(query, weights=ranks.pool_rank[part] <= cutoff, minlength=queries)
    counts = np.bincount(query, minlength=queries)
    recall: Floats = np.divide(found, counts, out=np.full(queries, np.nan), where=counts > 0)
    return recall


RECALL_ALL = BiasMeasure(
    name=f"recall_all@{PAGE}",
    title=f"recall@{PAGE} over all relevant passages",
    heading=f"recall@{PAGE}: all",
    what="share of the query's relevant passages among the first k hits; with n > k it is k / n at most",
    form=PERCENT,
    better="higher",
    values=in_pool_of_several(partial(recall_all, cutoff=PAGE)),
)
RECALL_OWN = BiasMeasure(
    name=f"recall_own@{PAGE}",
    title=f"recall@{PAGE} over those in the query's language",
    heading=f"recall@{PAGE}: own language",
    what="the same of those in the query's language",
    form=PERCENT,
    better="higher",
    values=in_pool_of_several(partial(recall_own, cutoff=PAGE)),
)
RECALL_OTHER = BiasMeasure(
    name=f"recall_other@{PAGE}",
    title=f"recall@{PAGE} over those in other languages",
    heading=f"recall@{PAGE}: other languages",
    what="the same of those in other languages, TLR@10",
    form=PERCENT,
    better="higher",
    values=in_pool_of_several(partial(recall_other, cutoff=PAGE)),
)
RECALLS = (RECALL_ALL, RECALL_OWN, RECALL_OTHER)
