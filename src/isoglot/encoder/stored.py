"""``vectors:FOLDER``: vectors that exist, such as those of an index that people search, by the ids of their texts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from isoglot.arrays import Digests, Vectors
from isoglot.data.collection import Collection
from isoglot.data.tables import positions, text_digests
from isoglot.encoder.embeddings import Embeddings
from isoglot.encoder.protocol import CollectionEncoder
from isoglot.encoder.similarity import Similarity
from isoglot.errors import EncoderError, first_line
from isoglot.progress import StartProgress
from isoglot.roles import PLURAL, ROLES, Role
from isoglot.vectors.folder import ShardFolder
from isoglot.vectors.manifest import Manifest
from isoglot.vectors.packing import Packed

SCHEME = "vectors:"

_CHECKED_ROWS = 1 << 16

_Side = tuple[pa.ChunkedArray, Digests | None, Sequence[Vectors | Packed]]
"""The ids of a role's texts, the digests of the texts where ``isoglot encode`` noted them, and their vectors."""


class StoredVectors(CollectionEncoder):
    """An encoder whose vectors are there already, and which encodes nothing more.

    A text whose id has the vector of another text is refused where ``isoglot encode`` wrote the folder; other folders
    do not say what their texts were. Vectors are compared as their encoder compares where ``isoglot encode`` wrote
    them, by cosine otherwise.

    Example::

        >>> isoglot.evaluate("vectors:my-vectors", "my-docs")  # doctest: +SKIP

    Args:
        folder: that ``isoglot encode`` wrote; or it has ``queries`` and ``passages``, each either as ``.parquet`` with
            columns ``id`` and ``vector``, or as ``.npy``, (texts, width) of floats, with a ``.ids.txt`` of one id a
            line.

    Raises:
        EncoderError: there is no such folder, or its manifest is damaged.
    """

    is_dense = True

    def __init__(self, folder: Path) -> None:
        self.loaded_as = f"{SCHEME}{folder}"
        if not folder.is_dir():
            raise EncoderError(f"{self.loaded_as}: there is no such folder.")
        self._folder = folder
        self._sharded = ShardFolder.read(folder)
        self._sides: dict[Role, _Side] = {}

    @property
    def manifest(self) -> Manifest | None:
        """What the folder says of itself; None where ``isoglot encode`` did not write it."""
        return None if self._sharded is None else self._sharded.manifest

    @property
    def scoring(self) -> Similarity:
        """How vectors are compared."""
        return Similarity.COSINE if self.manifest is None else Similarity(self.manifest.similarity)

    @property
    def similarity_fn_name(self) -> str:
        """The same, as sentence-transformers calls it."""
        return self.scoring.value

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the ids and vectors; of shards, of what they were made from."""
        if self.manifest is not None:
            return self.manifest.key
        total = hashlib.sha256()
        for role in ROLES:
            ids, _, (vectors,) = self._side(role)
            total.update("\n".join(ids.to_pylist()).encode())
            for start in range(0, len(vectors), _CHECKED_ROWS):
                total.update(np.ascontiguousarray(vectors[start : start + _CHECKED_ROWS]).data)
        return total.hexdigest()

    def sides(self, collection: Collection, *, progress: StartProgress | None = None) -> tuple[Embeddings, Embeddings]:
        """See :class:`isoglot.encoder.protocol.CollectionEncoder`; there is nothing to wait for.

        Raises:
            EncoderError: some texts have no vector, or that of another text; or a file is missing, or is not what it
                should be.
        """
        queries = self.of("query", collection.queries, collection.name)
        return queries, self.of("passage", collection.passages, collection.name)

    def of(self, role: Role, texts: pa.Table, name: str) -> Embeddings:
        """The vectors of some texts, of length 1 where they are compared by cosine.

        Args:
            role: of the texts.
            texts: (texts,) with ``id`` and ``text``.
            name: of the collection that they are of, for the message.

        Raises:
            EncoderError: see :meth:`sides`.
        """
        ids = texts["id"]
        there, digests, vectors = self._side(role)
        place = positions(there, ids.to_pylist())
        gone = np.flatnonzero(place < 0)
        if len(gone):
            raise EncoderError(
                f"{self.loaded_as}: has no vector of {len(gone):,} of the {len(ids):,} {PLURAL[role]} of {name} "
                f"({len(gone) / len(ids):.1%}), such as {ids[int(gone[0])].as_py()!r}: add them, or take a collection "
                "without these texts."
            )
        if digests is not None:
            changed = np.flatnonzero(text_digests(texts["text"]) != digests[place])
            if len(changed):
                raise EncoderError(
                    f"{self.loaded_as}: has the vectors of other texts for {len(changed):,} of the {len(ids):,} "
                    f"{PLURAL[role]} of {name} ({len(changed) / len(ids):.1%}), such as "
                    f"{ids[int(changed[0])].as_py()!r}: run `isoglot encode` anew, with another folder."
                )
        return Embeddings(shards=vectors, place=place, unit=self.scoring.unit)

    def check_rewritten(self) -> NoReturn:
        """Say that there is nothing to encode by.

        Raises:
            EncoderError: always.
        """
        raise EncoderError(
            f"{self.loaded_as}: these are vectors of texts that are there, and no other can be encoded: name "
            "the encoder that they come from."
        )

    def _side(self, role: Role) -> _Side:
        if role not in self._sides:
            if self._sharded is not None:  # what was encoded was checked
                self._sides[role] = self._sharded.side(role)
            else:
                ids, vectors = self._read(PLURAL[role])
                self._check(PLURAL[role], ids, vectors)
                self._sides[role] = ids, None, [vectors]
        return self._sides[role]

    def _read(self, side: str) -> tuple[pa.ChunkedArray, Vectors]:
        table, array, names = (self._folder / f"{side}{ending}" for ending in (".parquet", ".npy", ".ids.txt"))
        try:
            if table.is_file():
                return _of_table(pq.read_table(table, columns=["id", "vector"]))
            if array.is_file() and names.is_file():
                ids = names.read_text(encoding="utf-8").splitlines()
                return pa.chunked_array([pa.array(ids, pa.string())]), np.load(array, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise EncoderError(
                f"{table if table.is_file() else array}: cannot be read as vectors ({first_line(error)})."
            ) from error
        raise EncoderError(
            f"{self.loaded_as}: has neither {table.name}, with columns id and vector, nor {array.name} with "
            f"{names.name}."
        )

    def _check(self, side: str, ids: pa.ChunkedArray, vectors: Vectors) -> None:
        where = f"{self.loaded_as}: {side}"
        if vectors.ndim != 2 or vectors.dtype.kind != "f" or len(vectors) != len(ids):
            raise EncoderError(
                f"{where}: has {len(ids):,} ids and an array of {vectors.dtype} of shape {vectors.shape}, but must "
                "have one row of floats for each id."
            )
        if pc.count_distinct(ids).as_py() < len(ids):
            raise EncoderError(f"{where}: has ids more than once; give each text one vector.")
        for start in range(0, len(vectors), _CHECKED_ROWS):
            part = vectors[start : start + _CHECKED_ROWS]
            sound = np.isfinite(part).all(axis=1) & part.any(axis=1)
            if not sound.all():
                bad = ids[start + int(np.flatnonzero(~sound)[0])].as_py()
                raise EncoderError(f"{where}: the vector of {bad!r} holds NaN or infinite values, or is zero.")


def _of_table(table: pa.Table) -> tuple[pa.ChunkedArray, Vectors]:
    """Ids and vectors of one width.

    Raises:
        ValueError: vectors differ in width, or one is missing.
    """
    column = table["vector"].combine_chunks()
    if column.null_count or table["id"].null_count:
        raise ValueError("an id or a vector is missing")
    widths = {column.type.list_size} if pa.types.is_fixed_size_list(column.type) else _widths(column)
    if len(widths) != 1:
        raise ValueError(f"vectors have different widths, such as {', '.join(map(str, sorted(widths)[:3]))}")
    numbers = column.flatten().to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    return table["id"].cast(pa.string()), numbers.reshape(len(column), -1)


def _widths(column: pa.Array) -> set[int]:
    return set(pc.unique(pc.list_value_length(column)).to_pylist())
