"""Queries and passages that are known by id and language alone: what a run is scored with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from isoglot.data.lines import id_at, json_lines, language_at, numbered_lines
from isoglot.data.repeats import note_id
from isoglot.data.tables import places
from isoglot.errors import DataError
from isoglot.languages import normalise

_COLUMNS = ("id", "lang", "cluster", "group")
_Row = tuple[int, Any, Any, Any, Any]  # the line, and the columns


def file_of(source: str | Path) -> Path | None:
    """The file that a source of languages names; None if it is a language tag, in which no dot or slash can be."""
    path = Path(source)
    return path if path.is_file() or isinstance(source, Path) or path.suffix or path.name != source else None


def tagged(source: str | Path, ids: pa.StringArray, *, what: str, named_in: str, whole: bool = False) -> pa.Table:
    """A table ``id, lang, cluster, group`` of strings.

    Args:
        source: a BCP 47 tag, which all ids then have, or a file: ``id<TAB>lang`` lines, or JSON lines with ``_id``,
            ``lang`` and perhaps ``cluster`` (null if it is not there) and ``group`` (default: the id). Either may be
            gzipped.
        ids: what must have a language; the rows of the table, in this order.
        what: ``"query"`` or ``"passage"``, for errors.
        named_in: the files that the ids are from, for errors.
        whole: return all rows of the file instead, in its order.

    Raises:
        DataError: an id that the file does not have, or a line that cannot be used.
    """
    path = file_of(source)
    if path is None:
        return pa.table(
            [ids, pa.repeat(normalise(str(source)), len(ids)), pa.nulls(len(ids), pa.string()), ids], names=_COLUMNS
        )
    table = _read(path)
    place = places(table["id"], ids)
    if len(missing := np.flatnonzero(place < 0)):
        raise DataError(
            f"{path}: no language for {what} {ids[missing[0]].as_py()!r} of {named_in}; add it to the file."
        )
    return table if whole else table.take(pa.array(place))


def _read(path: Path) -> pa.Table:
    columns: dict[str, list[str | None]] = {name: [] for name in _COLUMNS}
    lines: dict[str, int] = {}
    standard: dict[str, str] = {}
    for line, identity, tag, cluster, group in _rows(path):
        for key, value in (("id", identity), ("language", tag)):
            if not isinstance(value, str) or not value:
                raise DataError(f"{path}: line {line} has no {key}.")
        note_id(identity, path, line, lines)
        if tag not in standard:
            standard[tag] = language_at(f"{path}: line {line}", tag)
        own_group = identity if group in (None, "") else str(group)
        own_cluster = None if cluster in (None, "") else str(cluster)
        for name, value in zip(_COLUMNS, (identity, standard[tag], own_cluster, own_group), strict=True):
            columns[name].append(value)
    return pa.table(columns, schema=pa.schema([(name, pa.string()) for name in _COLUMNS]))


def _rows(path: Path) -> Iterator[_Row]:
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        for line, row in json_lines(path):
            yield (
                line,
                id_at(f'{path}: line {line}: key "_id"', row.get("_id")),
                row.get("lang"),
                row.get("cluster"),
                row.get("group"),
            )
        return
    for line, text in numbered_lines(path):
        fields = text.split("\t")
        if len(fields) != 2:
            raise DataError(f"{path}: line {line} must be an id, a tab and a language, but has {len(fields)} columns.")
        yield line, fields[0], fields[1], None, None
