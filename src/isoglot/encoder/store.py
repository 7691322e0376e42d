"""Vectors on disk, by text: what an encoder gave for a text once is read and not encoded again.

``embeddings/FINGERPRINT/ROLE`` in the cache holds shards (:mod:`isoglot.encoder.shard`), which together are a table
from a text's digest to its vector. A shard is written beside its place, synced and renamed, and then never changed, so
that who reads needs no lock. Writers take turns; of two who encoded the same text, the first one's vector is kept, and
both read that one. Shards of fewer than 8,192 texts are written together once there are more than 16 of them.

A vector is, to the bit, what the first encoding gave. Another batch or another device may give one that differs by
1e-7, so a text's vector may depend on which texts it was first encoded with.
"""

import json
import os
import secrets
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

import numpy as np
from filelock import FileLock

from isoglot.arrays import Ints, Vectors, distinct
from isoglot.cache import cache_dir, use
from isoglot.encoder.shard import DIGEST_BYTES, DamagedShard, Digests, Shard, open_shard, rows_of, write_shard
from isoglot.files import sync, whole_file, write_json
from isoglot.roles import Role

_FULL, _MOST_SMALL = 8_192, 16
_SUFFIX = ".shard"
_FINGERPRINT_DIGITS = 32
_ABOUT = "encoder.json"


class VectorStore:
    """The vectors of one encoder and role.

    Args:
        folder: of the shards; it need not exist yet.
        lock: a file that whoever writes locks.
    """

    def __init__(self, folder: Path, *, lock: Path) -> None:
        self._folder, self._lock = folder, lock
        self._shards: list[Shard] = []
        self._lost: set[str] = set()
        self._index()

    def find(self, digests: Digests) -> tuple[list[Vectors], Ints]:
        """Look texts up.

        Returns:
            The vectors of all shards, and for each of the (texts,) its row, counted through them; -1 where it has none.
        """
        use(self._folder)
        self._refresh()
        while True:
            rows = self._rows(digests)
            used = np.unique(np.searchsorted(self._ends, rows[rows >= 0], side="right"))
            damaged = [self._shards[number] for number in used.tolist() if not self._shards[number].sound]
            if not damaged:
                return [shard.vectors for shard in self._shards], rows
            for shard in damaged:
                self._lose(shard.path)
            self._keep([shard for shard in self._shards if shard not in damaged])

    def add(self, digests: Digests, vectors: Vectors) -> None:
        """Keep the vectors of texts that have none yet.

        Args:
            digests: (texts,), different ones.
            vectors: (texts, width) float32.

        Raises:
            StorageError: the disk is full, or see :func:`isoglot.files.check_target`.
        """
        with self._turn():
            new = self._rows(digests) < 0
            if new.any():
                self._write(digests[new], vectors[new])
            self._refresh()

    def merge(self) -> None:
        """Write small shards together where there are many. Who reads them meanwhile has them mapped."""
        if sys.platform == "win32" or len(self._small()) <= _MOST_SMALL:  # there a mapped file cannot be removed
            return
        with self._turn():
            for group in _groups(self._small()):
                kept = [shard for shard in group if shard.sound]
                if kept:
                    digests = np.concatenate([shard.digests for shard in kept])
                    first, _ = distinct(digests)  # a kill between the two steps below leaves texts twice
                    self._write(digests[first], np.concatenate([shard.vectors for shard in kept])[first])
                for shard in group:
                    shard.path.unlink(missing_ok=True)
            self._refresh()

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

    def _small(self) -> list[Shard]:
        return [shard for shard in self._shards if len(shard) < _FULL]

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

    def _keep(self, shards: list[Shard]) -> None:
        if shards != self._shards:
            self._shards = shards
            self._index()

    def _refresh(self) -> None:
        """Open what was added since, and forget what was merged or cleared."""
        opened = {shard.path.name: shard for shard in self._shards}
        names = self._names()
        while True:
            try:
                for name in names:
                    if name not in opened:
                        opened[name] = open_shard(self._folder / name)
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
        return sorted(name for name in found if name.endswith(_SUFFIX) and name not in self._lost)

    def _lose(self, path: Path) -> None:
        warnings.warn(f"{path}: damaged, so its texts are encoded again.", stacklevel=2)
        self._lost.add(path.name)
        with suppress(OSError):  # a cache that may only be read
            path.unlink()

    def _write(self, digests: Digests, vectors: Vectors) -> None:
        new = self._folder / "new"  # one name for all, so that what a killed process left of it is found
        with whole_file(new) as part:
            write_shard(part, digests, vectors)
        new.rename(self._folder / f"{time.time_ns():016x}-{secrets.token_hex(4)}{_SUFFIX}")
        sync(self._folder)


def _groups(shards: Sequence[Shard]) -> Iterator[list[Shard]]:
    """Consecutive ones that make a full shard together; the last may make less."""
    group: list[Shard] = []
    for shard in shards:
        group.append(shard)
        if sum(map(len, group)) >= _FULL:
            yield group
            group = []
    if len(group) > 1:
        yield group


@lru_cache(maxsize=8)  # who embeds block by block opens the shards once
def _opened(folder: Path, lock: Path) -> VectorStore:
    return VectorStore(folder, lock=lock)


def vector_store(fingerprint: str, role: Role) -> VectorStore:
    """The vectors that the cache keeps of the encoder of this fingerprint, in one role."""
    folder = folder_of_vectors(fingerprint)
    return _opened(folder / role, cache_dir() / ".locks" / f"embeddings-{folder.name}-{role}.lock")


def folder_of_vectors(fingerprint: str) -> Path:
    """The cache's entry of the encoder of this fingerprint, which need not be there."""
    return cache_dir() / "embeddings" / fingerprint[:_FINGERPRINT_DIGITS]


def name_encoder(fingerprint: str, name: str) -> None:
    """Note what the encoder of a fingerprint was loaded as, for whoever lists the cache; the first name is kept."""
    path = folder_of_vectors(fingerprint) / _ABOUT
    if not path.exists():
        write_json({"encoder": name, "fingerprint": fingerprint}, path)


def described(folder: Path) -> tuple[str, int]:
    """The encoder's name and the number of its vectors in a folder of the cache's embeddings."""
    old = len(folder.name) < _FINGERPRINT_DIGITS
    name = "older layout" if old else "not named"
    with suppress(OSError, ValueError, KeyError, TypeError):
        name = str(json.loads((folder / _ABOUT).read_text(encoding="utf-8"))["encoder"])
    return name, sum(rows_of(path) for path in folder.glob(f"*/*{_SUFFIX}"))
