"""Hidden states on disk, by text: what the frozen part of an encoder gave for a text's tokens.

``prefixes/FINGERPRINT/PRECISION`` in the cache holds shards (:mod:`isoglot.encoder.shards`) of texts of any length:
64 bytes of header (the format's name, rows, width, tokens, bytes of a value and a CRC-32 of what follows), then
``rows`` digests of 16 bytes, ``rows`` numbers of tokens (int32), and ``tokens`` x ``width`` values of float32, or of
bfloat16 as its bits; little-endian.
"""

import struct
import warnings
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from isoglot.arrays import DIGEST_BYTES, Digests, Ints
from isoglot.cache import cache_dir
from isoglot.encoder.shards import SUFFIX, DamagedShard, ShardStore, encoder_named, name_entry

States = npt.NDArray[Any]
"""(tokens, width) float32, or int16 that are the bits of bfloat16."""

PREFIXES = "prefixes"
"""The kind of the cache."""

_HEADER = struct.Struct("<16sQQQII16x")
_FORMAT = b"isoglot states 1"
_LENGTH_BYTES = 4
_SHARD_BYTES = 64 << 20  # a kill costs some seconds of a small transformer's time
_VALUES = {2: "<i2", 4: "<f4"}


@dataclass(frozen=True, eq=False)
class StateShard:
    """An open shard.

    Attributes:
        path: of its file, which may have been removed meanwhile: what is mapped stays.
        digests: (rows,), of different texts.
        lengths: (rows,) int32, in tokens.
        states: (tokens, width), of one text after the other, memory-mapped.
    """

    path: Path
    digests: Digests
    lengths: npt.NDArray[np.int32]
    states: States
    _checksum: int

    def __len__(self) -> int:
        return len(self.digests)

    @cached_property
    def sound(self) -> bool:
        """Whether its content is what was written; all of it is read once, at over a gigabyte a second."""
        return _checksum(self.digests, self.lengths, self.states) == self._checksum

    @cached_property
    def ends(self) -> Ints:
        """(rows,) int64: where each text's states end."""
        return np.cumsum(self.lengths, dtype=np.int64)


