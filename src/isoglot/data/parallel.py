"""``ParallelDataset``: question-passage items that exist in several languages, the training data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from datasets import Dataset

from isoglot.arrays import Ints
from isoglot.cache import cache_dir
from isoglot.data.lines import digest_files
from isoglot.errors import DataError
from isoglot.files import whole_file
from isoglot.languages import normalise

HELD_OUT_SEED = 0  # the held-out groups stay the same whatever seed a run has

_ROWS_PER_BATCH = 1_000


class ParallelDataset:
    """Items with a query and a passage in one or more languages, memory-mapped from Arrow.

    Attributes:
        rows: columns ``id``, ``group``, ``domain``, ``source`` (strings), ``query`` and ``passage`` (structs
            with one nullable string a language) and ``negatives`` (struct of string lists). The structs
            of a restricted data set still hold the languages that it no longer has.
        languages: the languages, sorted; every mask below has them as its columns.
        groups: (items,) int64; items of one number must not meet in a batch as each other's negatives.
        sources: (items,) int64; the data set an item came from, in order of first appearance.
        has_query, has_passage: (items, languages) bool; which texts exist.
        fingerprint: SHA-256 over the files read and what was done to their items since.
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
            rows: dicts with ``id``, ``group``, ``domain``, ``query``, ``passage`` and perhaps ``negatives``.
            languages: every language that occurs.
            key: names the content (a digest of the source files and of the reader); a second call with
                the same key opens the cached file without reading ``rows``.
        """
        fingerprint = hashlib.sha256(key.encode()).hexdigest()
        schema = _schema(sorted(languages))
        batches = (pa.RecordBatch.from_pylist(batch, schema=schema) for batch in _batches(rows))
        return cls(_cached(fingerprint, batches, schema), languages=languages, fingerprint=fingerprint)

    @classmethod
    def concatenate(cls, parts: Sequence[ParallelDataset]) -> ParallelDataset:
        """One data set of several, over the union of their languages; ids, groups and sources stay apart."""
        if len(parts) == 1:
            return parts[0]
        languages = sorted({language for part in parts for language in part.languages})
        schema = _schema(languages)
        tables = [
            _reshape(part.rows.with_format("arrow")[:], schema, keep=part.languages, prefix=f"{number}/")
            for number, part in enumerate(parts)
        ]
        fingerprint = _digest(*(part.fingerprint for part in parts))
        return cls(
            Dataset(pa.concat_tables(tables), fingerprint=fingerprint), languages=languages, fingerprint=fingerprint
        )

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Rows with the missing languages left out of their dicts."""
        for row in self.rows:
            texts = {
                side: {language: row[side][language] for language in self.languages if row[side][language]}
                for side in ("query", "passage", "negatives")
            }
            yield {**row, **texts}

    def select(self, items: npt.ArrayLike) -> ParallelDataset:
        """The items at these indices (or where a bool mask is true), in order."""
        given = np.asarray(items)
        index = np.flatnonzero(given) if given.dtype == bool else given.astype(np.int64)
        made = copy(self)
        made.fingerprint = _digest(self.fingerprint, hashlib.sha256(index.astype("<i8").tobytes()).hexdigest())
        made.rows = self.rows.select(index)
        # Known from the whole: to read the rows again for them would take seconds on a large selection.
        made.has_query, made.has_passage = self.has_query[index], self.has_passage[index]
        made.groups, made.sources = _renumbered(self.groups[index]), _renumbered(self.sources[index])
        return made

    def restrict(self, languages: Sequence[str]) -> ParallelDataset:
        """The same items with these languages only; items without a pair in any of them are left out.

        Raises:
            DataError: a language that the data does not have.
        """
        wanted = sorted({normalise(language) for language in languages})
        if missing := sorted(set(wanted) - set(self.languages)):
            raise DataError(f"languages: {missing} not in the data, which has {', '.join(self.languages)}.")
        columns = [self.languages.index(language) for language in wanted]
        narrowed = copy(self)
        narrowed.fingerprint = _digest(self.fingerprint, *wanted)
        narrowed.languages = tuple(wanted)
        narrowed.has_query, narrowed.has_passage = self.has_query[:, columns], self.has_passage[:, columns]
        return narrowed.select(narrowed.has_query.any(axis=1) & narrowed.has_passage.any(axis=1))

    def split(self, share: float, *, seed: int) -> tuple[ParallelDataset, ParallelDataset]:
        """Split off ``share`` of the groups, rounded: (the rest, the share). No group is on both sides.

        Raises:
            DataError: one of the sides would be empty.
        """
        count = int(self.groups.max(initial=-1)) + 1
        size = round(share * count)
        if not 0 < size < count:
            raise DataError(f"a share of {share} of {count} groups leaves one side of the split empty.")
        held = np.zeros(count, dtype=bool)
        held[np.random.default_rng(seed).permutation(count)[:size]] = True
        mask = held[self.groups]
        return self.select(~mask), self.select(mask)

    def texts(self) -> Iterator[str]:
        """Every query, passage and negative text of ``languages``."""
        for _, table in _tables(self.rows):
            for side in ("query", "passage"):
                for language in self.languages:
                    yield from _field(table[side], language).drop_null().to_pylist()
            for language in self.languages:
                yield from pc.list_flatten(_field(table["negatives"], language)).to_pylist()

    @classmethod
    def open(cls, path: Path) -> ParallelDataset:
        """Open a Parquet file that :meth:`save` wrote.

        Raises:
            DataError: there is no such file, or it does not hold the columns of a parallel data set.
        """
        if not path.is_file():
            raise DataError(f"{path}: no such file.")
        try:
            with pq.ParquetFile(path) as file:
                schema = file.schema_arrow.remove_metadata()
                languages = _languages_of(schema, path)
                fingerprint = _digest(digest_files(path))
                rows = _cached(fingerprint, file.iter_batches(_ROWS_PER_BATCH), schema)
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{path}: not a readable Parquet file ({error}).") from error
        return cls(rows, languages=languages, fingerprint=fingerprint)

    def save(self, path: Path) -> None:
        """Write a Parquet file that :meth:`open` reads back."""
        schema = _schema(self.languages)
        with whole_file(path) as part, pq.ParquetWriter(part, schema) as writer:
            for _, table in _tables(self.rows):
                writer.write_table(_reshape(table, schema, keep=self.languages))


