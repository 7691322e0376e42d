"""A folder of shards: files written once, which together are a table from a text's digest to what is kept of it.

A shard is written beside its place, synced and renamed, and then never changed, so that who reads needs no lock.
Writers take turns; of two who made something of the same text, the first one's is kept, and both read that one.
"""

import json
import os
import secrets
import time
import warnings
from collections.abc import Callable, Iterator, Sequence, Sized
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import numpy as np
from filelock import FileLock

from isoglot.arrays import DIGEST_BYTES, Digests, Ints
from isoglot.cache import use
from isoglot.files import sync, whole_file, write_json

SUFFIX = ".shard"
_ABOUT = "encoder.json"


def name_entry(entry: Path, encoder: str, **facts: str) -> None:
    """Note whose shards an entry of the cache has, for whoever lists it; the first name is kept."""
    path = entry / _ABOUT
    if not path.exists():
        write_json({"encoder": encoder, **facts}, path)


def encoder_named(entry: Path) -> str | None:
    """What was noted; None where that is nothing, or damaged."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads((entry / _ABOUT).read_text(encoding="utf-8"))["encoder"])
    return None


class DamagedShard(Exception):
    """A file that is not as it was written."""


class AnyShard(Sized, Protocol):
    """An open shard."""

    @property
    def path(self) -> Path:
        """Of its file, which may have been removed meanwhile: what is mapped stays."""
        ...

    @property
    def digests(self) -> Digests:
        """(rows,), of different texts."""
        ...

    @property
    def sound(self) -> bool:
        """Whether its content is what was written."""
        ...


S = TypeVar("S", bound=AnyShard)


class ShardStore(Generic[S]):
    """What is kept of texts, in shards of one format.

    Args:
        folder: of the shards; it need not exist yet.
        lock: a file that whoever writes locks.
        opener: opens a shard's file; raises DamagedShard or FileNotFoundError.
    """

    def __init__(self, folder: Path, *, lock: Path, opener: Callable[[Path], S]) -> None:
        self._folder, self._lock, self._open = folder, lock, opener
        self._shards: list[S] = []
        self._lost: set[str] = set()
        self._index()

    def _found(self, digests: Digests) -> Ints:
        """(texts,) each text's row, counted through all shards; -1 where it has none in one that is sound."""
        use(self._folder)
        self._refresh()
        while True:
            rows = self._rows(digests)
            used = np.unique(np.searchsorted(self._ends, rows[rows >= 0], side="right"))
            damaged = [self._shards[number] for number in used.tolist() if not self._shards[number].sound]
            if not damaged:
                return rows
            for shard in damaged:
                self._lose(shard.path)
            self._keep([shard for shard in self._shards if shard not in damaged])

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Among those who write; what the others wrote before has been seen."""
        self._folder.mkdir(parents=True, exist_ok=True)
        while not use(self._folder):  # cleared since
            self._folder.mkdir(parents=True, exist_ok=True)
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._lock):
            self._refresh()
            yield

    def _rows(self, digests: Digests) -> Ints:
        """(texts,) each text's row through all shards, -1 where it has none."""
        if not len(self._sorted):
            return np.full(len(digests), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self._sorted, digests), len(self._sorted) - 1)
        return np.where(self._sorted[place] == digests, self._order[place], -1)

    def _index(self) -> None:
        digests = [shard.digests for shard in self._shards]
        table = np.concatenate(digests) if digests else np.empty(0, dtype=f"V{DIGEST_BYTES}")
        self._order: Ints = np.argsort(table, kind="stable")
        self._sorted = table[self._order]
        self._ends: Ints = np.cumsum([len(shard) for shard in self._shards], dtype=np.int64)

    def _keep(self, shards: Sequence[S]) -> None:
        if shards != self._shards:
            self._shards = list(shards)
            self._index()

    def _refresh(self) -> None:
        """Open what was added since, and forget what was merged or cleared."""
        opened = {shard.path.name: shard for shard in self._shards}
        names = self._names()
        while True:
            try:
                for name in names:
                    if name not in opened:
                        opened[name] = self._open(self._folder / name)
            except FileNotFoundError:  # merged since it was listed; what it became is there already
                names = self._names()
            except DamagedShard:
                self._lose(self._folder / name)
                names = [other for other in names if other != name]
            else:
                break
        self._keep([opened[name] for name in names])

    def _names(self) -> list[str]:
        """In the order in which they were written."""
        try:
            found = os.listdir(self._folder)
        except FileNotFoundError:
            return []
        return sorted(name for name in found if name.endswith(SUFFIX) and name not in self._lost)

    def _lose(self, path: Path) -> None:
        warnings.warn(f"{path}: damaged, so its texts are encoded again.", stacklevel=2)
        self._lost.add(path.name)
        with suppress(OSError):  # a cache that may only be read
            path.unlink()

    def _write(self, fill: Callable[[Path], None]) -> None:
        new = self._folder / "new"  # one name for all, so that what a killed process left of it is found
        with whole_file(new) as part:
            fill(part)
        new.rename(self._folder / f"{time.time_ns():016x}-{secrets.token_hex(4)}{SUFFIX}")
        sync(self._folder)
