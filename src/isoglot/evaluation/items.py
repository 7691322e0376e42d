"""Translations of each other as one hit: where items stand, and what a page of them has.

A hit stands where the best translation stands. It lists all languages that the item is in, so it counts as a hit for
each of them.
"""

import math
from dataclasses import replace

import numpy as np

from isoglot.arrays import Ints, Similarities
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError
from isoglot.evaluation.bias.measure import PAGE
from isoglot.evaluation.bias.reach import reach
from isoglot.evaluation.bias.recall import RECALL_ITEM, RECALLS, item_recall
from isoglot.evaluation.bias.summary import bias_scores
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.ranks import RANKING_BYTES, Ranks
from isoglot.evaluation.results import CollectionResult
from isoglot.evaluation.summarise import estimates
from isoglot.evaluation.tiles import Rescore


def item_ranks(embedded: Embedded, *, budget: int = RANKING_BYTES, rescore: Rescore | None = None) -> Ranks:
    """The place of every relevant passage's item among all items.

    Args:
        embedded: whose passages say by their group which are translations of each other.
        budget: bytes for a tile of scores with its copies, beside the vectors.
        rescore: changes the scores of a tile of whole rows before anything is ranked.

    Returns:
        Ranks without hits. ``pool_rank`` is the same for all passages of an item. Of two items with one score that
        whose passage comes first in the collection is before the other.

    Raises:
        ConfigError: no two passages are translations of each other.
    """
    collection = embedded.collection
    group = collection.passage_group
    count = int(group.max()) + 1
    if count == len(group):
        raise ConfigError(
            f"{collection.name}: no two passages are translations of each other, so there is nothing to collapse: give "
            "translations one group."
        )
    judged = collection.judgements
    relevant = judged.grade > 0
    query, passage = judged.query[relevant], judged.passage[relevant]
    pairs, pair = np.unique(query * count + group[passage], return_inverse=True)
    place = _places(embedded, group, *np.divmod(pairs, count), budget=budget, rescore=rescore)
    queries = len(collection.queries)
    return Ranks(
        query=query,
        passage=passage,
        grade=judged.grade[relevant],
        pool_rank=place[pair].astype(np.float64),
        language_rank=place[pair].astype(np.float64),
        top_passage=np.empty((queries, 0), dtype=np.int64),
        top_score=np.empty((queries, 0), dtype=np.float32),
    )


def with_items(
    result: CollectionResult, ranks: Ranks, collection: Collection, *, draws: int, seed: int
) -> CollectionResult:
    """A result whose page 1 has one hit an item: recall and reach at 10 are those of items, and item recall is added.

    What is of whole rankings, such as mAP and rank distance, stays that of the passages.

    Args:
        result: of the passages, with the setting ``multi``.
        ranks: those of :func:`item_ranks`.
        collection: both are of it.
        draws, seed: of the bootstrap.
    """
    found = bias_scores(ranks, collection, RECALLS)
    found = replace(found, values={**found.values, RECALL_ITEM.name: item_recall(ranks, collection, PAGE)})
    tables = {"bias": found, **reach(ranks, collection)}
    changed = {
        name: estimate
        for scores in tables.values()
        for name, estimate in estimates(scores, collection, draws=draws, seed=seed).items()
    }
    before = result.topics.tables["bias"]
    tables["bias"] = replace(before, values={**before.values, **found.values})
    return replace(
        result,
        bias={**result.bias, **changed},
        recall_ceiling=math.nan,
        topics=replace(result.topics, tables={**result.topics.tables, **tables}),
    )


def _places(embedded: Embedded, group: Ints, query: Ints, item: Ints, *, budget: int, rescore: Rescore | None) -> Ints:
    """(pairs,) int64, from 1, where an item stands for a query; pairs are sorted by query."""
    collection, columns = embedded.collection, np.argsort(group, kind="stable")
    first = np.searchsorted(group[columns], np.arange(int(group.max()) + 1))
    vectors = np.asarray(embedded.queries)
    block = embedded.similarity.block(np.asarray(embedded.passages))
    rows = max(1, budget // (4 * embedded.similarity.dtype.itemsize * len(group)))
    place = np.empty(len(query), dtype=np.int64)
    for start in range(0, len(vectors), rows):
        scores = block.scores(vectors[start : start + rows])
        asked = np.arange(start, start + len(scores))
        if rescore is not None:
            scores = rescore(scores, asked, np.arange(len(group)))
        own = collection.query_passage[asked]
        scores[np.flatnonzero(own >= 0), own[own >= 0]] = -np.inf
        best = np.maximum.reduceat(scores[:, columns], first, axis=1)
        here = slice(*np.searchsorted(query, [start, start + len(scores)]))
        place[here] = _standing(best[query[here] - start], item[here])
    return place


def _standing(best: Similarities, item: Ints) -> Ints:
    """(rows,) where one item of each row stands among the others."""
    value = np.take_along_axis(best, item[:, None], axis=1)
    before = np.arange(best.shape[1]) < item[:, None]
    counts: Ints = 1 + (best > value).sum(axis=1) + ((best == value) & before).sum(axis=1)
    return counts
