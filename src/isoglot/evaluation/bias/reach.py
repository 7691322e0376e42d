"""Reach: what a user who reads one page of hits finds in each language."""

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.data.collection import Collection
from isoglot.evaluation.bias.measure import PAGE, PERCENT, BiasMeasure
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.scores import Scores, pair_cells


def reach(ranks: Ranks, collection: Collection, *, page: int = PAGE) -> dict[str, Scores]:
    """Whether a relevant passage in each language is among the first ``page`` hits of the pool of all languages.

    Success@k for one passage language at a time, in the pool as it is, translations included. A topic is a query
    and a language in which it has a relevant passage; the cell is the pair of languages, ``en>hi`` for English
    queries and Hindi passages.

    Returns:
        ``reach_same`` (cells such as ``en>en``) and ``reach_other`` (such as ``en>hi``), each where it has a topic,
        with the value ``reach_same@10`` and ``reach_other@10``.
    """
    best = np.full((len(collection.queries), len(collection.languages)), np.nan)
    # Infinite where a run lacks the passage: it is not found, however short the run.
    np.fmin.at(best, (ranks.query, collection.passage_language[ranks.passage]), ranks.pool_rank)
    query, language = np.nonzero(~np.isnan(best))
    own = collection.query_language[query] == language
    found = (best[query, language] <= page).astype(np.float64)
    return {
        name: _scores(query[part], language[part], collection, {f"{name}@{page}": found[part]})
        for name, part in (("reach_same", own), ("reach_other", ~own))
        if part.any()
    }


def _scores(query: Ints, language: Ints, collection: Collection, values: dict[str, Floats]) -> Scores:
    cells, cell = pair_cells(collection.query_language[query], language, collection.languages)
    return Scores(query=query, cell=cell, cells=cells, values=values)


REACH_SAME = BiasMeasure(
    name=f"reach_same@{PAGE}",
    title="relevant passage on page 1: in the query's language",
    heading="page 1: own language",
    what=f"share of queries with a relevant passage in their own language on page 1 (first {PAGE} hits); the cells are "
    "pairs of languages",
    form=PERCENT,
    better="higher",
)
REACH_OTHER = BiasMeasure(
    name=f"reach_other@{PAGE}",
    title="relevant passage on page 1: in another language",
    heading="page 1: other languages",
    what="the same in one other language",
    form=PERCENT,
    better="higher",
)
