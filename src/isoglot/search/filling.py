"""Passages that are encoded and written into the table of an index, some at a time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints, Vectors
from isoglot.data.collection import Collection
from isoglot.data.tables import runs
from isoglot.encoder.embeddings import Embeddings
from isoglot.encoder.lengths import cut_texts
from isoglot.encoder.protocol import Encoder
from isoglot.progress import StartProgress
from isoglot.search.manifest import Manifest
from isoglot.search.store import ROW, VECTOR, Table, row_schema
from isoglot.search.vectors import encoded

_AT_ONCE = 4_096  # rows encoded and written together: what a kill costs


@dataclass
class Filled:
    """What was written, in passages; see :class:`isoglot.search.indexed.Indexed`."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    cut: int = 0

    def count(self, rows: pa.Table, known: dict[str, bytes]) -> Ints:
        """Which rows are new or changed."""
        kept = []
        for place, row in enumerate(rows.to_pylist()):
            digest = _digest(row)
            before = known.get(row["id"])
            if before == digest:
                self.unchanged += 1
                continue
            self.added += before is None
            self.replaced += before is not None
            known[row["id"]] = digest
            kept.append(place)
        return np.array(kept, dtype=np.int64)


def fill(
    table: Table,
    collections: Sequence[Collection],
    base: Encoder,
    manifest: Manifest,
    progress: StartProgress | None,
    *,
    stored: Sequence[Embeddings] | None = None,
) -> Filled:
    """Write the passages of collections that are new or changed, encoded by the index's encoder without its repair.

    Args:
        stored: of each collection the passages' vectors by that encoder, which are taken instead of encoding.

    Raises:
        EncoderError: see :func:`isoglot.search.vectors.encoded`.
    """
    done, known = Filled(), _known(table)
    for number, collection in enumerate(collections):
        told = progress(f"{collection.name} passages", len(collection.passages)) if progress else None
        there = None if stored is None else stored[number]
        for start, _ in runs(collection.passages["id"], _AT_ONCE):
            rows = collection.passages.select(ROW.names).slice(start, _AT_ONCE)
            fresh = done.count(rows, known)
            if len(fresh):
                vectors = None if there is None else there[start + fresh]
                done.cut += _put(table, rows.take(pa.array(fresh)), base, manifest, vectors)
            if told:
                told(len(rows))
    return done


def fill_anew(table: Table, old: Table, base: Encoder, manifest: Manifest, progress: StartProgress | None) -> int:
    """Write all rows of another table, encoded by another encoder; how many texts are longer than it reads."""
    told = progress("passages", len(old)) if progress else None
    cut = 0
    for batch in old.read(ROW.names):
        rows = pa.Table.from_batches([batch])
        cut += _put(table, rows, base, manifest)
        if told:
            told(len(rows))
    return cut


def _put(table: Table, rows: pa.Table, base: Encoder, manifest: Manifest, vectors: Vectors | None = None) -> int:
    """Write rows with their vectors, which are encoded if there are none; how many texts are longer than the encoder
    reads.
    """
    cut = cut_texts(base, rows["text"].to_pylist(), role="passage")
    if vectors is None:
        vectors = encoded(base, rows["text"], manifest, role="passage")
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), manifest.width)
    table.put(rows.append_column(VECTOR, column).cast(row_schema(manifest.width)))
    return cut


def _known(table: Table) -> dict[str, bytes]:
    """Id -> digest of the rows that are there."""
    return {row["id"]: _digest(row) for batch in table.read(ROW.names) for row in batch.to_pylist()}


def _digest(row: dict[str, str]) -> bytes:
    return hashlib.blake2b("\0".join(row[name] for name in ROW.names).encode(), digest_size=16).digest()
