"""The rows of a table on disk, whatever kind of file it is: Parquet, JSON lines, JSON, CSV or tab-separated values."""

import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from isoglot.data.lines import json_lines, numbered_lines, read_json
from isoglot.errors import DataError

_PARQUET_ROWS = 1_000
KINDS = (".parquet", ".jsonl", ".json", ".csv", ".tsv")
"""What can be read, by the end of its name; the best first where the same rows are there twice."""

_PACKED = (".jsonl", ".json", ".csv", ".tsv")


def is_data(path: str) -> bool:
    """Whether a file of this name can be read."""
    return path.endswith(KINDS) or (path.endswith(".gz") and path.removesuffix(".gz").endswith(_PACKED))


def file_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (number from 1, row) of a file; all values of CSV and tab-separated values are texts.

    JSON is an array of objects, or an object that holds one under ``data``. What has lines is read line by line and
    Parquet a thousand rows at a time, so that a file may be larger than memory; JSON is read whole.

    Raises:
        DataError: the file is missing, of another kind, or has a row that is none.
    """
    kind = kind_of(path)
    if kind == ".parquet":
        return _parquet_rows(path)
    if kind == ".jsonl":
        return json_lines(path)
    if kind == ".json":
        return _json_rows(path)
    return _separated_rows(path, "\t" if kind == ".tsv" else ",")


def columns_of(path: Path) -> tuple[str, ...]:
    """The names of the columns; where rows say their own, those of the first; nothing of an empty file."""
    if kind_of(path) == ".parquet":
        with _parquet(path) as file:
            return tuple(file.schema_arrow.names)
    return tuple(next((row for _, row in file_rows(path)), {}))


def row_count(path: Path) -> int:
    """How many rows the file has."""
    if kind_of(path) == ".parquet":
        with _parquet(path) as file:
            return int(file.metadata.num_rows)
    return sum(1 for _ in file_rows(path))


def kind_of(path: Path) -> str:
    """The kind of a file that :func:`is_data` allows, as the end of its name without ``.gz``."""
    kind = Path(path.name.removesuffix(".gz")).suffix
    if not is_data(path.name):
        raise DataError(f"{path}: unknown kind of file; give {', '.join(KINDS)}, gzipped or not.")
    return kind


def _parquet(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path}: not a readable Parquet file ({error}).") from error


def _parquet_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with _parquet(path) as file:
        try:
            batches = (batch.to_pylist() for batch in file.iter_batches(_PARQUET_ROWS))
            yield from enumerate(chain.from_iterable(batches), start=1)
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{path}: not a readable Parquet file ({error}).") from error


def _json_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    content = read_json(path)
    rows = content.get("data") if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise DataError(f'{path}: must be an array of objects, or an object with one under "data".')
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise DataError(f"{path}: item {number} must be a JSON object, not {type(row).__name__}.")
        yield number, row


def _separated_rows(path: Path, separator: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The first line names the columns; a row is known by its number, since a quoted text may have several lines."""
    lines = (f"{line}\n" for _, line in numbered_lines(path))
    reader = csv.reader(lines) if separator == "," else csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    try:
        header = next(reader, [])
        for number, cells in enumerate(reader, start=1):
            if len(cells) != len(header):
                raise DataError(
                    f"{path}: row {number} has {len(cells)} columns, but the first line names {len(header)}."
                )
            yield number, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise DataError(f"{path}: not a table of separated values ({error}).") from error
