"""What one version of an index is searched by."""

from __future__ import annotations

from dataclasses import dataclass, replace

from isoglot.debiasing.calibration import Calibration
from isoglot.encoder.affine import Affine
from isoglot.encoder.given import given_encoder
from isoglot.encoder.protocol import Encoder
from isoglot.errors import DataError, StorageError
from isoglot.search.approximate import Approximate
from isoglot.search.calibrating import fitted_calibration
from isoglot.search.candidates import Source
from isoglot.search.manifest import Manifest, checked_base
from isoglot.search.memory import InMemory, fits
from isoglot.search.notes import Notes, read_sample
from isoglot.search.store import Store, StoreAway, Table
from isoglot.search.thresholds import Thresholds


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """One version.

    Attributes:
        version: of the notes and of the table.
        manifest: what the index says of itself.
        encoder: of queries, without its repair.
        table: the rows.
        source: of candidates.
        repair: that vectors are searched through.
        calibration: of scores.
        thresholds: of scores.
    """

    version: tuple[int, int]
    manifest: Manifest
    encoder: Encoder
    table: Table
    source: Source
    repair: Affine | None
    calibration: Calibration | None
    thresholds: Thresholds | None

    def is_current(self, store: Store) -> bool:
        """Whether nothing was changed since.

        Raises:
            StoreAway: the store does not answer.
        """
        try:
            return self.version == (store.notes_version, self.table.version)
        except StoreAway:
            raise
        except StorageError:  # the table was replaced by another
            return False


def read_view(store: Store, place: str, *, encoder: Encoder | None, memory: int, before: View | None) -> View:
    """The index as it is now.

    Args:
        encoder: of queries; the one that the index names if left out.
        memory: bytes for vectors.
        before: an earlier view, whose encoder is taken unless the index has another now.

    Raises:
        DataError: there is no index, it is damaged or empty, or a newer isoglot wrote it.
        EncoderError: the encoder is not the one whose vectors the index holds.
        StorageError: the store cannot be read.
    """
    seen = store.notes_version
    notes = Notes.read(store, place)
    manifest = notes.manifest
    table = store.table(manifest.table)
    version = table.version
    if not len(table):
        raise DataError(f"{place}: the index is empty: add a collection by `isoglot index`.")
    if table.width != manifest.width:
        raise DataError(
            f"{place}: the index says that vectors are {manifest.width} wide, but they are {table.width}: encode it "
            "again by `isoglot index --reindex`."
        )
    if before is not None and before.manifest.fingerprint == manifest.fingerprint:
        loaded = before.encoder
    else:
        loaded = checked_base(given_encoder(manifest.encoder) if encoder is None else encoder, manifest, place)
    return View(
        version=(seen, version),
        manifest=manifest,
        encoder=loaded,
        table=table,
        source=_source(table, manifest, notes.repair, memory),
        repair=notes.repair,
        calibration=notes.calibration,
        thresholds=notes.thresholds,
    )


def unrepaired(view: View, store: Store, place: str, *, memory: int) -> View:
    """The same without the repair; it has no thresholds, for they are of repaired vectors."""
    if view.repair is None:
        return view
    return replace(
        view,
        source=_source(view.table, view.manifest, None, memory),
        repair=None,
        calibration=fitted_calibration(read_sample(store, place), similarity=view.manifest.similarity, repair=None),
        thresholds=None,
    )


def _source(table: Table, manifest: Manifest, repair: Affine | None, memory: int) -> Source:
    return (InMemory if fits(table, memory) else Approximate)(table, similarity=manifest.similarity, repair=repair)
