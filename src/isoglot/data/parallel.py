"""``ParallelDataset``: question-passage items that exist in several languages, the training data."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from datasets import Dataset
from datasets.exceptions import DatasetGenerationError

from isoglot.cache import cache_dir
from isoglot.data.lines import digest_files
from isoglot.errors import DataError
from isoglot.languages import normalise

_ROWS_PER_BATCH = 1_000


class ParallelDataset:
    """Items with a query and a passage in one or more languages, memory-mapped from Arrow.

    Attributes:
        rows: columns ``id``, ``group``, ``domain``, ``source`` (strings), ``query`` and ``passage`` (structs with one
            nullable string a language) and ``negatives`` (struct of string lists).
        languages: the languages, sorted; every mask below has them as its columns.
        groups: (items,) int64; items of one number must not meet in a batch as each other's negatives.
        sources: (items,) int64; the data set an item came from, in order of first appearance.
        has_query, has_passage: (items, languages) bool; which texts exist.
        fingerprint: SHA-256 over the content; the same items give the same fingerprint.
    """

    def __init__(self, rows: Dataset, *, languages: Sequence[str], fingerprint: str) -> None:
        self.rows = rows
        self.fingerprint = fingerprint
        self.languages: tuple[str, ...] = tuple(sorted(languages))
        self.has_query = np.zeros((len(rows), len(self.languages)), dtype=bool)
        self.has_passage = np.zeros_like(self.has_query)
        groups, sources = _Codes(len(rows)), _Codes(len(rows))
        for start, table in _tables(rows):
            span = slice(start, start + len(table))
            for column, language in enumerate(self.languages):
                self.has_query[span, column] = _field(table["query"], language).is_valid()
                self.has_passage[span, column] = _field(table["passage"], language).is_valid()
            groups.encode(span, table["group"])
            sources.encode(span, table["source"])
        self.groups, self.sources = groups.codes, sources.codes

    @classmethod
    def from_rows(cls, rows: Iterable[dict[str, Any]], *, languages: Sequence[str], key: str) -> Self:
        """Write validated rows to the Arrow cache and open them memory-mapped.

        Args:
            rows: dicts with ``id``, ``group``, ``domain``, ``query``, ``passage`` and optionally ``negatives``.
            languages: every language that occurs.
            key: names the content (a digest of the source files and of the reader); a second call with
                the same key opens the cached file without reading ``rows``.
        """
        fingerprint = hashlib.sha256(key.encode()).hexdigest()
        path = cache_dir() / "parallel" / f"{fingerprint[:32]}.arrow"
        if not path.is_file():
            _write_arrow(path, rows, _schema(sorted(languages)))
        return cls(Dataset.from_file(str(path)), languages=languages, fingerprint=fingerprint)

    @classmethod
    def concatenate(cls, parts: Sequence[ParallelDataset]) -> ParallelDataset:
        """One data set of several, over the union of their languages; ids, groups and sources stay apart."""
        if len(parts) == 1:
            return parts[0]
        languages = sorted({language for part in parts for language in part.languages})
        schema = _schema(languages)
        tables = [_widen(part.rows, schema, prefix=f"{number}/") for number, part in enumerate(parts)]
        fingerprint = _digest(*(part.fingerprint for part in parts))
        return cls(Dataset(pa.concat_tables(tables)), languages=languages, fingerprint=fingerprint)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Rows with the missing languages left out of their dicts."""
        for row in self.rows:
            yield {
                **row,
                **{
                    side: {k: v for k, v in row[side].items() if v}
                    for side in ("query", "passage", "negatives")
                },
            }

    def select(self, items: npt.ArrayLike) -> ParallelDataset:
        """The items at these indices (or where a bool mask is true), in order."""
        index = np.asarray(items)
        if index.dtype == bool:
            index = np.flatnonzero(index)
        fingerprint = _digest(self.fingerprint, hashlib.sha256(index.astype("<i8").tobytes()).hexdigest())
        return ParallelDataset(self.rows.select(index), languages=self.languages, fingerprint=fingerprint)

    def restrict(self, languages: Sequence[str]) -> ParallelDataset:
        """The same items with these languages only; items without a pair in any of them are left out.

        Raises:
            DataError: a language that the data does not have.
        """
        wanted = sorted({normalise(language) for language in languages})
        if missing := sorted(set(wanted) - set(self.languages)):
            raise DataError(f"languages: {missing} not in the data, which has {', '.join(self.languages)}.")
        fingerprint = _digest(self.fingerprint, *wanted)
        narrowed = ParallelDataset(self.rows, languages=wanted, fingerprint=fingerprint)
        return narrowed.select(narrowed.has_query.any(axis=1) & narrowed.has_passage.any(axis=1))

    def split(self, share: float, *, seed: int) -> tuple[ParallelDataset, ParallelDataset]:
        """Split off about ``share`` of the groups: (the rest, the share). No group is on both sides.

        Raises:
            DataError: one of the sides would be empty.
        """
        count = int(self.groups.max(initial=-1)) + 1
        held = np.zeros(count, dtype=bool)
        held[np.random.default_rng(seed).permutation(count)[: round(share * count)]] = True
        mask = held[self.groups]
        if mask.all() or not mask.any():
            raise DataError(f"a share of {share} of {count} groups leaves one side of the split empty.")
        return self.select(~mask), self.select(mask)

    def texts(self) -> Iterator[str]:
        """Every query and passage text of ``languages``."""
        for _, table in _tables(self.rows):
            for side in ("query", "passage"):
                for language in self.languages:
                    yield from _field(table[side], language).drop_null().to_pylist()

    @classmethod
    def open(cls, path: Path) -> ParallelDataset:
        """Open a Parquet file that :meth:`save` wrote.

        Raises:
            DataError: the file does not hold the columns of a parallel data set.
        """
        try:
            rows = Dataset.from_parquet(str(path), cache_dir=str(cache_dir() / "parquet"))
            languages = [field.name for field in rows.data.schema.field("query").type]
            missing = {"id", "group", "domain", "source", "passage", "negatives"} - set(rows.column_names)
        except (pa.ArrowException, KeyError, TypeError, DatasetGenerationError) as error:
            raise DataError(f"{path}: not a Parquet file of parallel data ({error}).") from error
        if missing:
            raise DataError(f"{path}: lacks the columns {', '.join(sorted(missing))}; write it with ParallelDataset.save.")
        return cls(rows, languages=languages, fingerprint=_digest(digest_files(path)))

    def save(self, path: Path) -> None:
        """Write a Parquet file that :meth:`open` reads back."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".partial")
        self.rows.to_parquet(str(part))
        os.replace(part, path)


def _schema(languages: Sequence[str]) -> pa.Schema:
    texts = pa.struct([(language, pa.string()) for language in languages])
    lists = pa.struct([(language, pa.list_(pa.string())) for language in languages])
    strings = [(name, pa.string()) for name in ("id", "group", "domain", "source")]
    return pa.schema([*strings, ("query", texts), ("passage", texts), ("negatives", lists)])


def _write_arrow(path: Path, rows: Iterable[dict[str, Any]], schema: pa.Schema) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.partial")
    try:
        with pa.OSFile(str(part), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
            for batch in _batches(rows):
                writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append({"source": "", "negatives": {}, **row})
        if len(batch) == _ROWS_PER_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _tables(rows: Dataset) -> Iterator[tuple[int, pa.Table]]:
    """(Number of the first row, Arrow table) for consecutive runs of rows."""
    start = 0
    for table in rows.with_format("arrow").iter(_ROWS_PER_BATCH):
        yield start, table
        start += len(table)


def _widen(rows: Dataset, schema: pa.Schema, *, prefix: str) -> pa.Table:
    """The rows under a schema with more languages; texts are not copied, ids, groups and sources get a prefix."""
    table = rows.with_format("arrow")[:]
    columns = []
    for field in schema:
        column = table[field.name]
        if field.name in ("id", "group", "source"):
            column = pc.binary_join_element_wise(prefix, column, "")
        elif pa.types.is_struct(field.type):
            column = pa.chunked_array(
                [_widen_struct(chunk, field.type) for chunk in column.chunks], field.type
            )
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)


def _widen_struct(chunk: pa.StructArray, wide: pa.StructType) -> pa.StructArray:
    known = {field.name for field in chunk.type}
    children = [
        pc.struct_field(chunk, field.name) if field.name in known else pa.nulls(len(chunk), field.type)
        for field in wide
    ]
    return pa.StructArray.from_arrays(children, fields=list(wide))


def _field(column: pa.ChunkedArray, language: str) -> pa.ChunkedArray:
    return pc.struct_field(column, language)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class _Codes:
    """Strings to integers in order of first appearance, a run of rows at a time."""

    def __init__(self, size: int) -> None:
        self.codes: npt.NDArray[np.int64] = np.zeros(size, dtype=np.int64)
        self.names: dict[str, int] = {}

    def encode(self, span: slice, column: pa.ChunkedArray) -> None:
        self.codes[span] = [self.names.setdefault(name, len(self.names)) for name in column.to_pylist()]
