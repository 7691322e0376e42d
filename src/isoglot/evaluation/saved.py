"""Saved results, written and read: ``NAME.json`` and, beside it, every value of every query, ``NAME.topics.parquet``.

The JSON has the averages: ``{"collections": {NAME: {"mono": {"map": ..}, .., "bias": {..}, "intervals": ..}}, ..}``.
The Parquet file has one row a value: ``collection, table, cell, query, cluster, name, value``. The table is a setting,
``bias``, ``reach_same`` or ``reach_other``; the cell is what the value is averaged in before cells are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from isoglot.arrays import Ints
from isoglot.errors import DataError
from isoglot.evaluation.bias.registry import BIAS_MEASURES
from isoglot.evaluation.scores import Scores, Topics
from isoglot.evaluation.settings import Setting
from isoglot.files import whole_file, write_json

if TYPE_CHECKING:  # which save themselves with what is here
    from isoglot.evaluation.results import CollectionResult, Evaluation

TOPICS_SUFFIX = ".topics.parquet"

_SAME = 1e-9  # of sums of the same numbers in another order
_GROUPS = (*get_args(Setting), "bias")
_MEDIANS = {measure.name for measure in BIAS_MEASURES if measure.median_of}  # of values under another name
_NAMES = ("collection", "table", "cell", "query", "cluster", "name")
_SCHEMA = pa.schema([*((name, pa.dictionary(pa.int32(), pa.string())) for name in _NAMES), ("value", pa.float64())])


@dataclass(frozen=True, kw_only=True)
class SavedCollection:
    """Attributes:
    fingerprint: of the collection.
    averages: a setting or ``bias`` -> name -> macro average; None where there was none.
    topics: the per-query values.
    """

    fingerprint: str
    averages: Mapping[str, Mapping[str, float | None]]
    topics: Topics


@dataclass(frozen=True, kw_only=True)
class SavedResults:
    """Attributes:
    path: the JSON file.
    encoder: what the encoder is called in it.
    collections: name -> fingerprint, averages and per-query values.
    fitted_on: fingerprints of the collections that its repair was made with; none where an older version saved it.
    """

    path: Path
    encoder: str
    collections: dict[str, SavedCollection]
    fitted_on: frozenset[str] = frozenset()


def topics_path(results: Path) -> Path:
    """``scores.json`` -> ``scores.topics.parquet``."""
    return results.with_name(f"{results.stem}{TOPICS_SUFFIX}")


def is_saved(results: Path) -> bool:
    """Whether both files are there, and neither is cut."""
    try:
        _read_json(results)
        pq.read_metadata(topics_path(results))
    except (DataError, pa.ArrowException, OSError):
        return False
    return True


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
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


def write_results(evaluation: Evaluation, path: Path) -> None:
    """Write both files. Each is whole or not there; the JSON, which says that the results are there, comes last."""
    write_topics({name: result.topics for name, result in evaluation.collections.items()}, path)
    write_json(evaluation_json(evaluation), path)


def read_results(path: Path) -> SavedResults:
    """Read both files.

    Args:
        path: of the JSON.

    Raises:
        DataError: one of the files is missing, is not what :func:`write_results` writes, or they do not belong to each
            other.
    """
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
                fingerprint=str(result["fingerprint"]),
                averages={group: result[group] for group in _GROUPS if group in result},
                topics=topics[name],
            )
            for name, result in found["collections"].items()
        },
        fitted_on=frozenset(map(str, found.get("fitted_on") or ())),
    )


def write_topics(collections: Mapping[str, Topics], results: Path) -> None:
    """Write the per-query values of some collections; the file appears whole or not at all.

    Args:
        results: path of the JSON that they stand beside.
    """
    with whole_file(topics_path(results)) as part, pq.ParquetWriter(part, _SCHEMA, compression="zstd") as writer:
        for collection, topics in collections.items():
            for table, scores in topics.tables.items():
                for name in scores.values:
                    writer.write_table(_rows(collection, table, name, topics))


def read_topics(results: Path, *, names: Collection[str] | None = None) -> dict[str, Topics]:
    """Collection name -> its per-query values, those of these names only where some are given.

    Args:
        results: path of the JSON that they stand beside.

    Raises:
        DataError: there is no such file, or :func:`write_topics` did not write it.
    """
    path = topics_path(results)
    if not path.is_file():
        raise DataError(f"{path}: no such file; it is written beside the results by `isoglot evaluate --save`.")
    try:
        rows = pq.read_table(path, read_dictionary=list(_NAMES))
        if rows.schema.names != _SCHEMA.names:
            raise DataError(f"{path}: its columns are {', '.join(rows.schema.names)}, not those of per-query values.")
        rows = rows.cast(_SCHEMA)
        if names is not None:
            rows = rows.filter(pc.is_in(rows["name"].cast(pa.string()), pa.array(names, pa.string())))
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())  # it may be of several lines
        raise DataError(f"{path}: not a readable Parquet file ({reason}).") from error
    names = pc.unique(rows["collection"]).to_pylist()
    found = {name: _read_collection(rows.filter(pc.equal(rows["collection"], name))) for name in names}
    for name, topics in found.items():
        for table, scores in topics.tables.items():
            if not _once(scores):
                raise DataError(f"{path}: {name}, {table} does not have one value of every name for each topic.")
    return found


def _flat(result: CollectionResult) -> dict[str, Any]:
    groups = {**result.settings, "bias": result.bias}
    return {
        **{group: {name: e.value for name, e in found.items()} for group, found in groups.items()},
        "intervals": {group: {name: [e.low, e.high] for name, e in found.items()} for group, found in groups.items()},
        "cells": {group: {name: e.cells for name, e in found.items()} for group, found in groups.items()},
        "effects": result.effects and result.effects.to_json(),
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
    return dict(found)


def _is_result(result: Any) -> bool:
    return (
        isinstance(result, dict)
        and "fingerprint" in result
        and all(isinstance(result.get(group, {}), dict) for group in _GROUPS)
    )


def _check_same(result: dict[str, Any], topics: Topics, collection: str, path: Path) -> None:
    """An evaluation that was killed between its two files must not pass for a whole one."""
    lost = {(group, name) for group in _GROUPS for name in result.get(group, {}) if name not in _MEDIANS}
    for table, scores in topics.tables.items():
        group = table if table in _GROUPS else "bias"
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


def _once(scores: Scores) -> bool:
    topics = scores.query * len(scores.cells) + scores.cell
    whole = all(len(values) == len(topics) for values in scores.values.values())
    return whole and len(np.unique(topics)) == len(topics)


def _rows(collection: str, table: str, name: str, topics: Topics) -> pa.Table:
    scores = topics.tables[table]
    size = len(scores.query)
    clusters = [str(number) for number in range(int(topics.cluster.max()) + 1)]
    columns = [
        _constant(collection, size),
        _constant(table, size),
        pa.DictionaryArray.from_arrays(scores.cell.astype(np.int32), pa.array(scores.cells, pa.string())),
        pa.DictionaryArray.from_arrays(scores.query.astype(np.int32), pa.array(topics.queries, pa.string())),
        pa.DictionaryArray.from_arrays(topics.cluster[scores.query].astype(np.int32), pa.array(clusters)),
        _constant(name, size),
        pa.array(scores.values[name], pa.float64()),
    ]
    return pa.table(columns, schema=_SCHEMA)


def _constant(value: str, size: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(np.zeros(size, dtype=np.int32), pa.array([value]))


def _read_collection(rows: pa.Table) -> Topics:
    ids, number = _coded(rows["query"])
    _, cluster_of_row = _coded(rows["cluster"])
    cluster = np.zeros(len(ids), dtype=np.int64)
    cluster[number] = cluster_of_row
    table_names, table = _coded(rows["table"])
    tables = {
        name: _read_table(rows.filter(pa.array(table == n)), number[table == n]) for n, name in enumerate(table_names)
    }
    return Topics(queries=ids, cluster=cluster, tables=tables)


def _read_table(rows: pa.Table, query: Ints) -> Scores:
    names, name = _coded(rows["name"])
    values = rows["value"].to_numpy()
    first = name == 0  # every name of a table has the same topics, in the same order
    cells, cell = _coded(rows["cell"].filter(pa.array(first)))
    return Scores(
        query=query[first],
        cell=cell,
        cells=cells,
        values={text: values[name == n] for n, text in enumerate(names)},
    )


def _coded(column: pa.ChunkedArray) -> tuple[tuple[str, ...], Ints]:
    """The different values in order of first appearance, and each row's number among them."""
    names = pc.unique(column.cast(pa.string()))
    return tuple(names.to_pylist()), pc.index_in(column.cast(pa.string()), names).to_numpy().astype(np.int64)
