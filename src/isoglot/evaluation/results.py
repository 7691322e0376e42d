"""What an evaluation found: numbers, where they came from, and their JSON."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from isoglot.versions import versions


@dataclass(frozen=True)
class Estimate:
    """A macro average with its 95% cluster bootstrap interval and the values of the cells it averages."""

    value: float
    low: float
    high: float
    cells: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class CollectionResult:
    """One encoder on one collection.

    Attributes:
        settings: setting -> measure -> estimate. A setting that the collection does not have is missing.
        bias: name -> estimate, averaged over the queries of a language, then over languages;
            ``rank_distance_median`` takes the median over the queries of a language instead. The rank
            distances are missing where no query has relevant passages in two languages.
        sizes: queries, passages, languages, clusters.
        pool_share: mean share of the pool in the query's language, the chance level of ``same_language``.
    """

    name: str
    fingerprint: str
    sizes: dict[str, int]
    settings: dict[str, dict[str, Estimate]]
    bias: dict[str, Estimate]
    pool_share: float

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
        content = {key: value for key, value in asdict(self).items() if key != "collections"}
        return {**content, "collections": {name: _flat(result) for name, result in self.collections.items()}}

    def save(self, path: Path) -> None:
        """Write the JSON beside and rename, so that a file is whole or not there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".partial")
        part.write_text(json.dumps(self.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(part, path)


def _flat(result: CollectionResult) -> dict[str, Any]:
    groups = {**result.settings, "bias": result.bias}
    return {
        **{group: {name: e.value for name, e in found.items()} for group, found in groups.items()},
        "intervals": {group: {name: [e.low, e.high] for name, e in found.items()} for group, found in groups.items()},
        "cells": {group: {name: e.cells for name, e in found.items()} for group, found in groups.items()},
        "pool_share": result.pool_share,
        "sizes": result.sizes,
        "fingerprint": result.fingerprint,
    }
