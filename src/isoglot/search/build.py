"""Making and changing an index: adding, replacing and deleting passages, another repair, another encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow as pa

from isoglot.data.given import AnyCollection, given_collections
from isoglot.encoder.embed import announce
from isoglot.encoder.embeddings import Embeddings
from isoglot.encoder.given import AnyEncoder, encoder_name, given_encoder
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.repair import taken_apart
from isoglot.encoder.stored import StoredVectors
from isoglot.errors import EncoderError
from isoglot.progress import StartProgress
from isoglot.roles import Role
from isoglot.search.calibrating import calibration_notes, fitted_calibration
from isoglot.search.filling import fill, fill_anew
from isoglot.search.indexed import Indexed
from isoglot.search.manifest import Manifest, checked_base, manifest_of
from isoglot.search.notes import Notes, calibration_note, manifest_note, read_sample, repair_note, thresholds_note
from isoglot.search.opening import described, maker_of, opened
from isoglot.search.store import ROW, VECTOR, Store, Table, counts_of
from isoglot.search.stores import store_at


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
            becomes the index's. With ``vectors:FOLDER`` that ``isoglot encode`` wrote passages are not encoded again.
        progress: begins the encoding.

    Raises:
        ConfigError: a new index needs an encoder.
        EncoderError: vectors of another encoder, or of other texts; or an encoder that compares by distance.
        DataError, FetchError: a collection cannot be loaded.
        StorageError: the store cannot be written.
    """
    loaded = given_collections(collections, judged=False)
    store = store_at(place)
    named = None if encoder is None else given_encoder(encoder)
    stored: list[Embeddings] | None = None
    if isinstance(named, StoredVectors):
        maker = maker_of(named)
        stored = [named.of("passage", each.passages, each.name) for each in loaded]  # or refuse, before a store is made
        named = maker
    # Of stored vectors nothing is encoded, and nothing sent away.
    encoded = loaded if stored is None else []
    texts: list[tuple[Role, pa.ChunkedArray]] = [("passage", each.passages["text"]) for each in encoded]
    if named is not None:
        announce(named, texts)
    base = opened(store, str(place), named)
    announce(base, texts)
    with store.writing():
        manifest = manifest_of(store, str(place))
        base = checked_base(base, manifest, str(place))  # once more, for another process may have changed it
        # What killed the first build may have come between the note and the table.
        name, width = manifest.table, manifest.width
        table = store.table(name) if manifest.whole else store.create(name, width, anew=False)
        store.set_notes(manifest_note(replace(manifest, whole=False)))
        done = fill(table, loaded, base, manifest, progress, stored=stored)
        _finish(store, str(place), table, base)
    return _indexed(str(place), table, manifest, **asdict(done))


def delete(place: str | Path, ids: Sequence[str]) -> Indexed:
    """Delete passages by id; :func:`compact` removes what they held from the files.

    Raises:
        DataError: there is no index.
        StorageError: the store cannot be written.
    """
    store = store_at(place)
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
    store = store_at(place)
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
    store = store_at(place)
    manifest_of(store, str(place))  # says that there is none before an encoder is loaded
    given = given_encoder(encoder)
    with store.writing(alone=True):
        before = manifest_of(store, str(place))
        old = store.table(before.table)
        announce(given, (("passage", pa.chunked_array([batch["text"]])) for batch in old.read(["text"])))
        base, made, transform = described(given, encoder_name(encoder), table=_next(before.table))
        dropped = Notes.read(store, str(place)).thresholds is not None
        new = store.create(made.table, made.width)
        cut = fill_anew(new, old, base, made, progress)
        new.prepare()
        store.set_notes(
            {
                **manifest_note(replace(made, whole=True)),
                **repair_note(transform),
                **calibration_notes(new, base, made, repair=transform),
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
    store = store_at(place)
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


def _finish(store: Store, place: str, table: Table, base: Encoder) -> None:
    """Make what searching needs; only then is the index said to be whole."""
    table.prepare()
    notes = Notes.read(store, place)
    calibrating = calibration_notes(table, base, notes.manifest, repair=notes.repair)
    store.set_notes({**manifest_note(replace(notes.manifest, whole=True)), **calibrating})


def _drop_others(store: Store, kept: str) -> None:
    """Remove the tables that are searched no more, or never were, for their build was killed."""
    name = kept.rpartition("-")[0]
    for table in store.tables():
        if table != kept and table.startswith(f"{name}-"):
            store.drop(table)


def _indexed(place: str, table: Table, manifest: Manifest, *, dropped: bool = False, **done: int) -> Indexed:
    return Indexed(place=place, length=manifest.length, dropped=dropped, counts=counts_of(table), **done)


def _next(table: str) -> str:
    """``passages-1`` -> ``passages-2``."""
    name, _, number = table.rpartition("-")
    return f"{name}-{int(number) + 1}"
