"""Making and changing an index: adding, replacing and deleting passages, another repair, another encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from isoglot.arrays import Vectors
from isoglot.data.given import AnyCollection, given_collections
from isoglot.data.tables import runs
from isoglot.encoder.embed import embed
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.given import AnyEncoder, encoder_name, given_encoder
from isoglot.encoder.lazy import loaded
from isoglot.encoder.lengths import cut_texts
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.repair import taken_apart
from isoglot.encoder.similarity import similarity_of
from isoglot.errors import ConfigError, EncoderError
from isoglot.progress import StartProgress
from isoglot.result import Result
from isoglot.search.calibrating import drawn_sample, fitted_calibration
from isoglot.search.lance import LanceStore
from isoglot.search.manifest import (
    Manifest,
    checked_base,
    manifest_of,
    read_repair,
    read_sample,
    write_calibration,
    write_repair,
    write_sample,
)
from isoglot.search.store import ROW, VECTOR, Store, Table, all_rows, row_schema

_AT_ONCE = 4_096  # rows encoded and written together: what a kill costs


@dataclass(frozen=True, kw_only=True, repr=False)
class Indexed(Result):
    """What was done to an index.

    Attributes:
        place: where it is.
        added, replaced, unchanged, deleted: passages.
        cut: those added or replaced that are longer than the encoder reads; what is behind its limit is not found.
        length: that limit, in tokens; None where the encoder does not say.
        counts: language -> passages in the index now.
    """

    verb: ClassVar[str] = "index"

    place: str
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    deleted: int = 0
    cut: int = 0
    length: int | None = None
    counts: dict[str, int]

    def _headline(self) -> str:
        return f"{sum(self.counts.values()):,} passages in {len(self.counts)} languages in {self.place}"

    def _content(self) -> dict[str, Any]:
        return asdict(self)

    def _rows(self) -> Iterator[dict[str, object]]:
        yield from ({"lang": tag, "passages": count} for tag, count in self.counts.items())


def put(
    place: str | Path,
    collections: AnyCollection | Sequence[AnyCollection],
    encoder: AnyEncoder | None = None,
    *,
    progress: StartProgress | None = None,
) -> Indexed:
    """Add the passages of collections to an index, which is made where there is none.

    A passage whose id is there is replaced, unless text, language and group are the same; so a build that was killed
    goes on where it was when it is started again.

    Args:
        place: a folder, or an address of a store.
        collections: whose passages are added, by object or by name.
        encoder: by object or name; with an index that is there its own if left out. The repair of a repaired one
            becomes the index's.
        progress: begins the encoding.

    Raises:
        ConfigError: a new index needs an encoder.
        EncoderError: vectors of another encoder, or one that compares by distance.
        DataError, FetchError: a collection cannot be loaded.
        StorageError: the store cannot be written.
    """
    loaded = given_collections(collections)
    store = LanceStore(str(place))
    manifest, base = _opened(store, str(place), encoder)
    table = store.table(manifest.table)
    done = _Done()
    known = _known(table)
    for collection in loaded:
        told = progress(f"{collection.name} passages", len(collection.passages)) if progress else None
        for start, _ in runs(collection.passages["id"], _AT_ONCE):
            rows = collection.passages.select(ROW.names).slice(start, _AT_ONCE)
            fresh = done.count(rows, known)
            if len(fresh):
                done.cut += cut_texts(base, fresh["text"].to_pylist(), role="passage")
                table.put(_with_vectors(base, fresh, manifest))
            if told:
                told(len(rows))
    _finish(store, table, base, manifest)
    return _indexed(
        str(place),
        table,
        manifest,
        added=done.added,
        replaced=done.replaced,
        unchanged=done.unchanged,
        cut=done.cut,
    )


def delete(place: str | Path, ids: Sequence[str]) -> Indexed:
    """Delete passages by id; :func:`compact` removes what they held from the files.

    Raises:
        DataError: there is no index.
        StorageError: the store cannot be written.
    """
    store = LanceStore(str(place))
    manifest = manifest_of(store, str(place))
    table = store.table(manifest.table)
    gone = table.delete(list(ids))
    return _indexed(str(place), table, manifest, deleted=gone)


def repair(place: str | Path, encoder: AnyEncoder | None) -> Indexed:
    """Search an index through a repair, or through none; nothing is encoded but the texts that calibrate its scores.

    Args:
        place: of the index.
        encoder: the repaired encoder; None for no repair.

    Raises:
        EncoderError: its vectors are not those of the index, or it is not repaired.
    """
    store = LanceStore(str(place))
    manifest = manifest_of(store, str(place))
    transform, name = None, ""
    if encoder is not None:
        given = given_encoder(encoder)
        checked_base(given, manifest, str(place))
        apart = taken_apart(given)
        if apart is None:
            raise EncoderError(f"{encoder_name(encoder)!r} is not repaired: name what `isoglot debias` wrote.")
        transform, name = apart.transform, encoder_name(encoder)
    write_repair(store, transform)
    calibration = fitted_calibration(read_sample(store), similarity=manifest.similarity, repair=transform)
    write_calibration(store, calibration)
    replace(manifest, repair=name).write(store)
    return _indexed(str(place), store.table(manifest.table), manifest)


def reindex(place: str | Path, encoder: AnyEncoder, *, progress: StartProgress | None = None) -> Indexed:
    """Encode all passages anew beside the old vectors, and search the new ones once all are there.

    A build that was killed begins again; the texts that it encoded are in the cache.

    Raises:
        EncoderError: an encoder that compares by distance.
    """
    store = LanceStore(str(place))
    before = manifest_of(store, str(place))
    base, made = _described(given_encoder(encoder), encoder_name(encoder), table=_next(before.table))
    old, new = store.table(before.table), store.create(made.table, made.width)
    told = progress("passages", len(old)) if progress else None
    cut = 0
    for batch in old.read(ROW.names):
        rows = pa.Table.from_batches([batch])
        cut += cut_texts(base, rows["text"].to_pylist(), role="passage")
        new.put(_with_vectors(base, rows, made))
        if told:
            told(len(rows))
    apart = taken_apart(given_encoder(encoder))
    write_repair(store, None if apart is None else apart.transform)
    _finish(store, new, base, made)
    store.drop(before.table)
    return _indexed(str(place), new, made, replaced=len(new), cut=cut)


def compact(place: str | Path) -> Indexed:
    """Write small files together and remove old versions, so that what was deleted or replaced is really gone."""
    store = LanceStore(str(place))
    manifest = manifest_of(store, str(place))
    table = store.table(manifest.table)
    if not table.compact():
        fresh = store.create(_next(manifest.table), manifest.width)
        for batch in table.read([*ROW.names, VECTOR]):
            fresh.put(pa.Table.from_batches([batch]))
        fresh.prepare()
        replace(manifest, table=_next(manifest.table)).write(store)
        store.drop(manifest.table)
        table = fresh
        table.compact()
    return _indexed(str(place), table, manifest)


@dataclass
class _Done:
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    cut: int = 0

    def count(self, rows: pa.Table, known: dict[str, bytes]) -> pa.Table:
        """The rows that are new or changed."""
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
        return rows.take(pa.array(kept, pa.int64()))


def _opened(store: Store, place: str, encoder: AnyEncoder | None) -> tuple[Manifest, Encoder]:
    """The index that is there, or a new one, and the encoder without its repair."""
    there = Manifest.read(store, place)
    if there is None:
        if encoder is None:
            raise ConfigError(f"{place}: there is no index yet: name the encoder that it is to be made with.")
        base, made = _described(given_encoder(encoder), encoder_name(encoder), table="passages-1")
        store.create(made.table, made.width)
        apart = taken_apart(given_encoder(encoder))
        write_repair(store, None if apart is None else apart.transform)
        made.write(store)
        return made, base
    base = checked_base(given_encoder(there.encoder if encoder is None else encoder), there, place)
    replace(there, whole=False).write(store)
    return there, base


def _described(encoder: Encoder, name: str, *, table: str) -> tuple[Encoder, Manifest]:
    """The encoder without its repair, and what an index of its vectors says of itself."""
    apart = taken_apart(encoder)
    base = encoder if apart is None else apart.base
    similarity = similarity_of(base)
    fingerprint = encoder_fingerprint(base)
    if similarity.distance:
        raise EncoderError(f"{name!r} compares by {similarity}: an index is of encoders that compare by cosine or dot.")
    if fingerprint is None:
        raise EncoderError(f"{name!r} has no weights by which an index could know it again: give a folder or an id.")
    probe = embed(base, ["?"], role="passage")
    return base, Manifest(
        encoder=name,
        fingerprint=fingerprint,
        similarity=similarity,
        width=probe.shape[1],
        length=getattr(loaded(base), "max_seq_length", None),
        table=table,
        repair="" if apart is None else name,
    )


def _with_vectors(base: Encoder, rows: pa.Table, manifest: Manifest) -> pa.Table:
    found = embed(base, rows["text"], role="passage", fingerprint=manifest.fingerprint)
    vectors = np.asarray(found.normalised() if manifest.similarity.unit else found)
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), manifest.width)
    return rows.append_column(VECTOR, column).cast(row_schema(manifest.width))


def _finish(store: Store, table: Table, base: Encoder, manifest: Manifest) -> None:
    """Make what searching needs; only then is the index said to be whole."""
    table.prepare()

    def as_queries(texts: Sequence[str], languages: Sequence[str]) -> Vectors:
        found = embed(base, texts, role="query", fingerprint=manifest.fingerprint)
        return np.asarray(found.normalised() if manifest.similarity.unit else found)

    sample = drawn_sample(table, as_queries)
    write_sample(store, sample)
    write_calibration(store, fitted_calibration(sample, similarity=manifest.similarity, repair=read_repair(store)))
    replace(manifest, whole=True).write(store)


def _indexed(place: str, table: Table, manifest: Manifest, **done: int) -> Indexed:
    tags = all_rows(table, ["lang"]).group_by("lang").aggregate([("lang", "count")])
    counts = dict(sorted(zip(tags["lang"].to_pylist(), tags["lang_count"].to_pylist(), strict=True)))
    return Indexed(place=place, length=manifest.length, counts=counts, **done)


def _known(table: Table) -> dict[str, bytes]:
    """Id -> digest of the rows that are there."""
    return {row["id"]: _digest(row) for batch in table.read(ROW.names) for row in batch.to_pylist()}


def _digest(row: dict[str, str]) -> bytes:
    return hashlib.blake2b("\0".join(row[name] for name in ROW.names).encode(), digest_size=16).digest()


def _next(table: str) -> str:
    """``passages-1`` -> ``passages-2``."""
    name, _, number = table.rpartition("-")
    return f"{name}-{int(number) + 1}"
