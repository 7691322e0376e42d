"""From ranks to a collection's results: every setting, measure and bias, each with its bootstrap interval."""

import math
from collections.abc import Sequence

import numpy as np

from isoglot.arrays import Ints
from isoglot.data.collection import Collection
from isoglot.data.identical import left_out_by_id
from isoglot.errors import DataError
from isoglot.evaluation.bias.effects import language_effects
from isoglot.evaluation.bias.measure import PAGE
from isoglot.evaluation.bias.reach import reach
from isoglot.evaluation.bias.registry import BIAS_MEASURES
from isoglot.evaluation.bias.summary import highest_recall, language_bias, pool_share
from isoglot.evaluation.measures import AP, Measure
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.results import CollectionResult, Estimate
from isoglot.evaluation.scores import Scores, Topics
from isoglot.evaluation.settings import SETTINGS, Setting, score
from isoglot.evaluation.statistics.bootstrap import bootstrap_macro, bootstrap_macro_median, interval

_POOL: tuple[Setting, ...] = ("multi",)
_SINGLE_GOLD = (AP,)  # with one passage left, other measures say the same


def summarise(
    ranks: Ranks,
    collection: Collection,
    *,
    measures: Sequence[Measure],
    draws: int,
    seed: int,
    settings: Sequence[Setting] = SETTINGS,
    languages: bool = True,
) -> CollectionResult:
    """What the ranks say in every setting that the collection has, and of language bias.

    Args:
        ranks: of the collection's relevant passages.
        collection: languages, clusters and sizes.
        measures: computed in every setting.
        draws: bootstrap resamples for the intervals.
        seed: of the bootstrap.
        settings: which to compute; language bias comes with ``multi``.
        languages: whether the languages are known; if not, only the pool of all passages is a setting, and there
            is no bias.

    Raises:
        DataError: no passage is relevant to any query in these settings.
    """
    if not len(ranks.query):
        raise DataError(f"{collection.name}: no judgement has a grade above 0, so no passage is relevant to any query.")
    found = {setting: score(setting, ranks, collection, measures) for setting in (settings if languages else _POOL)}
    scored: dict[str, Scores] = {name: scores for name, scores in found.items() if scores}
    if not scored:
        raise DataError(f"{collection.name}: no query has a relevant passage in {' or '.join(settings)}.")
    pooled = languages and "multi" in settings
    if pooled and (single := score("single-gold", ranks, collection, _SINGLE_GOLD)):
        scored["single-gold"] = single
    tables = {"bias": language_bias(ranks, collection), **reach(ranks, collection)} if pooled else {}
    return CollectionResult(
        name=collection.name,
        asked=tuple(settings),
        fingerprint=collection.fingerprint,
        sizes=collection.sizes,
        cluster_rule=collection.clusters.rule,
        faults=collection.faults,
        identical_ids=left_out_by_id(collection.query_passage, collection.passages, collection.judgements),
        queries=_counts(collection.query_language, collection) if languages else {},
        passages=_counts(collection.passage_language, collection) if languages else {},
        settings={name: estimates(scores, collection, draws=draws, seed=seed) for name, scores in scored.items()},
        bias={
            name: estimate
            for scores in tables.values()
            for name, estimate in _bias(scores, collection, draws=draws, seed=seed).items()
        },
        effects=language_effects(ranks, collection, scored, draws=draws, seed=seed) if pooled else None,
        pool_share=pool_share(collection) if languages else math.nan,
        recall_ceiling=highest_recall(ranks, collection) if "multi" in settings else math.nan,
        topics=Topics(
            queries=tuple(collection.queries["id"].to_pylist()),
            cluster=collection.query_cluster,
            tables={**scored, **tables},
        ),
        hits=ranks.top_passage[:, :PAGE].copy(),  # without the deeper hits, which a view would keep
    )


def _counts(language: Ints, collection: Collection) -> dict[str, int]:
    counts = np.bincount(language, minlength=len(collection.languages))
    return {tag: int(count) for tag, count in zip(collection.languages, counts, strict=True) if count}


def estimates(scores: Scores, collection: Collection, *, draws: int, seed: int) -> dict[str, Estimate]:
    """Every value's macro average, with its bootstrap interval."""
    macro = bootstrap_macro(scores, collection.query_cluster, draws=draws, seed=seed)
    return {
        name: Estimate(scores.macro(name), *interval(macro(name)), cells=scores.by_cell(name)) for name in scores.values
    }


def _bias(scores: Scores, collection: Collection, *, draws: int, seed: int) -> dict[str, Estimate]:
    found = estimates(scores, collection, draws=draws, seed=seed)
    for measure in BIAS_MEASURES:
        if measure.median_of in found:
            cells = scores.median_by_cell(measure.median_of)
            drawn = bootstrap_macro_median(scores, measure.median_of, collection.query_cluster, draws=draws, seed=seed)
            median = float(np.mean(list(cells.values())))
            found[measure.name] = Estimate(median, *interval(drawn), cells=cells)
    return found
