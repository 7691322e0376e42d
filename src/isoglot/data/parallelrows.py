"""How parallel data lies in Arrow: its columns, its file in the cache, and the same rows under other languages.

``datasets``, which takes seconds to import, is imported where rows are selected or handed out, and not to read them.

Only :mod:`isoglot.data.parallel` and :mod:`isoglot.data.parallelblocks` know of this; others ask them for texts.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.arrays import Bools
from isoglot.cache import cache_dir, use
from isoglot.errors import DataError
from isoglot.files import whole_file
from isoglot.roles import Role

if TYPE_CHECKING:
    from datasets import Dataset

ROWS_PER_BATCH = 1_000

Rows: TypeAlias = "MappedRows | Dataset"


def schema_of(languages: Sequence[str], *, docs: bool = False) -> pa.Schema:
    """The columns of data in these languages: strings, and structs with a field for each language.

    Args:
        docs: with a column ``doc``, null where an item states none.
    """
    texts = pa.struct([(language, pa.string()) for language in languages])
    lists = pa.struct([(language, pa.list_(pa.string())) for language in languages])
    names = ("id", "group", "domain", "source", *(("doc",) if docs else ()))
    strings = [(name, pa.string()) for name in names]
    return pa.schema([*strings, ("query", texts), ("passage", texts), ("negatives", lists)])


def languages_of(schema: pa.Schema) -> tuple[str, ...]:
    """The languages of the columns; none where the texts are no structs."""
    texts = schema.field("query").type
    return tuple(field.name for field in texts) if pa.types.is_struct(texts) else ()


def is_schema(schema: pa.Schema) -> bool:
    """Whether the columns are those of parallel data, with or without ``doc``."""
    return bool(schema == schema_of(languages_of(schema), docs="doc" in schema.names))


def check_schema(schema: pa.Schema, path: Path) -> None:
    """Raise DataError unless a file's columns are those of parallel data."""
    if missing := [name for name in schema_of([]).names if name not in schema.names]:
        raise DataError(f"{path}: lacks the columns {', '.join(missing)}; write it with ParallelDataset.save.")
    if not is_schema(schema):
        raise DataError(f"{path}: its columns are not those of parallel data; write it with ParallelDataset.save.")


def batches_of(rows: Iterable[dict[str, Any]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows, some at a time; source, doc and negatives may be missing."""
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append({"source": "", "doc": None, "negatives": {}, **row})
        if len(batch) == ROWS_PER_BATCH:
            yield pa.RecordBatch.from_pylist(batch, schema=schema)
            batch = []
    if batch:
        yield pa.RecordBatch.from_pylist(batch, schema=schema)


def cached_rows(fingerprint: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> "MappedRows":
    """The rows of this fingerprint, memory-mapped from the Arrow cache; written there first if need be."""
    path = cache_dir() / "parallel" / f"{fingerprint[:32]}.arrow"
    while not use(path):
        _write_arrow(path, batches, schema)
    return MappedRows(path)


class MappedRows:
    """All rows of a file of the Arrow cache."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def table(self) -> pa.Table:
        """Memory-mapped."""
        with pa.memory_map(str(self._path)) as file, pa.ipc.open_stream(file) as reader:
            return reader.read_all()

    def dataset(self) -> "Dataset":
        """The same file through ``datasets``, which reads it anew where it is unpickled."""
        from datasets import Dataset

        return Dataset.from_file(str(self._path))

    def __len__(self) -> int:
        return len(self.table)


def _write_arrow(path: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
    with whole_file(path) as part, pa.OSFile(str(part), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def tables(rows: "Rows") -> Iterator[tuple[slice, pa.Table]]:
    """(Numbers of the rows, Arrow table) for consecutive runs of rows."""
    start = 0
    for table in _runs(rows):
        yield slice(start, start + len(table)), table
        start += len(table)


def _runs(rows: "Rows") -> Iterator[pa.Table]:
    if isinstance(rows, MappedRows):
        return (rows.table.slice(start, ROWS_PER_BATCH) for start in range(0, len(rows), ROWS_PER_BATCH))
    found: Iterator[pa.Table] = rows.with_format("arrow").iter(ROWS_PER_BATCH)
    return found


def stored(rows: "Rows") -> pa.Table:
    """The table that the rows are, or are selected from."""
    return rows.table if isinstance(rows, MappedRows) else rows.data


def states_doc(rows: "Rows") -> Bools:
    """(items,) bool: which items say their doc; files of before there were docs have no such column."""
    table = stored(rows)
    if "doc" not in table.column_names:
        return np.zeros(len(rows), dtype=bool)
    stated: Bools = table.column("doc").is_valid().to_numpy()
    return stated


def held_together(table: pa.Table) -> pa.ChunkedArray:
    """The doc of each row; its group, under a name that no doc has, where it states none."""
    return pc.coalesce(table["doc"], pc.binary_join_element_wise("\0", table["group"], ""))


def text_column(rows: "Dataset", role: Role, language: str) -> "Dataset":
    """The rows with the texts of one role and language as their only column, a string."""
    flat = rows.select_columns([role]).flatten()  # a column "passage.en", and so on
    return flat.select_columns([f"{role}.{language}"]).with_format("arrow")


def language_field(column: pa.ChunkedArray, language: str) -> pa.ChunkedArray:
    """A language of a column of structs."""
    return pc.struct_field(column, language)


def reshape(table: pa.Table, schema: pa.Schema, *, keep: Sequence[str], prefix: str = "") -> pa.Table:
    """The rows under a schema of other languages, of which those to keep have their texts.

    Texts are not copied; ids, groups, sources and docs get the prefix.
    """
    if "doc" in schema.names and "doc" not in table.column_names:
        table = table.append_column("doc", pa.nulls(len(table), pa.string()))
    columns = []
    for field in schema:
        column = table[field.name]
        if field.name in ("id", "group", "source", "doc"):
            column = pc.binary_join_element_wise(prefix, column, "")
        elif pa.types.is_struct(field.type):
            chunks = [_reshape_struct(chunk, field.type, keep) for chunk in column.chunks]
            column = pa.chunked_array(chunks, field.type)
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)


def _reshape_struct(chunk: pa.StructArray, target: pa.StructType, keep: Sequence[str]) -> pa.StructArray:
    children = [
        pc.struct_field(chunk, child.name) if child.name in keep else pa.nulls(len(chunk), child.type)
        for child in target
    ]
    return pa.StructArray.from_arrays(children, fields=list(target))
