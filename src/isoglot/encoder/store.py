"""Vectors on disk, by text: what an encoder gave for a text once is read and not encoded again.

``embeddings/FINGERPRINT/ROLE`` in the cache holds shards (:mod:`isoglot.encoder.shards`), which together are a table
from a text's digest to its vector. Those of fewer than 8,192 texts are written together once there are more than 16.

A vector is, to the bit, what the first encoding gave. Another batch or another device may give one that differs by
1e-7, so a text's vector may depend on which texts it was first encoded with.
"""

import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from isoglot.arrays import Digests, Ints, Vectors, distinct
from isoglot.cache import cache_dir, drop
from isoglot.encoder.shards import SUFFIX, ShardStore, encoder_named, name_entry
from isoglot.encoder.vectorshard import VectorShard, open_vectors, rows_of, write_vectors
from isoglot.roles import Role

_FULL, _MOST_SMALL = 8_192, 16
_FINGERPRINT_DIGITS = 32


class VectorStore(ShardStore[VectorShard]):
    """The vectors of one encoder and role.

    Args:
        folder: of the shards; it need not exist yet.
        lock: a file that whoever writes locks.
    """

    def __init__(self, folder: Path, *, lock: Path) -> None:
        super().__init__(folder, lock=lock, opener=open_vectors)

    def find(self, digests: Digests) -> tuple[list[Vectors], Ints]:
        """Look texts up.

        Returns:
            The vectors of all shards, and for each of the (texts,) its row, counted through them; -1 where it has none.
        """
        rows = self._found(digests)
        return [shard.vectors for shard in self._shards], rows

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
                self._write(partial(write_vectors, digests=digests[new], vectors=vectors[new]))
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
                    vectors = np.concatenate([shard.vectors for shard in kept])[first]
                    self._write(partial(write_vectors, digests=digests[first], vectors=vectors))
                for shard in group:
                    shard.path.unlink(missing_ok=True)
            self._refresh()

    def _small(self) -> list[VectorShard]:
        return [shard for shard in self._shards if len(shard) < _FULL]


def _groups(shards: Sequence[VectorShard]) -> Iterator[list[VectorShard]]:
    """Consecutive ones that make a full shard together; the last may make less."""
    group: list[VectorShard] = []
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


def drop_vectors(fingerprint: str) -> None:
    """Remove the vectors of an encoder that nobody will ask again, unless another process uses them."""
    _opened.cache_clear()
    drop(folder_of_vectors(fingerprint))


def name_encoder(fingerprint: str, name: str) -> None:
    """Note what the encoder of a fingerprint was loaded as, for whoever lists the cache; the first name is kept."""
    name_entry(folder_of_vectors(fingerprint), name, fingerprint=fingerprint)


def described(folder: Path) -> tuple[str, int]:
    """The encoder's name and the number of its vectors in a folder of the cache's embeddings."""
    unnamed = "older layout" if len(folder.name) < _FINGERPRINT_DIGITS else "not named"
    return encoder_named(folder) or unnamed, sum(rows_of(path) for path in folder.glob(f"*/*{SUFFIX}"))
