"""A folder of shards: what is there of it, and its vectors by the ids of their texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from isoglot.arrays import DIGEST_BYTES, Digests
from isoglot.errors import EncoderError
from isoglot.files import whole_file
from isoglot.roles import Role
from isoglot.vectors.manifest import Manifest, Part
from isoglot.vectors.packing import Packed
from isoglot.vectors.shard import Shard, Unusable, open_shard, write_shard
from isoglot.wording import counted


@dataclass(frozen=True)
class ShardFolder:
    """A folder and its manifest.

    Attributes:
        path: of the folder.
        manifest: that stands in it.
    """

    path: Path
    manifest: Manifest

    @classmethod
    def read(cls, path: Path) -> ShardFolder | None:
        """The folder; None where it has no manifest.

        Raises:
            EncoderError: the manifest is damaged, or of a newer version.
        """
        manifest = Manifest.read(path)
        return None if manifest is None else cls(path, manifest)

    def write(self, part: Part, ids: Sequence[str], digests: Digests, vectors: Packed) -> None:
        """Write a shard; its name appears once it is whole and on the disk.

        Raises:
            StorageError: it cannot be written.
        """
        with whole_file(self.path / part.name) as file:
            write_shard(file, ids, digests, vectors, key=self.manifest.key, name=part.name)

    def find(self, part: Part) -> Shard | None:
        """A shard that is there and whole; None of one that is not there.

        Raises:
            Unusable: it is damaged: it may be written again.
            EncoderError: it holds other vectors than the manifest says.
        """
        path = self.path / part.name
        try:
            shard = open_shard(path)
        except FileNotFoundError:
            return None
        if shard.key != self.manifest.key:
            raise EncoderError(
                f"{path}: holds vectors of another encoder or collection than {self.path.name} does: remove the file, "
                "and run `isoglot encode` again."
            )
        if shard.name != part.name:
            raise Unusable(f"is a copy of {shard.name}")
        if not shard.sound:
            raise Unusable("is damaged")
        return shard

    def side(self, role: Role) -> tuple[pa.ChunkedArray, Digests, list[Packed]]:
        """The ids of all texts of a role, the digests of the texts, and their vectors.

        Raises:
            EncoderError: a shard is missing, damaged or another folder's.
        """
        shards, missing = [], []
        parts = [part for part in self.manifest.parts() if part.role == role]
        for part in parts:
            try:
                shard = self.find(part)
            except Unusable as fault:
                raise EncoderError(
                    f"{self.path / part.name}: {fault}: run the same `isoglot encode` again, which writes it anew."
                ) from fault
            if shard is None:
                missing.append(part.name)
            else:
                shards.append(shard)
        if missing:
            raise EncoderError(
                f"{self.path}: {len(missing):,} of {counted(len(parts), 'shards')} are not there yet, such as "
                f"{missing[0]}: run the same `isoglot encode` again, which goes on where it was."
            )
        ids = pa.chunked_array([shard.ids for shard in shards], pa.string())
        digests = np.concatenate([np.empty(0, f"V{DIGEST_BYTES}"), *(shard.digests for shard in shards)])
        return ids, digests, [shard.vectors for shard in shards]
