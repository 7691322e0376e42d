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
from isoglot.data.collection import Collection
from isoglot.data.given import AnyCollection, given_collections
from isoglot.data.tables import runs
from isoglot.encoder.affine import Affine
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
from isoglot.search.manifest import Manifest, checked_base, manifest_of
from isoglot.search.notes import (
    Notes,
    calibration_note,
    manifest_note,
    read_sample,
    repair_note,
    sample_note,
    thresholds_note,
)
from isoglot.search.store import ROW, VECTOR, Store, Table, counts_of, row_schema

_AT_ONCE = 4_096  # rows encoded and written together: what a kill costs


@dataclass(frozen=True, kw_only=True, repr=False)
class Indexed(Result):
    """What was done to an index.

    Attributes:
        place: where it is.
        added, replaced, unchanged, deleted: passages.
        cut: those added or replaced that are longer than the encoder reads; what is behind its limit is not found.
        length: that limit, in tokens; None where the encoder does not say.
        dropped: whether it had thresholds, which its new repair or encoder made void.
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
    dropped: bool = False
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
    base = _opened(store, str(place), encoder)
    with store.writing():
        manifest = manifest_of(store, str(place))
        base = checked_base(base, manifest, str(place))  # once more, for another process may have changed it
        store.set_notes(manifest_note(replace(manifest, whole=False)))
        table = store.table(manifest.table)
        done = _put_all(table, loaded, base, manifest, progress)
        _finish(store, str(place), table, base)
    return _indexed(str(place), table, manifest, **asdict(done))


def delete(place: str | Path, ids: Sequence[str]) -> Indexed:
    """Delete passages by id; :func:`compact` removes what they held from the files.

    Raises:
        DataError: there is no index.
        StorageError: the store cannot be written.
    """
    store = LanceStore(str(place))
    with store.writing():
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
        DataError: there is no index.
        EncoderError: its vectors are not those of the index, or it is not repaired.
        StorageError: another process changes the index, or the store cannot be written.
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
    with store.writing(alone=True):
        manifest = manifest_of(store, str(place))
        dropped = Notes.read(store, str(place)).thresholds is not None
        sample = read_sample(store, str(place))
        calibration = fitted_calibration(sample, similarity=manifest.similarity, repair=transform)
        store.set_notes(
            {
                **manifest_note(replace(manifest, repair=name)),
                **repair_note(transform),
                **calibration_note(calibration),
                **thresholds_note(None),
            }
        )
    return _indexed(str(place), store.table(manifest.table), manifest, dropped=dropped)


def reindex(place: str | Path, encoder: AnyEncoder, *, progress: StartProgress | None = None) -> Indexed:
    """Encode all passages anew beside the old vectors, and search the new ones once all are there.

    A build that was killed begins again; the texts that it encoded are in the cache.

    Raises:
        DataError: there is no index.
        EncoderError: an encoder that compares by distance.
        StorageError: another process changes the index, or the store cannot be written.
    """
    store = LanceStore(str(place))
    manifest_of(store, str(place))  # says that there is none before an encoder is loaded
    given = given_encoder(encoder)
    with store.writing(alone=True):
        before = manifest_of(store, str(place))
        base, made, transform = _described(given, encoder_name(encoder), table=_next(before.table))
        dropped = Notes.read(store, str(place)).thresholds is not None
        old, new = store.table(before.table), store.create(made.table, made.width)
        told = progress("passages", len(old)) if progress else None
        cut = 0
        for batch in old.read(ROW.names):
            rows = pa.Table.from_batches([batch])
            cut += cut_texts(base, rows["text"].to_pylist(), role="passage")
            new.put(_with_vectors(base, rows, made))
            if told:
                told(len(rows))
        new.prepare()
        store.set_notes(
            {
                **manifest_note(replace(made, whole=True)),
                **repair_note(transform),
                **_calibrating(new, base, made, transform),
                **thresholds_note(None),
            }
        )
        _drop_others(store, made.table)
    return _indexed(str(place), new, made, replaced=len(new), cut=cut, dropped=dropped)


def compact(place: str | Path) -> Indexed:
    """Write small files together and remove old versions, so that what was deleted or replaced is really gone.

    Raises:
        DataError: there is no index.
        StorageError: another process changes the index, or the store cannot be written.
    """
    store = LanceStore(str(place))
    with store.writing(alone=True):
        manifest = manifest_of(store, str(place))
        table: Table = store.table(manifest.table)
        if not table.compact():
            manifest = replace(manifest, table=_next(manifest.table))
            table = _copied(table, store.create(manifest.table, manifest.width))
            store.set_notes(manifest_note(manifest))
        _drop_others(store, manifest.table)
    return _indexed(str(place), table, manifest)


def _copied(table: Table, fresh: Table) -> Table:
    """All rows in files that never held another."""
    for batch in table.read([*ROW.names, VECTOR]):
        fresh.put(pa.Table.from_batches([batch]))
    fresh.prepare()
    fresh.compact()
    return fresh


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


def _put_all(
    table: Table,
    collections: Sequence[Collection],
    base: Encoder,
    manifest: Manifest,
    progress: StartProgress | None,
) -> _Done:
    """Write what is new or changed, some rows at a time."""
    done, known = _Done(), _known(table)
    for collection in collections:
        told = progress(f"{collection.name} passages", len(collection.passages)) if progress else None
        for start, _ in runs(collection.passages["id"], _AT_ONCE):
            rows = collection.passages.select(ROW.names).slice(start, _AT_ONCE)
            fresh = done.count(rows, known)
            if len(fresh):
                done.cut += cut_texts(base, fresh["text"].to_pylist(), role="passage")
                table.put(_with_vectors(base, fresh, manifest))
            if told:
                told(len(rows))
    return done


def _opened(store: Store, place: str, encoder: AnyEncoder | None) -> Encoder:
    """The encoder without its repair; an index is made where there is none."""
    there = Manifest.read(store, place)
    if there is None:
        if encoder is None:
            raise ConfigError(f"{place}: there is no index yet: name the encoder that it is to be made with.")
        base, made, transform = _described(given_encoder(encoder), encoder_name(encoder), table="passages-1")
        # Of several who begin at once one alone notes it, and the others go on as with an index that is there.
        store.set_notes({**manifest_note(made), **repair_note(transform)}, keep=True)
        there = manifest_of(store, place)
        store.create(there.table, there.width, anew=False)
        return checked_base(base, there, place)
    return checked_base(given_encoder(there.encoder if encoder is None else encoder), there, place)


def _described(encoder: Encoder, name: str, *, table: str) -> tuple[Encoder, Manifest, Affine | None]:
    """The encoder without its repair, what an index of its vectors says of itself, and the repair."""
    apart = taken_apart(encoder)
    base = encoder if apart is None else apart.base
    similarity = similarity_of(base)
    fingerprint = encoder_fingerprint(base)
    if similarity.distance:
        raise EncoderError(f"{name!r} compares by {similarity}: an index is of encoders that compare by cosine or dot.")
    if fingerprint is None:
        raise EncoderError(f"{name!r} has no weights by which an index could know it again: give a folder or an id.")
    probe = embed(base, ["?"], role="passage")
    made = Manifest(
        encoder=name,
        fingerprint=fingerprint,
        similarity=similarity,
        width=probe.shape[1],
        length=getattr(loaded(base), "max_seq_length", None),
        table=table,
        repair="" if apart is None else name,
    )
    return base, made, None if apart is None else apart.transform


def _with_vectors(base: Encoder, rows: pa.Table, manifest: Manifest) -> pa.Table:
    found = embed(base, rows["text"], role="passage", fingerprint=manifest.fingerprint)
    vectors = np.asarray(found.normalised() if manifest.similarity.unit else found)
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), manifest.width)
    return rows.append_column(VECTOR, column).cast(row_schema(manifest.width))


def _finish(store: Store, place: str, table: Table, base: Encoder) -> None:
    """Make what searching needs; only then is the index said to be whole."""
    table.prepare()
    notes = Notes.read(store, place)
    calibrating = _calibrating(table, base, notes.manifest, notes.repair)
    store.set_notes({**manifest_note(replace(notes.manifest, whole=True)), **calibrating})


def _calibrating(table: Table, base: Encoder, manifest: Manifest, repair: Affine | None) -> dict[str, bytes]:
    """The notes of what scores are calibrated by."""

    def as_queries(texts: Sequence[str], languages: Sequence[str]) -> Vectors:
        found = embed(base, texts, role="query", fingerprint=manifest.fingerprint)
        return np.asarray(found.normalised() if manifest.similarity.unit else found)

    sample = drawn_sample(table, as_queries)
    calibration = fitted_calibration(sample, similarity=manifest.similarity, repair=repair)
    return {**sample_note(sample), **calibration_note(calibration)}


def _drop_others(store: Store, kept: str) -> None:
    """Remove the tables that are searched no more, or never were, for their build was killed."""
    name = kept.rpartition("-")[0]
    for table in store.tables():
        if table != kept and table.startswith(f"{name}-"):
            store.drop(table)


def _indexed(place: str, table: Table, manifest: Manifest, *, dropped: bool = False, **done: int) -> Indexed:
    return Indexed(place=place, length=manifest.length, dropped=dropped, counts=counts_of(table), **done)


def _known(table: Table) -> dict[str, bytes]:
    """Id -> digest of the rows that are there."""
    return {row["id"]: _digest(row) for batch in table.read(ROW.names) for row in batch.to_pylist()}


def _digest(row: dict[str, str]) -> bytes:
    return hashlib.blake2b("\0".join(row[name] for name in ROW.names).encode(), digest_size=16).digest()


def _next(table: str) -> str:
    """``passages-1`` -> ``passages-2``."""
    name, _, number = table.rpartition("-")
    return f"{name}-{int(number) + 1}"
