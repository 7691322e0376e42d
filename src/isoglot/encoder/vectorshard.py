"""A shard of the cache: vectors by the digests of their texts, for whoever encodes a text again.

64 bytes of header (the format's name, rows, width and a CRC-32 of what follows), then ``rows`` digests of 16 bytes,
then ``rows`` x ``width`` float32, little-endian.
"""

import struct
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from isoglot.arrays import DIGEST_BYTES, Digests, Vectors
from isoglot.encoder.shards import DamagedShard

_HEADER = struct.Struct("<16sQQI28x")
_FORMAT = b"isoglot vectors1"


@dataclass(frozen=True, eq=False)
class VectorShard:
    """An open shard.

    Attributes:
        path: of its file, which may have been removed meanwhile: what is mapped stays.
        digests: (rows,), of different texts.
        vectors: (rows, width) float32, memory-mapped.
    """

    path: Path
    digests: Digests
    vectors: Vectors
    _checksum: int

    def __len__(self) -> int:
        return len(self.digests)

    @cached_property
    def sound(self) -> bool:
        """Whether its content is what was written; all of it is read once, at over a gigabyte a second."""
        return _checksum(self.digests, self.vectors) == self._checksum


def open_vectors(path: Path) -> VectorShard:
    """Map a shard's file; no descriptor stays open, for there may be thousands.

    Raises:
        DamagedShard: it is none, or cut.
        FileNotFoundError: it is not there.
    """
    rows, width, checksum = _header(path)
    with pa.memory_map(str(path)) as file:
        content = memoryview(file.read_buffer())
    middle = _HEADER.size + rows * DIGEST_BYTES
    digests = np.frombuffer(content[_HEADER.size : middle], dtype=f"V{DIGEST_BYTES}")
    vectors = np.frombuffer(content[middle:], dtype="<f4").reshape(rows, width)
    return VectorShard(path, digests, vectors, checksum)


def rows_of(path: Path) -> int:
    """How many vectors a shard's file has; 0 of one that is damaged, removed since or not to be read."""
    try:
        return _header(path)[0]
    except (DamagedShard, OSError):
        return 0


def write_vectors(path: Path, digests: Digests, vectors: Vectors) -> None:
    """Write a shard's file.

    Args:
        digests: (rows,), of different texts; a row at least.
        vectors: (rows, width) float32.
    """
    with path.open("wb") as file:
        file.write(_HEADER.pack(_FORMAT, *vectors.shape, _checksum(digests, vectors)))
        file.write(np.ascontiguousarray(digests).view(np.uint8).data)
        file.write(np.ascontiguousarray(vectors, dtype="<f4").data)


def _header(path: Path) -> tuple[int, int, int]:
    """Rows, width and checksum."""
    with path.open("rb") as file:
        start = file.read(_HEADER.size)
    if len(start) < _HEADER.size:
        raise DamagedShard(path)
    name, rows, width, checksum = _HEADER.unpack(start)
    size = _HEADER.size + rows * (DIGEST_BYTES + 4 * width)
    if name != _FORMAT or not rows or not width or size != path.stat().st_size:
        raise DamagedShard(path)
    return rows, width, checksum


def _checksum(digests: Digests, vectors: Vectors) -> int:
    return zlib.crc32(np.ascontiguousarray(vectors).data, zlib.crc32(np.ascontiguousarray(digests).view(np.uint8).data))
