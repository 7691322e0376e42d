"""An index in Milvus: a folder ``x.db`` of Milvus Lite, or the address of a cluster.

A table is a collection, whose key is the id. Milvus numbers no versions of one: whoever changes it notes another number
(:mod:`isoglot.search.milvusnotes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from isoglot.arrays import Vectors
from isoglot.errors import ConfigError, DataError, StorageError
from isoglot.search.changing import changing
from isoglot.search.milvusclient import BUILT_WITHIN, IN_ONE_CALL, LONGEST, Client, quoted
from isoglot.search.milvusnotes import OURS, MilvusNotes
from isoglot.search.store import ROW, VECTOR, Found, row_schema, vectors_of

_AT_ONCE = 8_192  # rows
_MOST_FOUND = 16_384  # rows of one search, by Milvus's own limit
_TEXT_BYTES = 2_048  # of a row that is read, about
_SPECIAL = re.compile(r'[%"\\\x00-\x1f]')  # pymilvus reads on behind the last key, and quotes it badly
_CODED = re.compile(r"%([0-9a-f]{2})")


class MilvusStore:
    """Collections of a database of Milvus whose names begin with ``isoglot_``.

    Args:
        place: a folder that ends in ``.db``, or an address: ``http://host:19530``, or ``http://host:19530/database``.

    Raises:
        ConfigError: pymilvus is not installed.
        StorageError: the place cannot be reached.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self._folder = None if "://" in place else Path(place)
        self._client = Client(place, self._folder)
        self._kept = MilvusNotes(self._client)

    def notes(self, names: Sequence[str]) -> dict[str, bytes]:
        """What is noted under names, all as of one moment."""
        return self._kept.read(names) if "notes" in self.tables() else {}

    def set_notes(self, notes: Mapping[str, bytes], *, keep: bool = False) -> None:
        """Note them, all or none."""
        self._kept.write(notes, keep=keep)

    @property
    def notes_version(self) -> int:
        """Another number after every note; 0 where there is none."""
        return self._kept.version("notes") if "notes" in self.tables() else 0

    def table(self, name: str) -> MilvusTable:
        """The table of this name."""
        collection = _collection(name)
        if not self._client.call("has_collection", collection):
            raise StorageError(f"{self.place}: there is no collection {collection}: build the index again.")
        return MilvusTable(self._client, self._kept, name)

    def create(self, name: str, width: int, *, anew: bool = True) -> MilvusTable:
        """An empty table, or (not ``anew``) the one that has the name."""
        if anew:
            self.drop(name)
        if not self._client.call("has_collection", _collection(name)):
            types = self._client.schemas.DataType
            schema = self._client.schemas.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
            for field in ROW.names:
                schema.add_field(field, types.VARCHAR, is_primary=field == "id", max_length=LONGEST)
            schema.add_field(VECTOR, types.FLOAT_VECTOR, dim=width)
            self._kept.make(_collection(name), schema)
            self._kept.touch(name)
        return MilvusTable(self._client, self._kept, name)

    def writing(self, *, alone: bool = False) -> AbstractContextManager[None]:
        """Lock the folder; a cluster has no locks."""
        return changing(self._folder, self.place, alone=alone)

    def drop(self, name: str) -> None:
        """Remove a table, if it is there."""
        self._client.call("drop_collection", _collection(name))

    def tables(self) -> list[str]:
        """Names of all tables, that of the notes too."""
        if self._folder is not None and (not self._folder.exists() or _is_empty(self._folder)):
            return []  # Milvus Lite would write into it
        found = self._client.call("list_collections")
        return sorted(name.removeprefix(OURS).replace("_", "-") for name in found if name.startswith(OURS))


