"""A policy's ranking of a collection, for :mod:`isoglot.evaluation`, which knows nothing of indexes."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from isoglot.arrays import Ints, Similarities
from isoglot.data.collection import Collection
from isoglot.data.tables import positions
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.evaluate import EvaluationOptions, described, evaluate_embedded
from isoglot.evaluation.items import item_ranks, with_items
from isoglot.evaluation.results import Evaluation
from isoglot.evaluation.tiles import WIDEST_BLOCK, Rescore
from isoglot.progress import StartProgress
from isoglot.search.index import Index
from isoglot.search.memory import moved
from isoglot.search.policies import policy_named
from isoglot.search.scored import Scored
from isoglot.search.store import VECTOR, all_rows, vectors_of

_DEEP = 100  # passages found by words


def evaluate_index(
    index: Index,
    collections: Sequence[Collection],
    *,
    policy: str,
    dial: float | None = None,
    collapse: bool = False,
    options: EvaluationOptions | None = None,
    progress: StartProgress | None = None,
) -> Evaluation:
    """Evaluate what an index gives for the queries of collections, under a policy.

    Args:
        index: holds every passage of each; of what else it holds nothing is seen.
        collections: queries and judgements.
        policy, dial: as of :meth:`isoglot.search.index.Index.search`.
        collapse: show one of an item's translations; see :func:`isoglot.evaluation.items.with_items`.
        options: of the evaluation; its memory must hold the pool's vectors.
        progress: begins the encoding and the ranking.

    Raises:
        DataError: the index lacks passages.
        ConfigError: no such policy, or one other than plain on more passages than are ranked at once; or nothing to
            collapse, or no setting ``multi`` to do it in.
    """
    options = options or EvaluationOptions()
    if collapse and "multi" not in options.settings:
        raise ConfigError("one hit an item is seen in the pool of all languages: add multi to the settings.")
    results = {}
    for collection in collections:
        embedded = _embedded(index, collection, progress)
        least = 4 * 4 * embedded.passages.shape[1] * len(collection.passages) >> 20
        whole = replace(options, memory_mib=max(options.memory_mib, 64 + least))  # a policy sees whole rows
        rescore = _rescore(index, collection, policy, dial)
        result = evaluate_embedded(embedded, options=whole, rescore=rescore, progress=progress)
        if collapse:
            ranks = item_ranks(embedded, budget=whole.memory_mib << 20, rescore=rescore)
            result = with_items(result, ranks, embedded.collection, draws=options.draws, seed=options.seed)
        results[collection.name] = result
    how = [policy, *([] if dial is None else [f"dial {dial:g}"]), *(["one hit an item"] if collapse else [])]
    return Evaluation(
        encoder=f"{index.place} ({', '.join(how)})",
        encoder_fingerprint=index.manifest.fingerprint,
        collections=results,
        options=described(options),
        similarity=index.manifest.similarity.value,
    )


def _embedded(index: Index, collection: Collection, progress: StartProgress | None) -> Embedded:
    rows = all_rows(index.table, ["id", "lang", VECTOR])
    place = positions(rows["id"], collection.passages["id"].to_pylist())
    if (place < 0).any():
        gone = int((place < 0).sum())
        raise DataError(
            f"{index.place}: lacks {gone:,} of the {len(place):,} passages of {collection.name}: add them by "
            "`isoglot index`."
        )
    kept = rows.take(place)
    told = progress(f"{collection.name} query", len(collection.queries)) if progress else None
    texts, tags = (collection.queries[name].to_pylist() for name in ("text", "lang"))
    queries = index.encode(texts, tags, keep=True)
    if told:
        told(len(texts))
    return Embedded(
        collection=collection,
        queries=queries,
        passages=moved(vectors_of(kept[VECTOR]), kept["lang"].to_pylist(), index.repair, "passage"),
        similarity=index.manifest.similarity,
    )


def _rescore(index: Index, collection: Collection, policy: str, dial: float | None) -> Rescore | None:
    """What a policy makes of a tile of whole rows; None where scores stay as they are."""
    if policy == "plain":
        return None
    languages = collection.languages
    if len(collection.passages) > WIDEST_BLOCK:
        raise ConfigError(
            f"a policy ranks a whole pool at once, up to {WIDEST_BLOCK:,} passages, but {collection.name} has "
            f"{len(collection.passages):,}: evaluate the policy plain, or some languages, such as "
            f"{collection.name}@{','.join(languages[:2])}."
        )
    chosen = policy_named(policy, languages=languages, calibration=index.calibration, dial=dial)
    words = _word_places(index, collection) if policy == "lexical" else None

    def rescore(scores: Similarities, queries: Ints, passages: Ints) -> Similarities:
        scored = Scored(
            scores=scores,
            query_language=collection.query_language[queries],
            passage_language=collection.passage_language[passages],
            lexical=None if words is None else words(queries)[:, passages],
        )
        return chosen.apply(scored)

    return rescore


def _word_places(index: Index, collection: Collection) -> Callable[[Ints], Ints]:
    """What gives the (queries, passages) places by words of some queries."""
    texts = collection.queries["text"].to_pylist()
    known = {identity: row for row, identity in enumerate(collection.passages["id"].to_pylist())}

    def places(queries: Ints) -> Ints:
        return np.stack([index.table.matching(texts[row], count=_DEEP).places(known) for row in queries.tolist()])

    return places
