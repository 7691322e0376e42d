"""Which languages the ranking of the multilingual pool prefers: the query's own, and English.

All measures are per query. A preference for the query's language is not always a fault: :func:`preference_rate`
and :func:`same_language` say how strong it is, :func:`~isoglot.evaluation.bias.recall.recall` of the
others what it costs.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from isoglot.arrays import Bools, Floats, Ints
from isoglot.data.collection import Collection
from isoglot.evaluation.bias.hits import first_hits
from isoglot.evaluation.bias.measure import FOUND, PERCENT, BiasMeasure, PerQuery, in_pool_of_several
from isoglot.evaluation.bias.recall import in_own_language, recall
from isoglot.evaluation.measures import parse_measure
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.settings import score

ENGLISH = "en"
_TOP = {1: "top hit", 10: "top 10"}


def preference_rate(ranks: Ranks, collection: Collection) -> Floats:
    """(queries,) 1 where the best-ranked relevant passage is in the query's language, else 0.

    LPR, Language Preference Rate (MLAIRE, Jang et al. 2026, arXiv 2605.07249): of passages that say the same, which
    language comes first? By chance one of n. NaN where the query has no relevant passage in its language, none in
    another, or where a run has none of them.
    """
    best = np.full((2, len(collection.queries)), np.inf)  # in other languages, in its own
    own = in_own_language(ranks, collection)
    np.minimum.at(best, (own.astype(np.int64), ranks.query), ranks.pool_rank)
    comparable = _has(ranks, collection, own) & _has(ranks, collection, ~own) & np.isfinite(best).any(axis=0)
    return np.where(comparable, (best[1] < best[0]).astype(np.float64), np.nan)


def same_language(ranks: Ranks, collection: Collection, cutoff: int) -> Floats:
    """(queries,) share of the first ``cutoff`` hits that are in the query's language; NaN where a run has no hit.

    Raises:
        ConfigError: the ranks do not keep as many hits.
    """
    return _share(ranks, collection, cutoff, collection.query_language)


def english_share(ranks: Ranks, collection: Collection, cutoff: int) -> Floats:
    """(queries,) share of the first ``cutoff`` hits that are in English, for queries in other languages.

    NaN for queries in English, for which it is :func:`same_language`; where a run has no hit; and where the pool
    has no English passage.

    Raises:
        ConfigError: the ranks do not keep as many hits.
    """
    shares = np.full(len(collection.queries), np.nan)
    if (english_chance(collection) > 0).any():
        english = collection.languages.index(ENGLISH)
        foreign = collection.query_language != english
        shares[foreign] = _share(ranks, collection, cutoff, np.full(len(foreign), english))[foreign]
    return shares


def same_chance(collection: Collection) -> Floats:
    """(queries,) share of the query's pool that is in its language."""
    return _chance(collection, collection.query_language)


def english_chance(collection: Collection) -> Floats:
    """(queries,) share of the query's pool that is in English."""
    if ENGLISH not in collection.languages:
        return np.zeros(len(collection.queries))
    return _chance(collection, np.full(len(collection.queries), collection.languages.index(ENGLISH)))


def lift(share: Floats, chance: Floats) -> Floats:
    """(queries,) share of hits over share of the pool: 1 is chance, 2 twice as many; NaN where chance is 0."""
    return _ratio(share, chance)


def single_gold(ranks: Ranks, collection: Collection) -> tuple[Floats, Floats]:
    """(queries,) average precision in the single-gold view, in the query's language and in the others.

    The first is the value of the cell of the query's language with itself, the second the mean over the query's
    other cells; see :mod:`isoglot.evaluation.settings`. Both are NaN where either is missing, so that their
    difference is the cost of the answer being in another language. With one relevant passage a language it is
    the reciprocal of the passage's rank.
    """
    scores = score("single-gold", ranks, collection, [parse_measure("map")])
    queries = len(collection.queries)
    if scores is None:
        return np.full(queries, np.nan), np.full(queries, np.nan)
    own = np.array([cell.partition(">")[0] == cell.partition(">")[2] for cell in scores.cells])[scores.cell]
    same, other = (_mean(scores.query[part], scores.values["map"][part], queries) for part in (own, ~own))
    both = ~np.isnan(same) & ~np.isnan(other)
    return np.where(both, same, np.nan), np.where(both, other, np.nan)


def _lift(share: PerQuery, chance: Callable[[Collection], Floats]) -> PerQuery:
    return in_pool_of_several(lambda ranks, collection: lift(share(ranks, collection), chance(collection)))