class StateStore(ShardStore[StateShard]):
    """The states that one frozen part gave in one precision.

    What is new waits in memory until it fills a shard, or until :meth:`flush`.

    Args:
        fingerprint: of the part.
        precision: of the values, such as ``float32``.
        budget: most bytes on disk of all frozen parts together, these and others.
        name: of the encoder and its part, for whoever lists the cache.
    """

    def __init__(self, fingerprint: str, precision: str, *, budget: int, name: str) -> None:
        self._entry, self._name = cache_dir() / PREFIXES / fingerprint, name
        self._budget, self._full = budget, False
        self._waiting: dict[bytes, States] = {}
        self._size = 0
        super().__init__(
            self._entry / precision,
            lock=cache_dir() / ".locks" / f"{PREFIXES}.lock",  # one for all, for the budget is one
            opener=open_states,
        )

    def find(self, digests: Digests) -> list[States | None]:
        """What is kept of each text, or waits; None where nothing is."""
        rows = self._found(digests).tolist()
        return [
            self._waiting.get(digest.tobytes()) if row < 0 else self._states(row)
            for digest, row in zip(digests, rows, strict=True)
        ]

    def keep(self, digest: bytes, states: States) -> None:
        """Keep the states of a text that has none, as long as the budget lasts.

        Raises:
            StorageError: the disk is full, or see :func:`isoglot.files.check_target`.
        """
        if self._full or digest in self._waiting:
            return
        self._waiting[digest] = states
        self._size += states.nbytes
        if self._size >= _SHARD_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what waits; where the budget has no room for it, say so once, and keep nothing more."""
        if not self._waiting:
            return
        digests = np.frombuffer(b"".join(self._waiting), dtype=f"V{DIGEST_BYTES}")
        with self._turn():
            new = np.flatnonzero(self._rows(digests) < 0)
            states = list(self._waiting.values())
            chosen = [states[number] for number in new.tolist()]
            size = _HEADER.size + sum(DIGEST_BYTES + _LENGTH_BYTES + one.nbytes for one in chosen)
            self._full = bool(chosen) and _kept_bytes() + size > self._budget
            if chosen and not self._full:
                self._write(partial(write_states, digests=digests[new], states=chosen))
                name_entry(self._entry, self._name)
            self._refresh()
        self._waiting.clear()
        self._size = 0
        if self._full:
            warnings.warn(
                f"the output of frozen layers fills the {self._budget >> 20:,} MiB that it may take here, and the rest "
                "is computed each time: raise encoder.prefix_cache_mib, or make room by "
                f"`isoglot cache clear {PREFIXES}`.",
                stacklevel=2,
            )

    def _states(self, row: int) -> States:
        """Those at a row, counted through all shards."""
        home = int(np.searchsorted(self._ends, row, side="right"))
        shard = self._shards[home]
        number = row - (int(self._ends[home]) - len(shard))
        stop = int(shard.ends[number])
        return shard.states[stop - int(shard.lengths[number]) : stop]


def open_states(path: Path) -> StateShard:
    """Map a shard's file; see :func:`isoglot.encoder.vectorshard.open_vectors`.

    Raises:
        DamagedShard: it is none, or cut.
        FileNotFoundError: it is not there.
    """
    places, width, tokens, value, checksum = _header(path)
    with pa.memory_map(str(path)) as file:
        content = memoryview(file.read_buffer())
    digests, lengths, states = (content[start:stop] for start, stop in pairwise(places))
    return StateShard(
        path=path,
        digests=np.frombuffer(digests, dtype=f"V{DIGEST_BYTES}"),
        lengths=np.frombuffer(lengths, dtype="<i4"),
        states=np.frombuffer(states, dtype=_VALUES[value]).reshape(tokens, width),
        _checksum=checksum,
    )


def write_states(path: Path, digests: Digests, states: Sequence[States]) -> None:
    """Write a shard's file.

    Args:
        digests: (rows,), of different texts; a row at least.
        states: of each text, all of one width and type.
    """
    lengths = np.array([len(one) for one in states], dtype="<i4")
    whole = np.concatenate(states)
    whole = np.ascontiguousarray(whole, dtype=_VALUES[whole.itemsize])
    header = (len(digests), whole.shape[1], len(whole), whole.itemsize, _checksum(digests, lengths, whole))
    with path.open("wb") as file:
        file.write(_HEADER.pack(_FORMAT, *header))
        for part in (digests, lengths, whole):
            file.write(np.ascontiguousarray(part).view(np.uint8).data)


def described_prefix(entry: Path) -> tuple[str, int]:
    """The encoder's name and the number of its texts in an entry of the cache's prefixes."""
    texts = 0
    for path in entry.glob(f"*/*{SUFFIX}"):
        with suppress(DamagedShard, OSError):
            places = _header(path)[0]
            texts += (places[1] - places[0]) // DIGEST_BYTES
    return encoder_named(entry) or "not named", texts


def _header(path: Path) -> tuple[list[int], int, int, int, int]:
    """(Where digests, lengths and states begin and where they end; width, tokens, bytes of a value, checksum.)"""
    with path.open("rb") as file:
        start = file.read(_HEADER.size)
    if len(start) < _HEADER.size:
        raise DamagedShard(path)
    name, rows, width, tokens, value, checksum = _HEADER.unpack(start)
    places = [*accumulate([_HEADER.size, rows * DIGEST_BYTES, rows * _LENGTH_BYTES, tokens * width * value])]
    if name != _FORMAT or value not in _VALUES or not rows or not tokens * width or places[-1] != path.stat().st_size:
        raise DamagedShard(path)
    return places, width, tokens, value, checksum


def _checksum(*parts: npt.NDArray[Any]) -> int:
    total = 0
    for part in parts:
        total = zlib.crc32(np.ascontiguousarray(part).view(np.uint8).data, total)
    return total


def _kept_bytes() -> int:
    """Of all frozen parts; what another process is just removing counts for nothing."""
    total = 0
    for path in (cache_dir() / PREFIXES).glob("*/*/*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total
