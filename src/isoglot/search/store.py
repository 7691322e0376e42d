"""What an index needs of a store of rows and vectors; :mod:`isoglot.search.stores` says which there are."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints, Vectors
from isoglot.errors import StorageError

ROW = pa.schema([pa.field(name, pa.string(), nullable=False) for name in ("id", "lang", "group", "text")])
"""A row without its vector. Rows of one group are translations of each other."""

VECTOR = "vector"


class StoreAway(StorageError):
    """A store that does not answer, or not yet, though it was asked again for as long as it makes sense to wait."""


def row_schema(width: int) -> pa.Schema:
    """That of rows with vectors of this width."""
    return ROW.append(pa.field(VECTOR, pa.list_(pa.float32(), width)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """Rows that a store found.

    Attributes:
        rows: as :data:`ROW`, best first.
        vectors: (rows, width) float32.
    """

    rows: pa.Table
    vectors: Vectors

    def places(self, known: Mapping[str, int]) -> Ints:
        """(known,) int64, from 1, where each of some passages stands among those found; 0 for one that does not.

        Args:
            known: id -> number, from 0. What else was found is left out of the count.
        """
        there = [known[identity] for identity in self.rows["id"].to_pylist() if identity in known]
        found = np.zeros(len(known), dtype=np.int64)
        found[there] = np.arange(1, len(there) + 1)
        return found


class Table(Protocol):
    """Rows with an id each. What is written is whole once the call returns, and a reader sees all of a call or nothing.

    Every method raises :class:`~isoglot.errors.StorageError` where the store cannot be read or written.
    """

    @property
    def version(self) -> int:
        """Another number after every change, whoever made it."""
        ...

    @property
    def width(self) -> int:
        """Of a vector."""
        ...

    def __len__(self) -> int: ...

    def put(self, rows: pa.Table) -> None:
        """Add rows, as :func:`row_schema`, or replace those of the same id."""
        ...

    def delete(self, ids: Sequence[str]) -> int:
        """Delete rows, and say how many were there."""
        ...

    def read(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """All rows, some at a time, in no order."""
        ...

    def nearest(self, vector: Vectors, *, language: str, count: int) -> Found:
        """The rows of a language whose vectors have the greatest product with one, found by the store's index."""
        ...

    def matching(self, text: str, *, count: int, languages: Sequence[str] | None = None) -> Found:
        """The rows that share most with a text, by BM25 over runs of two and three characters.

        Raises:
            ConfigError: the store has no such search.
        """
        ...

    def of_groups(self, groups: Sequence[str]) -> pa.Table:
        """All rows of these groups, as :data:`ROW`."""
        ...

    def prepare(self) -> None:
        """Make or renew what makes the store's own search fast."""
        ...

    def compact(self) -> bool:
        """Write small files together and forget what was; False where deleted rows may still lie in a file."""
        ...


def vectors_of(column: pa.ChunkedArray) -> Vectors:
    """(rows, width) float32 of a column of lists of one length."""
    chunks = [chunk.flatten().to_numpy().reshape(len(chunk), -1) for chunk in column.chunks if len(chunk)]
    width = column.type.list_size
    vectors: Vectors = np.concatenate(chunks) if chunks else np.empty((0, width), dtype=np.float32)
    return vectors


def all_rows(table: Table, columns: Sequence[str]) -> pa.Table:
    """Every row at once."""
    schema = row_schema(table.width)
    kept = pa.schema([schema.field(name) for name in columns])
    return pa.Table.from_batches(list(table.read(columns)), schema=kept)


def counts_of(table: Table) -> dict[str, int]:
    """Language -> rows, sorted by language."""
    counted = all_rows(table, ["lang"]).group_by("lang").aggregate([("lang", "count")])
    return dict(sorted(zip(counted["lang"].to_pylist(), counted["lang_count"].to_pylist(), strict=True)))


class Store(Protocol):
    """Tables by name, and short notes beside them."""

    place: str
    """A folder or an address."""

    def notes(self, names: Sequence[str]) -> dict[str, bytes]:
        """What is noted under names, all as of one moment; those that are not there are left out."""
        ...

    def set_notes(self, notes: Mapping[str, bytes], *, keep: bool = False) -> None:
        """Note them, all or none.

        Args:
            keep: leave alone those that are there, which of several who do so at once one alone writes.
        """
        ...

    @property
    def notes_version(self) -> int:
        """Another number after every change of notes."""
        ...

    def table(self, name: str) -> Table:
        """The table of this name."""
        ...

    def create(self, name: str, width: int, *, anew: bool = True) -> Table:
        """An empty table.

        Args:
            anew: in the place of one that has the name; otherwise that one, with its rows.
        """
        ...

    def writing(self, *, alone: bool = False) -> AbstractContextManager[None]:
        """While it is open no other process changes the index, or (not ``alone``) none that must be alone.

        Raises:
            StorageError: another process does so now.
        """
        ...

    def drop(self, name: str) -> None:
        """Remove a table, if it is there."""
        ...

    def tables(self) -> list[str]:
        """Names of all tables."""
        ...