def _schema(languages: Sequence[str]) -> pa.Schema:
    texts = pa.struct([(language, pa.string()) for language in languages])
    lists = pa.struct([(language, pa.list_(pa.string())) for language in languages])
    strings = [(name, pa.string()) for name in ("id", "group", "domain", "source")]
    return pa.schema([*strings, ("query", texts), ("passage", texts), ("negatives", lists)])


def _languages_of(schema: pa.Schema, path: Path) -> list[str]:
    """The languages of a file's texts, after a check that its columns are those of parallel data."""
    expected = _schema([])
    if missing := [name for name in expected.names if name not in schema.names]:
        raise DataError(f"{path}: lacks the columns {', '.join(missing)}; write it with ParallelDataset.save.")
    texts = schema.field("query").type
    languages = [field.name for field in texts] if pa.types.is_struct(texts) else []
    if schema != _schema(languages):
        raise DataError(f"{path}: its columns are not those of parallel data; write it with ParallelDataset.save.")
    return languages


def _cached(fingerprint: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Dataset:
    """The rows of this fingerprint, memory-mapped from the Arrow cache; written there first if need be."""
    path = cache_dir() / "parallel" / f"{fingerprint[:32]}.arrow"
    if not path.is_file():
        _write_arrow(path, batches, schema)
    return Dataset.from_file(str(path))


def _write_arrow(path: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
    with whole_file(path) as part, pa.OSFile(str(part), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


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


def _reshape(table: pa.Table, schema: pa.Schema, *, keep: Sequence[str], prefix: str = "") -> pa.Table:
    """The rows under a schema of other languages, of which those to keep have their texts.

    Texts are not copied; ids, groups and sources get the prefix.
    """
    columns = []
    for field in schema:
        column = table[field.name]
        if field.name in ("id", "group", "source"):
            column = pc.binary_join_element_wise(prefix, column, "")
        elif pa.types.is_struct(field.type):
            column = pa.chunked_array([_reshape_struct(chunk, field.type, keep) for chunk in column.chunks], field.type)
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)


def _reshape_struct(chunk: pa.StructArray, target: pa.StructType, keep: Sequence[str]) -> pa.StructArray:
    children = [
        pc.struct_field(chunk, field.name) if field.name in keep else pa.nulls(len(chunk), field.type)
        for field in target
    ]
    return pa.StructArray.from_arrays(children, fields=list(target))


def _field(column: pa.ChunkedArray, language: str) -> pa.ChunkedArray:
    return pc.struct_field(column, language)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _renumbered(codes: Ints) -> Ints:
    """The same codes, numbered in order of first appearance."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    place: Ints = np.argsort(np.argsort(first))
    return place[inverse]


class _Codes:
    """Strings to integers in order of first appearance, a run of rows at a time."""

    def __init__(self, size: int) -> None:
        self.codes: Ints = np.zeros(size, dtype=np.int64)
        self.names: dict[str, int] = {}

    def encode(self, span: slice, column: pa.ChunkedArray) -> None:
        self.codes[span] = [self.names.setdefault(name, len(self.names)) for name in column.to_pylist()]