class MilvusTable:
    """Rows in a collection of Milvus; see :class:`isoglot.search.store.Table`."""

    def __init__(self, client: Client, kept: MilvusNotes, name: str) -> None:
        """Take a collection that is there, and have it loaded for searches."""
        self._client, self._kept, self._name = client, kept, name
        self._collection = _collection(name)
        client.call("load_collection", self._collection, within=BUILT_WITHIN)

    @property
    def version(self) -> int:
        """Another number after every change."""
        return self._kept.version(self._name)

    @cached_property
    def width(self) -> int:
        """Of a vector."""
        fields = self._client.call("describe_collection", self._collection)["fields"]
        return int(next(field["params"]["dim"] for field in fields if field["name"] == VECTOR))

    def __len__(self) -> int:
        return int(self._client.call("query", self._collection, filter="", output_fields=["count(*)"])[0]["count(*)"])

    def put(self, rows: pa.Table) -> None:
        """Add rows or replace those of the same id."""
        self._check_lengths(rows)
        each = max(1, len(rows) * IN_ONE_CALL // max(1, rows.nbytes))
        for start in range(0, len(rows), each):
            some = rows.slice(start, each)
            given = [
                {**row, "id": _key(row["id"]), VECTOR: vector}
                for row, vector in zip(some.select(ROW.names).to_pylist(), vectors_of(some[VECTOR]), strict=True)
            ]
            self._client.call("upsert", self._collection, given)
        self._kept.touch(self._name)

    def delete(self, ids: Sequence[str]) -> int:
        """Delete rows, and say how many were there."""
        gone = 0
        for start in range(0, len(ids), _AT_ONCE):
            wanted = f"id in {quoted([_key(identity) for identity in ids[start : start + _AT_ONCE]])}"
            there = [row["id"] for row in self._client.call("query", self._collection, wanted, output_fields=["id"])]
            if there:
                self._client.call("delete", self._collection, filter=f"id in {quoted(there)}")
            gone += len(there)
        self._kept.touch(self._name)
        return gone

    def read(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """All rows, some at a time, in no order."""
        each = max(1, min(_AT_ONCE, IN_ONE_CALL // (4 * self.width + _TEXT_BYTES)))
        for page in self._client.pages(self._collection, rows=each, columns=columns):
            yield from self._table(page, columns).to_batches()

    def nearest(self, vector: Vectors, *, language: str, count: int) -> Found:
        """The rows of a language whose vectors have the greatest product with one."""
        hits = self._client.call(
            "search",
            self._collection,
            data=[vector],
            anns_field=VECTOR,
            filter=f"lang in {quoted([language])}",
            limit=min(count, _MOST_FOUND),
            output_fields=[*ROW.names, VECTOR],
        )[0]
        found = self._table([{**hit["entity"], "id": hit["id"]} for hit in hits], [*ROW.names, VECTOR])
        return Found(rows=found.select(ROW.names), vectors=vectors_of(found[VECTOR]))

    def matching(self, text: str, *, count: int, languages: Sequence[str] | None = None) -> Found:
        """Milvus's own BM25 is over words, and a Chinese sentence is one word to it."""
        raise ConfigError(
            f"{self._client.place}: the policy lexical searches by runs of characters, which Milvus does not: take "
            "fused, plain, balanced or calibrated, or keep the index in a folder of LanceDB."
        )

    def of_groups(self, groups: Sequence[str]) -> pa.Table:
        """All rows of these groups."""
        found = []
        for start in range(0, len(groups), _AT_ONCE):
            wanted = f"group in {quoted(groups[start : start + _AT_ONCE])}"
            found += self._client.call("query", self._collection, wanted, output_fields=ROW.names)
        return self._table(found, ROW.names)

    def prepare(self) -> None:
        """Have rows written out, after which Milvus indexes them; small files are joined by Milvus itself."""
        self._client.call("flush", self._collection, within=BUILT_WITHIN)

    def compact(self) -> bool:
        """False: Milvus removes deleted rows when it sees fit, and only of a new collection is it certain."""
        return False

    def _table(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pa.Table:
        schema = row_schema(self.width)
        made = {name: [row[name] for row in rows] for name in columns}
        if "id" in made:
            made["id"] = [_identity(key) for key in made["id"]]
        if VECTOR in made:
            flat = np.asarray(made.pop(VECTOR), dtype=np.float32).ravel()
            made[VECTOR] = pa.FixedSizeListArray.from_arrays(pa.array(flat), self.width)
        return pa.table({name: made[name] for name in columns}, schema=pa.schema([schema.field(n) for n in columns]))

    def _check_lengths(self, rows: pa.Table) -> None:
        for name in ROW.names:
            for identity, text in zip(rows["id"].to_pylist(), rows[name].to_pylist(), strict=True):
                if len(text) > LONGEST // 4 and len(text.encode()) > LONGEST:
                    raise DataError(
                        f"passage {identity[:100]!r}: its {name} has {len(text.encode()):,} bytes, and Milvus holds "
                        f"{LONGEST:,}: shorten it, or keep the index in a folder of LanceDB."
                    )


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _collection(table: str) -> str:
    """Its name, which in Milvus has letters, digits and underscores."""
    return OURS + table.replace("-", "_")


def _key(identity: str) -> str:
    return _SPECIAL.sub(lambda found: f"%{ord(found[0]):02x}", identity)


def _identity(key: str) -> str:
    return _CODED.sub(lambda found: chr(int(found[1], 16)), key)
