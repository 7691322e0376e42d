"""What an evaluation found: numbers, where they came from, and their files."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from isoglot.evaluation.bias.effects import LanguageEffects
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.evaluation.topics import Topics, write_topics
from isoglot.files import write_json
from isoglot.versions import versions


@dataclass(frozen=True)
class Estimate(Bounded):
    """A macro average with its interval and the values of the cells it averages."""

    cells: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class CollectionResult:
    """One encoder on one collection.

    Attributes:
        sizes: queries, passages, languages, clusters.
        queries, passages: language -> how many.
        settings: setting -> measure -> estimate. A setting that the collection does not have is missing;
            ``single-gold`` has ``map`` alone.
        bias: name -> estimate, averaged over the queries of a language, then over languages;
            ``rank_distance_median`` takes the median over the queries of a language instead, and the cells of
            ``reach_same`` and ``reach_other`` are pairs of languages. What no query has is missing.
        effects: what languages do to the ranking as a whole; None where languages are unknown.
        pool_share: mean share of the pool in the query's language, the chance level of ``same_language``.
        topics: the per-query values behind the numbers.
    """

    name: str
    fingerprint: str
    sizes: dict[str, int]
    queries: dict[str, int]
    passages: dict[str, int]
    settings: dict[str, dict[str, Estimate]]
    bias: dict[str, Estimate]
    effects: LanguageEffects | None
    pool_share: float
    topics: Topics = field(compare=False, repr=False)

    def value(self, setting: str, measure: str) -> float:
        """One macro average, such as ``value("multi", "map")``."""
        return self.settings[setting][measure].value


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """An encoder's results on some collections, with what is needed to get them again."""

    encoder: str
    encoder_fingerprint: str | None
    collections: dict[str, CollectionResult]
    options: dict[str, Any]
    versions: dict[str, str] = field(default_factory=versions)

    def to_json(self) -> dict[str, Any]:
        """``{"collections": {NAME: {"mono": {"map": ..}, .., "bias": {..}, "intervals": .., ..}}, ..}``."""
        return {
            "encoder": self.encoder,
            "encoder_fingerprint": self.encoder_fingerprint,
            "options": self.options,
            "versions": self.versions,
            "collections": {name: _flat(result) for name, result in self.collections.items()},
        }

    def save(self, path: Path) -> None:
        """Write ``NAME.json``, and beside it the per-query values in ``NAME.topics.parquet``.

        Each file is whole or not there; the JSON, which says that the results are there, comes last.
        """
        write_topics({name: result.topics for name, result in self.collections.items()}, topics_path(path))
        write_json(self.to_json(), path)


def topics_path(results: Path) -> Path:
    """``scores.json`` -> ``scores.topics.parquet``."""
    return results.with_name(f"{results.stem}.topics.parquet")


def _flat(result: CollectionResult) -> dict[str, Any]:
    groups = {**result.settings, "bias": result.bias}
    return {
        **{group: {name: e.value for name, e in found.items()} for group, found in groups.items()},
        "intervals": {group: {name: [e.low, e.high] for name, e in found.items()} for group, found in groups.items()},
        "cells": {group: {name: e.cells for name, e in found.items()} for group, found in groups.items()},
        "effects": result.effects and result.effects.to_json(),
        "pool_share": result.pool_share,
        "sizes": result.sizes,
        "languages": {"queries": result.queries, "passages": result.passages},
        "fingerprint": result.fingerprint,
    }
