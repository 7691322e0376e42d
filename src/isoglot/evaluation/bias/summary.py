"""Language bias in the multilingual pool: does the language of a passage move its rank?"""

import numpy as np

from isoglot.arrays import Floats
from isoglot.data.collection import Collection
from isoglot.evaluation.bias.consistency import rank_correlation
from isoglot.evaluation.bias.distance import complete, rank_distances
from isoglot.evaluation.bias.hits import keeps
from isoglot.evaluation.bias.preference import (
    english_chance,
    english_share,
    lift,
    preference_rate,
    same_chance,
    same_language,
    single_gold,
    target_recall,
)
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.scores import Scores

BIAS_DEPTH = 100
"""How many hits a query the ranks must keep for all entries of :func:`language_bias`."""

_FOUND = (20, 100)  # 20 is TLR's cutoff in its paper; at 10 the answers in eleven languages have no room
_FIRST = (1, 10)
_COMPARED = (10, 100)


def language_bias(ranks: Ranks, collection: Collection) -> Scores:
    """Per-query bias, averaged like the measures: over the queries of a language, then over languages.

    - ``rank_distance``, ``rank_distance_normalised``, ``log_rank_distance``, ``max_rank``, ``max_rank_normalised``,
      ``complete@20``, ``complete@100``: :mod:`isoglot.evaluation.bias.distance`.
    - ``lpr``, ``tlr@20``, ``tlr@100``, ``single_gold_same``, ``single_gold_other``, and at 1 and 10 hits
      ``same_language@k``, ``same_language_lift@k``, ``english_share@k``, ``english_lift@k``:
      :mod:`isoglot.evaluation.bias.preference`.
    - ``mrc@10``, ``mrc@100``: :mod:`isoglot.evaluation.bias.consistency`.

    What no query has is absent: most of these where the collection has one language or no relevant passages in
    two, the lifts where the pool has one language, and those at k hits where the ranks keep fewer
    (``BIAS_DEPTH`` is enough for all).
    """
    found = {**_of_relevant(ranks, collection), **_of_hits(ranks, collection)}
    return _scores(collection, {name: values for name, values in found.items() if not np.isnan(values).all()})


def _of_relevant(ranks: Ranks, collection: Collection) -> dict[str, Floats]:
    same, other = single_gold(ranks, collection)
    return {
        **rank_distances(ranks, collection),
        **{f"complete@{cutoff}": complete(ranks, collection, cutoff) for cutoff in _FOUND},
        "lpr": preference_rate(ranks, collection),
        **{f"tlr@{cutoff}": target_recall(ranks, collection, cutoff) for cutoff in _FOUND},
        "single_gold_same": same,
        "single_gold_other": other,
    }


def _of_hits(ranks: Ranks, collection: Collection) -> dict[str, Floats]:
    found: dict[str, Floats] = {}
    several = len(np.unique(collection.passage_language)) > 1
    for cutoff in (cutoff for cutoff in _FIRST if keeps(ranks, collection, cutoff)):
        same, english = same_language(ranks, collection, cutoff), english_share(ranks, collection, cutoff)
        found[f"same_language@{cutoff}"] = same
        if several:
            found[f"same_language_lift@{cutoff}"] = lift(same, same_chance(collection))
            found[f"english_share@{cutoff}"] = english
            found[f"english_lift@{cutoff}"] = lift(english, english_chance(collection))
    for cutoff in (cutoff for cutoff in _COMPARED if keeps(ranks, collection, cutoff)):
        found[f"mrc@{cutoff}"] = rank_correlation(ranks, collection, cutoff)
    return found


def pool_share(collection: Collection) -> float:
    """Share of the pool in the query's language, over query languages: ``same_language`` by chance."""
    return _scores(collection, {"share": same_chance(collection)}).macro("share")


def _scores(collection: Collection, values: dict[str, Floats]) -> Scores:
    """Values of every query, in the cell of its language."""
    languages, cell = np.unique(collection.query_language, return_inverse=True)
    return Scores(
        query=np.arange(len(cell)),
        cell=cell,
        cells=tuple(collection.languages[number] for number in languages),
        values=values,
    )
