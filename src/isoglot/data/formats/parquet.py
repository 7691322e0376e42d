"""Parquet: what :meth:`ParallelDataset.save` wrote, and rows of the project's own format from pandas or ``datasets``.

A foreign file needs the columns ``id``, ``query`` and ``passage``, or ``id`` and ``text``, texts as structs with a
field a language. Columns may stand in any order and be of any string type; columns that mean nothing here are passed
over.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from isoglot.data.answersentence import PassageForm
from isoglot.data.items import ItemFile, Pairs
from isoglot.data.parallel import ParallelDataset
from isoglot.data.parallelrows import ROWS_PER_BATCH, is_schema, languages_of
from isoglot.errors import DataError
from isoglot.languages import normalise

_NEEDED = ("id", "query", "passage")


def read_parquet(path: Path, *, pairs: Pairs = "positive", passage: PassageForm = "whole") -> ParallelDataset:
    """Read a Parquet file of items. Our own is memory-mapped as it is; the rows of any other are checked one by one.

    Args:
        path: the file.
        pairs: which items, where the file labels them (see :meth:`isoglot.data.items.ItemFile.read`).
        passage: the passages as they are, or the sentence of each that holds the answer.

    Raises:
        DataError: the file is not readable, lacks a column, or with the row and key of the first row that cannot be
            used; or no such item is in the file.
    """
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow.remove_metadata()
            if pairs != "negative" and passage == "whole" and _is_ours(file, schema):
                return ParallelDataset.open(path)
        needed = _NEEDED if "text" not in schema.names else ("id",)
        if missing := [name for name in needed if name not in schema.names]:
            raise DataError(f"{path}: lacks the columns {', '.join(missing)}; docs/data.md says what an item has.")
        return ItemFile(path=path, rows=lambda: _rows(path), unit="row", reader="parquet 1").read(pairs, passage)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path}: not a readable Parquet file ({error}).") from error


def _is_ours(file: pq.ParquetFile, schema: pa.Schema) -> bool:
    """Whether the rows need no check. Columns alone do not tell: others may write them with nulls."""
    if "query" not in schema.names or not is_schema(schema):
        return False
    if not all(_is_standard(tag) for tag in languages_of(schema)):
        return False
    strings = ["id", "group", "domain", "source"]
    batches = file.iter_batches(ROWS_PER_BATCH, columns=strings)
    return not any(column.null_count for batch in batches for column in batch.columns)


def _is_standard(tag: str) -> bool:
    try:
        return normalise(tag) == tag
    except DataError:
        return False


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(ROWS_PER_BATCH):
            for row in batch.to_pylist():
                number += 1
                yield number, row
