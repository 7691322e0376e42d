"""Notes of an index in Milvus, in a collection of their own.

A text in Milvus has at most 65,535 bytes, so a note is written in parts under new names first. Which parts it has now
is said in its head, and all heads of one change are written by one call.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from isoglot.errors import StorageError
from isoglot.search.milvusclient import BUILT_WITHIN, LONGEST, Client, quoted

OURS = "isoglot_"
"""What the names of an index's collections begin with."""

_COLLECTION = f"{OURS}notes"
_PART = 3 * (LONGEST // 4)  # bytes; three are written as four letters
_AT_ONCE = 200  # parts in a call, 13 MB
_TRIES = 5
_NO_VECTOR = [0.0, 0.0]  # a collection without vectors is none to Milvus


class MilvusNotes:
    """Notes, and the versions of all that changes."""

    def __init__(self, client: Client) -> None:
        """Take the client of a store."""
        self._client = client

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        """Those that are there, as of one moment."""
        for _ in range(_TRIES):
            wanted = self._parts_of(names)
            found = self._values([part for parts in wanted.values() for part in parts])
            if all(part in found for parts in wanted.values() for part in parts):
                return {name: b"".join(b64decode(found[part]) for part in parts) for name, parts in wanted.items()}
            # Another process removed them, for it wrote others.
        raise StorageError(f"{self._client.place}: parts of the index's notes are not there: build the index again.")

    def write(self, notes: Mapping[str, bytes], *, keep: bool) -> None:
        """Write some; ``keep`` those that are there."""
        self._make_own()
        before = self._parts_of(list(notes))
        fresh = {name: value for name, value in notes.items() if not (keep and name in before)}
        if not fresh:
            return
        mark, heads = secrets.token_hex(8), {}
        for name, value in fresh.items():
            texts = [b64encode(value[start : start + _PART]).decode() for start in range(0, len(value), _PART)]
            heads[f"head {name}"] = json.dumps([mark, len(texts)])
            parts = list(zip(_parts(name, mark, len(texts)), texts, strict=True))
            for start in range(0, len(parts), _AT_ONCE):
                self._put(dict(parts[start : start + _AT_ONCE]))
        self._put({**heads, **_version("notes")})
        gone = [part for name in fresh for part in before.get(name, [])]
        if gone:
            self._client.call("delete", _COLLECTION, filter=f"key in {quoted(gone)}")
        self._client.call("flush", _COLLECTION, within=BUILT_WITHIN)

    def version(self, what: str) -> int:
        """The number noted at the last change of this; 0 where there was none."""
        return int(next(iter(self._values([f"version {what}"]).values()), "0"))

    def touch(self, what: str) -> None:
        """Note another number."""
        self._make_own()
        self._put(_version(what))

    def make(self, collection: str, schema: Any) -> None:
        """A new collection, of which a reader sees what was written before."""
        index = self._client.schemas.MilvusClient.prepare_index_params()
        index.add_index("vector", index_type=self._client.index, metric_type="IP")
        options = {"schema": schema, "index_params": index, "consistency_level": "Strong", "num_shards": 1}
        self._client.call("create_collection", collection, within=BUILT_WITHIN, **options)

    def _make_own(self) -> None:
        if self._client.call("has_collection", _COLLECTION):
            return
        types = self._client.schemas.DataType
        schema = self._client.schemas.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("key", types.VARCHAR, is_primary=True, max_length=LONGEST)
        schema.add_field("value", types.VARCHAR, max_length=LONGEST)
        schema.add_field("vector", types.FLOAT_VECTOR, dim=len(_NO_VECTOR))
        self.make(_COLLECTION, schema)

    def _parts_of(self, names: Sequence[str]) -> dict[str, list[str]]:
        found = self._values([f"head {name}" for name in names])
        heads = {key.removeprefix("head "): json.loads(value) for key, value in found.items()}
        return {name: _parts(name, mark, count) for name, (mark, count) in heads.items()}

    def _values(self, keys: Sequence[str]) -> dict[str, str]:
        found = {}
        for start in range(0, len(keys), _AT_ONCE):
            wanted = f"key in {quoted(keys[start : start + _AT_ONCE])}"
            for row in self._client.call("query", _COLLECTION, wanted, output_fields=["key", "value"]):
                found[row["key"]] = row["value"]
        return found

    def _put(self, values: Mapping[str, str]) -> None:
        rows = [{"key": key, "value": value, "vector": _NO_VECTOR} for key, value in values.items()]
        self._client.call("upsert", _COLLECTION, rows)


def _parts(name: str, mark: str, count: int) -> list[str]:
    return [f"part {name} {mark} {number}" for number in range(count)]


def _version(what: str) -> dict[str, str]:
    return {f"version {what}": str(secrets.randbits(62))}
