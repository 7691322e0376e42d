"""Results on a collection, made again from what was saved: what is read and what was just found look alike."""

import math
from collections.abc import Mapping
from typing import Any

from isoglot.evaluation.bias.concordance import Concordance
from isoglot.evaluation.bias.decomposition import Decomposition, Factor
from isoglot.evaluation.bias.effects import LanguageEffects
from isoglot.evaluation.bias.parity import Parity
from isoglot.evaluation.found import EvaluationResult
from isoglot.evaluation.results import CollectionResult, Estimate
from isoglot.evaluation.saved import SavedResults
from isoglot.evaluation.scores import Topics
from isoglot.evaluation.settings import SETTINGS
from isoglot.evaluation.statistics.bootstrap import Bounded

_INTERVAL = (None, None)


def collection_results(found: EvaluationResult) -> dict[str, CollectionResult]:
    """Collection -> its results; of saved ones made again, where what an older version did not save is missing.

    Args:
        found: what an evaluation or an audit gave, or what was read from its file.
    """
    if not isinstance(found, SavedResults):
        results: dict[str, CollectionResult] = found.collections  # type: ignore[attr-defined]
        return results
    flat = found.content["collections"]
    return {name: _restored(name, flat[name], saved.topics) for name, saved in found.collections.items()}


def _restored(name: str, flat: Mapping[str, Any], topics: Topics) -> CollectionResult:
    settings = (*SETTINGS, "single-gold")
    languages = flat.get("languages") or {}
    effects = flat.get("effects")
    return CollectionResult(
        name=name,
        fingerprint=str(flat["fingerprint"]),
        sizes=flat.get("sizes") or {},
        queries=languages.get("queries") or {},
        passages=languages.get("passages") or {},
        settings={setting: _estimates(flat, setting) for setting in settings if setting in flat},
        bias=_estimates(flat, "bias"),
        effects=_effects(effects) if effects else None,
        pool_share=_number(flat.get("pool_share")),
        recall_ceiling=_number(flat.get("recall_ceiling")),
        topics=topics,
        cluster_rule=flat.get("cluster_rule") or "as the collection states them",
        identical_ids=flat.get("identical_ids") or 0,
        faults=flat.get("faults") or {},
        asked=tuple(setting for setting in SETTINGS if setting in flat),
    )


def _estimates(flat: Mapping[str, Any], group: str) -> dict[str, Estimate]:
    intervals, cells = ((flat.get(key) or {}).get(group) or {} for key in ("intervals", "cells"))
    found = {}
    for name, value in (flat.get(group) or {}).items():
        if value is not None:
            low, high = map(_number, intervals.get(name) or _INTERVAL)
            found[name] = Estimate(value, low, high, cells.get(name) or {})
    return found


def _effects(found: Mapping[str, Any]) -> LanguageEffects:
    whole, others = (found.get(name) for name in ("concordance", "concordance_others"))
    decomposition = found.get("decomposition")
    return LanguageEffects(
        concordance=Concordance(**whole) if whole else None,
        concordance_others=Concordance(**others) if others else None,
        decomposition=_decomposition(decomposition) if decomposition else None,
        parity={setting: _parity(parity) for setting, parity in (found.get("parity") or {}).items()},
        peer=found.get("peer"),
        refused=found.get("refused") or {},
    )


def _decomposition(found: Mapping[str, Any]) -> Decomposition:
    return Decomposition(
        rank=_factor(found["rank"]),
        same_language=_factor(found["same_language"]),
        passage_language={tag: _factor(each) for tag, each in found["passage_language"].items()},
        query_language={tag: _factor(each) for tag, each in found["query_language"].items()},
        variance=found["variance"],
        cells=found["cells"],
        lost_draws=found["lost_draws"],
    )


def _factor(found: Mapping[str, Any]) -> Factor:
    return Factor(**{name: _number(value) for name, value in found.items()})


def _parity(found: Mapping[str, Any]) -> Parity:
    bounded = {
        name: Bounded(**{end: _number(value) for end, value in each.items()})
        for name, each in found.items()
        if name not in ("cells", "worst")
    }
    return Parity(cells=found["cells"], worst=found["worst"], **bounded)


def _number(value: float | None) -> float:
    """JSON has null for what is not a number."""
    return math.nan if value is None else float(value)
