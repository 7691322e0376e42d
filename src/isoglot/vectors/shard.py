"""A shard: one file of ids and their vectors, in Arrow's file format, written once and never changed.

Columns ``id``, ``digest`` (of the text) and ``vector``, and for int8 ``scale``. Its metadata says whose vectors they
are (the key of the manifest beside it) and which, and has a CRC-32 of the content, for Arrow keeps none.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from isoglot.arrays import DIGEST_BYTES, Digests
from isoglot.vectors.packing import Packed

SUFFIX = ".arrow"

_ABOUT = b"isoglot"


class Unusable(Exception):
    """A file that is no shard, or not as it was written; the message says what it is, as a predicate."""


@dataclass(frozen=True, eq=False)
class Shard:
    """An open shard.

    Attributes:
        path: of its file.
        key: of the manifest that it was written for.
        name: that it was written to.
        ids: (rows,) strings.
        digests: of their texts.
        vectors: of the same rows, memory-mapped.
    """

    path: Path
    key: str
    name: str
    ids: pa.StringArray
    digests: Digests
    vectors: Packed
    _checksum: int

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def sound(self) -> bool:
        """Whether its content is what was written; all of it is read once."""
        return _checksum(self.ids.to_pylist(), self.digests, self.vectors) == self._checksum


def write_shard(path: Path, ids: Sequence[str], digests: Digests, vectors: Packed, *, key: str, name: str) -> None:
    """Write a shard's file.

    Args:
        ids: (rows,).
        digests: of their texts.
        vectors: of the same rows.
        key: of the manifest that says what they are.
        name: of the shard among those of the folder.
    """
    width = vectors.shape[1]
    numbers = pa.FixedSizeListArray.from_arrays(pa.array(vectors.numbers.ravel()), width)
    content = pa.py_buffer(np.ascontiguousarray(digests))
    texts = pa.FixedSizeBinaryArray.from_buffers(pa.binary(DIGEST_BYTES), len(digests), [None, content])
    columns = {"id": pa.array(ids, pa.string()), "digest": texts, "vector": numbers}
    if vectors.scale is not None:
        columns["scale"] = pa.array(vectors.scale)
    about = json.dumps({"key": key, "name": name, "crc32": _checksum(ids, digests, vectors)})
    table = pa.table(columns).replace_schema_metadata({_ABOUT: about.encode()})
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=len(table))


def open_shard(path: Path) -> Shard:
    """Map a shard's file; no descriptor stays open, for there may be thousands.

    Raises:
        Unusable: it is cut, or none.
        FileNotFoundError: it is not there.
    """
    try:
        with pa.memory_map(str(path)) as file:
            content = file.read_buffer()
        read = pa.ipc.open_file(pa.BufferReader(content))
        about = json.loads(read.schema.metadata[_ABOUT])
        batch = read.get_batch(0)
        digests = np.frombuffer(batch["digest"].buffers()[1], f"V{DIGEST_BYTES}", batch.num_rows)
        numbers = batch["vector"].flatten().to_numpy(zero_copy_only=True).reshape(batch.num_rows, -1)
        scale = batch["scale"].to_numpy(zero_copy_only=True) if "scale" in batch.schema.names else None
        key, name, checksum = str(about["key"]), str(about["name"]), int(about["crc32"])
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise Unusable("is damaged, or no shard of isoglot") from error
    return Shard(path, key, name, batch["id"], digests, Packed(numbers, scale), checksum)


def _checksum(ids: Sequence[str], digests: Digests, vectors: Packed) -> int:
    total = zlib.crc32("\0".join(ids).encode())
    total = zlib.crc32(digests.tobytes(), total)
    total = zlib.crc32(np.ascontiguousarray(vectors.numbers).data, total)
    return total if vectors.scale is None else zlib.crc32(np.ascontiguousarray(vectors.scale).data, total)
