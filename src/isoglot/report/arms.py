"""Arms: results that are shown side by side, by names that tell them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from isoglot.errors import ConfigError
from isoglot.evaluation.comparison.compare import source_of
from isoglot.evaluation.found import EvaluationResult
from isoglot.evaluation.restored import collection_results
from isoglot.evaluation.results import CollectionResult
from isoglot.evaluation.saved import SavedResults
from isoglot.wording import last_part

Arms = Mapping[str, CollectionResult]
"""Arm -> its results on one collection."""


@dataclass(frozen=True, kw_only=True)
class Arm:
    """Attributes:
    name: what it is called.
    source: what comparisons call where its results are from.
    made: what its results say of how they were made: encoder, options, versions.
    collections: its results.
    """

    name: str
    source: str
    made: Mapping[str, Any]
    collections: Mapping[str, CollectionResult]


def arms_of(results: Sequence[EvaluationResult] | Mapping[str, EvaluationResult]) -> list[Arm]:
    """Results as arms, by the names that are given or else by the last part of their encoders' names.

    Args:
        results: one an arm.

    Raises:
        ConfigError: collections of one name with different texts.
    """
    given = results if isinstance(results, Mapping) else dict(zip(_names(results), results, strict=True))
    arms = [_arm(str(name), each) for name, each in given.items()]
    _check_same(arms)
    return arms


def on(arms: Sequence[Arm], collection: str) -> dict[str, CollectionResult]:
    """The arms that have results on a collection."""
    return {arm.name: arm.collections[collection] for arm in arms if collection in arm.collections}


def collections_of(arms: Sequence[Arm]) -> list[str]:
    """Names of all collections, in the order in which arms have them."""
    return list(dict.fromkeys(name for arm in arms for name in arm.collections))


def _arm(name: str, result: EvaluationResult) -> Arm:
    content = {**result.to_dict(), "collections": {}}
    source = source_of(result, str(content["encoder"]))
    return Arm(name=name, source=source, made=content, collections=collection_results(result))


def _names(results: Sequence[EvaluationResult]) -> list[str]:
    """Encoders by the last part of their names; where two are alike, results by their files; else by number."""
    encoders = [str(each.to_dict()["encoder"]) for each in results]
    short = [last_part(encoder) for encoder in encoders]
    pairs = zip(results, short, strict=True)
    files = [each.path.stem if isinstance(each, SavedResults) else name for each, name in pairs]
    for names in (short, files):
        if len(set(names)) == len(names):
            return names
    return [f"{name} ({number})" for number, name in enumerate(files, start=1)]


def _check_same(arms: Sequence[Arm]) -> None:
    """One name of a collection is one collection."""
    for name in collections_of(arms):
        found = {result.fingerprint: arm for arm, result in on(arms, name).items()}
        if len(found) > 1:
            raise ConfigError(
                f"a page compares arms on one collection, but {name} of {' and of '.join(found.values())} has "
                "different texts: evaluate them on the same files."
            )