def _chance(collection: Collection, language: Ints) -> Floats:
    """(queries,) share of the pool in the language given for each query; a query does not meet itself."""
    counts = np.bincount(collection.passage_language, minlength=len(collection.languages))
    itself = collection.query_passage >= 0
    inside = itself & (collection.passage_language[collection.query_passage] == language)
    return _ratio(counts[language] - inside, len(collection.passages) - itself)


def _has(ranks: Ranks, collection: Collection, part: Bools) -> Bools:
    return np.bincount(ranks.query[part], minlength=len(collection.queries)) > 0


def _share(ranks: Ranks, collection: Collection, cutoff: int, language: Ints) -> Floats:
    """(queries,) share of the hits that are in the language given for each query."""
    hits = first_hits(ranks, collection, cutoff)
    there = hits >= 0
    inside = (collection.passage_language[hits] == language[:, None]) & there
    return _ratio(inside.sum(axis=1), there.sum(axis=1))


def _mean(query: Ints, values: Floats, queries: int) -> Floats:
    return _ratio(np.bincount(query, weights=values, minlength=queries), np.bincount(query, minlength=queries))


def _ratio(part: Floats | Ints, whole: Floats | Ints) -> Floats:
    """NaN where the whole is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio: Floats = np.where(whole > 0, part / whole, np.nan)
    return ratio


LPR = BiasMeasure(
    name="lpr",
    title="relevant passage in the query's language first (LPR)",
    what="share of queries whose best-ranked relevant passage is in their language, of those with one there and one in "
    "another language",
    source="Language Preference Rate, MLAIRE, arXiv 2605.07249",
    form=PERCENT,
    better="chance",
    values=preference_rate,
)
TLR = {
    k: BiasMeasure(
        name=f"tlr@{k}",
        title=f"relevant passages in other languages, top {k} (TLR@{k})",
        what="recall at k of the relevant passages in other languages than the query's",
        source="Target-Languages Recall, SHIFT, arXiv 2606.18801, section 4.3",
        form=PERCENT,
        better="higher",
        values=partial(recall, cutoff=k, of="other"),
    )
    for k in FOUND
}
SINGLE_GOLD_SAME = BiasMeasure(
    name="single_gold_same",
    title="mAP, the answer in the query's language alone",
    what="AP in the single-gold view, below, in the query's language; of queries that have it in others, too",
    source="after LAReQA, arXiv 2004.05484",
    form="{:.4f}",
    better="higher",
    values=lambda ranks, collection: single_gold(ranks, collection)[0],
)
SINGLE_GOLD_OTHER = BiasMeasure(
    name="single_gold_other",
    title="mAP, the answer in one other language alone",
    what="the same in the other languages, on average",
    source="after LAReQA, arXiv 2004.05484",
    form="{:.4f}",
    better="higher",
    values=lambda ranks, collection: single_gold(ranks, collection)[1],
)
SAME_LANGUAGE = {
    k: BiasMeasure(
        name=f"same_language@{k}",
        title=f"{_TOP[k]} in the query's language",
        heading="top hit in own language" if k == 1 else "",
        what="share of the first k hits that are in the query's language; `pool_share` is what chance would give",
        form=PERCENT,
        better="chance",
        hits=k,
        values=partial(same_language, cutoff=k),
    )
    for k in _TOP
}
SAME_LANGUAGE_LIFT = {
    k: BiasMeasure(
        name=f"same_language_lift@{k}",
        title=f"{_TOP[k]} in the query's language, times chance",
        what="that share over the language's share of the pool: 1 is chance",
        form="{:.2f}",
        better="chance",
        hits=k,
        values=_lift(partial(same_language, cutoff=k), same_chance),
    )
    for k in _TOP
}
ENGLISH_SHARE = {
    k: BiasMeasure(
        name=f"english_share@{k}",
        title=f"{_TOP[k]} in English, other queries",
        what="share of the first k hits that are in English, of queries in other languages",
        form=PERCENT,
        better="chance",
        hits=k,
        values=in_pool_of_several(partial(english_share, cutoff=k)),
    )
    for k in _TOP
}
ENGLISH_LIFT = {
    k: BiasMeasure(
        name=f"english_lift@{k}",
        title=f"{_TOP[k]} in English, other queries, times chance",
        what="that share over English's share of the pool: 1 is chance",
        form="{:.2f}",
        better="chance",
        hits=k,
        values=_lift(partial(english_share, cutoff=k), english_chance),
    )
    for k in _TOP
}
PREFERENCES = (
    LPR,
    *TLR.values(),
    SINGLE_GOLD_SAME,
    SINGLE_GOLD_OTHER,
    *(family[k] for k in _TOP for family in (SAME_LANGUAGE, SAME_LANGUAGE_LIFT, ENGLISH_SHARE, ENGLISH_LIFT)),
)
