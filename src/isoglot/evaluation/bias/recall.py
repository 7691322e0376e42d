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
from typing import Literal

import numpy as np

from isoglot.arrays import Bools, Floats
from isoglot.data.collection import Collection
from isoglot.evaluation.bias.measure import PAGE, PERCENT, BiasMeasure, in_pool_of_several
from isoglot.evaluation.ranks import Ranks

Part = Literal["all", "own", "other"]
"""Which of a query's relevant passages count: all, those in its language, or those in other languages."""


def recall(ranks: Ranks, collection: Collection, cutoff: int, *, of: Part) -> Floats:
    """(queries,) over the relevant passages that count; NaN for a query that has none of them in the pool.

    Over those in other languages it is Target-Languages Recall, TLR@k (SHIFT, Jang et al. 2026, arXiv 2606.18801,
    section 4.3).
    """
    own = in_own_language(ranks, collection)
    counts = {"all": np.ones_like(own), "own": own, "other": ~own}[of]
    query, queries = ranks.query[counts], len(collection.queries)
    found = np.bincount(query, weights=ranks.pool_rank[counts] <= cutoff, minlength=queries)
    every = np.bincount(query, minlength=queries)
    share: Floats = np.divide(found, every, out=np.full(queries, np.nan), where=every > 0)
    return share


def item_recall(ranks: Ranks, collection: Collection, cutoff: int) -> Floats:
    """(queries,) over the relevant items: translations of each other are one, found where the first of them is; NaN for
    a query without a relevant passage.
    """
    group, queries = collection.passage_group, len(collection.queries)
    pairs, pair = np.unique(ranks.query * (group.max() + 1) + group[ranks.passage], return_inverse=True)
    best = np.full(len(pairs), np.inf)
    np.minimum.at(best, pair, ranks.pool_rank)
    query = pairs // (group.max() + 1)
    every = np.bincount(query, minlength=queries)
    found = np.bincount(query, weights=best <= cutoff, minlength=queries)
    share: Floats = np.divide(found, every, out=np.full(queries, np.nan), where=every > 0)
    return share


def recall_ceiling(ranks: Ranks, collection: Collection, cutoff: int) -> Floats:
    """(queries,) the most that :func:`recall` of all can be: min(1, k / |P|); NaN for a query without a passage."""
    counts = np.bincount(ranks.query, minlength=len(collection.queries)).astype(np.float64)
    ceiling: Floats = np.minimum(1.0, cutoff / np.where(counts > 0, counts, np.nan))
    return ceiling


def in_own_language(ranks: Ranks, collection: Collection) -> Bools:
    """(relevant,) whether a relevant passage is in its query's language."""
    own: Bools = collection.passage_language[ranks.passage] == collection.query_language[ranks.query]
    return own


def _on_page_1(part: Part, *, title: str, heading: str, what: str) -> BiasMeasure:
    return BiasMeasure(
        name=f"recall_{part}@{PAGE}",
        title=f"recall@{PAGE} over {title}",
        heading=f"recall@{PAGE}: {heading}",
        what=what,
        form=PERCENT,
        better="higher",
        values=in_pool_of_several(partial(recall, cutoff=PAGE, of=part)),
    )


RECALL_ALL = _on_page_1(
    "all",
    title="all relevant passages",
    heading="all",
    what="share of the query's relevant passages among the first k hits; with n > k it is k / n at most",
)
RECALL_OWN = _on_page_1(
    "own",
    title="those in the query's language",
    heading="own language",
    what="the same of those in the query's language",
)
RECALL_OTHER = _on_page_1(
    "other",
    title="those in other languages",
    heading="other languages",
    what="the same of those in other languages, TLR@10",
)
RECALLS = (RECALL_ALL, RECALL_OWN, RECALL_OTHER)
RECALL_ITEM = BiasMeasure(
    name=f"recall_item@{PAGE}",
    title=f"recall@{PAGE} over relevant items, one hit each",
    heading=f"recall@{PAGE}: items",
    what="the same of items, where translations are one hit (`evaluate --index --collapse`)",
    form=PERCENT,
    better="higher",
)
