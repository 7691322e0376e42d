"""Language bias in the multilingual pool: does the language of a passage move its rank?"""

from collections.abc import Sequence

import numpy as np

from isoglot.arrays import Floats
from isoglot.data.collection import Collection
from isoglot.evaluation.bias.hits import keeps
from isoglot.evaluation.bias.measure import PAGE, BiasMeasure
from isoglot.evaluation.bias.preference import same_chance
from isoglot.evaluation.bias.recall import recall_ceiling
from isoglot.evaluation.bias.registry import BIAS_MEASURES
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.scores import Scores

BIAS_DEPTH = 100
"""How many hits a query the ranks must keep for all entries of :func:`language_bias`."""


def language_bias(ranks: Ranks, collection: Collection) -> Scores:
    """Per-query bias, averaged like the measures: over the queries of a language, then over languages.

    What no query has is absent: most measures where the collection has one language or no relevant passages in two,
    the lifts where the pool has one language, and those at k hits where the ranks keep fewer (``BIAS_DEPTH`` is enough
    for all).
    """
    return bias_scores(ranks, collection, BIAS_MEASURES)


def bias_scores(ranks: Ranks, collection: Collection, measures: Sequence[BiasMeasure]) -> Scores:
    """The same of some measures."""
    found = {
        measure.name: measure.values(ranks, collection)
        for measure in measures
        if measure.values is not None and keeps(ranks, collection, measure.hits)
    }
    return _scores(collection, {name: values for name, values in found.items() if not np.isnan(values).all()})


def pool_share(collection: Collection) -> float:
    """Share of the pool in the query's language, over query languages: ``same_language`` by chance."""
    return _scores(collection, {"share": same_chance(collection)}).macro("share")


def highest_recall(ranks: Ranks, collection: Collection) -> float:
    """The most that ``recall_all`` can be here: below 1 where queries have more relevant passages than a page has
    hits.
    """
    return _scores(collection, {"recall": recall_ceiling(ranks, collection, PAGE)}).macro("recall")


def _scores(collection: Collection, values: dict[str, Floats]) -> Scores:
    """Values of every query, in the cell of its language."""
    languages, cell = np.unique(collection.query_language, return_inverse=True)
    return Scores(
        query=np.arange(len(cell)),
        cell=cell,
        cells=tuple(collection.languages[number] for number in languages),
        values=values,
    )
