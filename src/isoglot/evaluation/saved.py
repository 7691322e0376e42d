"""Saved results, written and read: ``NAME.json`` and, beside it, every value of every query, ``NAME.topics.parquet``.

The JSON has the averages: ``{"collections": {NAME: {"mono": {"map": ..}, .., "bias": {..}, "intervals": ..}}, ..}``;
:mod:`isoglot.evaluation.topics` says what the Parquet file has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from isoglot.errors import DataError
from isoglot.evaluation.bias.registry import BIAS_MEASURES
from isoglot.evaluation.found import GROUPS, Averages, EvaluationResult, named_value
from isoglot.evaluation.scores import Topics
from isoglot.evaluation.topics import read_topics, topics_path
from isoglot.files import given_path
from isoglot.result import SCHEMA

if TYPE_CHECKING:  # which save themselves with what is here
    from isoglot.evaluation.results import CollectionResult, Evaluation

_SAME = 1e-9  # of sums of the same numbers in another order
_MEDIANS = {measure.name for measure in BIAS_MEASURES if measure.median_of}  # of values under another name


@dataclass(frozen=True, kw_only=True)
class SavedCollection:
    """Attributes:
    name: the collection's.
    fingerprint: of the collection.
    averages: a setting or ``bias`` -> name -> macro average; None where there was none.
    topics: the per-query values.
    """

    name: str = ""
    fingerprint: str
    averages: Averages
    topics: Topics = field(repr=False)

    def value(self, table: str, name: str) -> float:
        """One macro average; see :meth:`isoglot.evaluation.results.CollectionResult.value`."""
        return named_value(self.averages, table, name, of=self.name)


@dataclass(frozen=True, kw_only=True, repr=False)
class SavedResults(EvaluationResult):
    """Results that were read from a file; everything is there that was saved.

    Example::

        >>> results = isoglot.read_results("a.json")
        >>> results.to_frame().columns[0]
        'encoder'

    Attributes:
        path: the JSON file.
        encoder: what the encoder is called in it.
        collections: name -> fingerprint, averages and per-query values.
        fitted_on: fingerprints of the collections that its repair was made with; none where an older version saved it.
        content: of the JSON file.
    """

    path: Path
    encoder: str
    collections: dict[str, SavedCollection]
    fitted_on: frozenset[str] = frozenset()
    content: Mapping[str, Any] = field(default_factory=dict)

    def _averages(self) -> Mapping[str, Averages]:
        return {name: found.averages for name, found in self.collections.items()}

    def _topics(self) -> Mapping[str, Topics]:
        return {name: found.topics for name, found in self.collections.items()}

    def _content(self) -> dict[str, Any]:
        return dict(self.content)


def is_saved(results: Path) -> bool:
    """Whether both files are there, and neither is cut."""
    try:
        _read_json(results)
        pq.read_metadata(topics_path(results))
    except (DataError, pa.ArrowException, OSError):
        return False
    return True


def evaluation_content(evaluation: Evaluation) -> dict[str, Any]:
    """What the JSON file holds."""
    return {
        "encoder": evaluation.encoder,
        "encoder_fingerprint": evaluation.encoder_fingerprint,
        "similarity": evaluation.similarity,
        "fitted_on": sorted(evaluation.fitted_on),
        "options": evaluation.options,
        "versions": evaluation.versions,
        "collections": {name: _flat(result) for name, result in evaluation.collections.items()},
    }


def read_results(path: str | Path) -> SavedResults:
    """Read what ``save`` of an :class:`~isoglot.evaluation.results.Evaluation` or an audit wrote.

    Example::

        >>> results = isoglot.read_results("a.json")
        >>> results.value("mono", "map") <= 1
        True

    Args:
        path: of the JSON; the per-query values are beside it.

    Raises:
        DataError: one of the files is missing, was written by a newer isoglot, is not what is written there, or they do
            not belong to each other.
    """
    path = given_path(path)
    found = _read_json(path)
    topics = read_topics(path)
    for name, result in found["collections"].items():
        if name not in topics:
            raise DataError(f"{topics_path(path)}: no values of {name}, which {path.name} has; evaluate again.")
        _check_same(result, topics[name], name, path)
    return SavedResults(
        path=path,
        encoder=str(found["encoder"]),
        collections={
            name: SavedCollection(
                name=name,
                fingerprint=str(result["fingerprint"]),
                averages={group: result[group] for group in GROUPS if group in result},
                topics=topics[name],
            )
            for name, result in found["collections"].items()
        },
        fitted_on=frozenset(map(str, found.get("fitted_on") or ())),
        content=found,
    )


def _flat(result: CollectionResult) -> dict[str, Any]:
    groups = {**result.settings, "bias": result.bias}
    return {
        **{group: {name: e.value for name, e in found.items()} for group, found in groups.items()},
        "intervals": {group: {name: [e.low, e.high] for name, e in found.items()} for group, found in groups.items()},
        "cells": {group: {name: e.cells for name, e in found.items()} for group, found in groups.items()},
        "effects": result.effects and result.effects.to_dict(),
        "pool_share": result.pool_share,
        "recall_ceiling": result.recall_ceiling,
        "sizes": result.sizes,
        "cluster_rule": result.cluster_rule,
        "identical_ids": result.identical_ids,
        "faults": result.faults,
        "languages": {"queries": result.queries, "passages": result.passages},
        "fingerprint": result.fingerprint,
    }


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise DataError(f"{path}: no such file; results are written by `isoglot evaluate --save`.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        known = {"encoder", "collections"} <= found.keys()
        known = known and all(_is_result(result) for result in found["collections"].values())
    except (ValueError, AttributeError, TypeError, RecursionError):
        known = False
    if not known:
        raise DataError(f"{path}: not a results file; `isoglot evaluate --save` writes one.")
    if found.get("schema", SCHEMA) != SCHEMA:
        raise DataError(f"{path}: written by a newer isoglot (schema {found['schema']}); read it with that one.")
    return dict(found)


def _is_result(result: Any) -> bool:
    return (
        isinstance(result, dict)
        and "fingerprint" in result
        and all(isinstance(result.get(group, {}), dict) for group in GROUPS)
    )


def _check_same(result: dict[str, Any], topics: Topics, collection: str, path: Path) -> None:
    """An evaluation that was killed between its two files must not pass for a whole one."""
    lost = {(group, name) for group in GROUPS for name in result.get(group, {}) if name not in _MEDIANS}
    for table, scores in topics.tables.items():
        group = table if table in GROUPS else "bias"
        for name in scores.values:
            lost.discard((group, name))
            shown, value = result.get(group, {}).get(name), scores.macro(name)
            near = isinstance(shown, int | float) and abs(shown - value) <= _SAME * max(1.0, abs(value))
            if shown is not None and not near:
                raise DataError(
                    f"{topics_path(path)}: {collection}, {table} {name} averages {value:.6g}, but {path.name} says "
                    f"{shown}; the files are not of one evaluation, so evaluate again."
                )
    for group, name in sorted(lost):
        raise DataError(
            f"{topics_path(path)}: {collection}, no values of {group} {name}, which {path.name} has; evaluate again."
        )
