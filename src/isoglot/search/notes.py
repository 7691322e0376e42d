"""The notes of an index: what it says of itself, how its vectors are repaired, and what their scores mean.

Notes that belong together are written at once: a reader, or who comes after a killed writer, sees all of them as they
were or all as they are.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from isoglot.debiasing.calibration import Calibration
from isoglot.encoder.affine import Affine
from isoglot.errors import DataError
from isoglot.search.manifest import MANIFEST, Manifest, manifest_of
from isoglot.search.store import Store
from isoglot.search.thresholds import Thresholds

Arrays = Mapping[str, npt.NDArray[Any]]

_REPAIR, _CALIBRATION, _SAMPLE, _THRESHOLDS = "repair", "calibration", "sample", "thresholds"


@dataclass(frozen=True, kw_only=True, eq=False)
class Notes:
    """What an index is searched by.

    Attributes:
        manifest: which encoder and table.
        repair: the transform that it is searched through; None for none.
        calibration: of its scores; None where there were too few texts.
        thresholds: of its scores; None where nobody calibrated them.
    """

    manifest: Manifest
    repair: Affine | None
    calibration: Calibration | None
    thresholds: Thresholds | None

    @classmethod
    def read(cls, store: Store, place: str) -> Notes:
        """Those of an index that is there.

        Raises:
            DataError: there is no index, a newer isoglot wrote it, or a note is damaged.
        """
        noted = store.notes([MANIFEST, _REPAIR, _CALIBRATION, _THRESHOLDS])
        if MANIFEST not in noted:
            manifest_of(store, place)  # says that there is none
        manifest = Manifest.parse(noted[MANIFEST], place)
        repair, calibration, thresholds = (
            _unpacked(noted.get(name), name, place) for name in (_REPAIR, _CALIBRATION, _THRESHOLDS)
        )
        try:
            return cls(
                manifest=manifest,
                repair=_repair(repair),
                calibration=_calibration(calibration),
                thresholds=Thresholds.from_arrays(thresholds) if thresholds else None,
            )
        except (KeyError, ValueError, TypeError) as error:
            raise _damaged(place, str(error)) from error


def read_sample(store: Store, place: str) -> Arrays:
    """``query de``, ``passage de`` and so on: (texts, width) vectors without repair, of texts of the index."""
    return _unpacked(store.notes([_SAMPLE]).get(_SAMPLE), _SAMPLE, place)


def manifest_note(manifest: Manifest) -> dict[str, bytes]:
    """What :meth:`isoglot.search.store.Store.set_notes` takes; the others below likewise."""
    return {MANIFEST: manifest.noted()}


def repair_note(repair: Affine | None) -> dict[str, bytes]:
    """Of a transform, or of none."""
    if repair is None:
        return {_REPAIR: b""}
    arrays = {
        "languages": np.array(repair.languages, dtype=str),
        "offsets": repair.offsets,
        "matrices": repair.matrices,
        "matrix": repair.matrix,
        "unit": np.array(repair.unit),
    }
    return {_REPAIR: _packed(arrays)}


def calibration_note(calibration: Calibration | None) -> dict[str, bytes]:
    """Of a calibration, or of none."""
    if calibration is None:
        return {_CALIBRATION: b""}
    arrays = {
        "languages": np.array(calibration.languages, dtype=str),
        "means": calibration.means,
        "spreads": calibration.spreads,
        "quantiles": calibration.quantiles,
    }
    return {_CALIBRATION: _packed(arrays)}


def sample_note(sample: Arrays) -> dict[str, bytes]:
    """Of the vectors that calibrations are fitted on."""
    return {_SAMPLE: _packed(sample) if sample else b""}


def thresholds_note(thresholds: Thresholds | None) -> dict[str, bytes]:
    """Of thresholds, or of none."""
    return {_THRESHOLDS: b"" if thresholds is None else _packed(thresholds.arrays())}


def _repair(found: Arrays) -> Affine | None:
    if not found:
        return None
    return Affine(
        languages=tuple(found["languages"].tolist()),
        offsets=found["offsets"],
        matrices=found["matrices"],
        matrix=found["matrix"],
        unit=bool(found["unit"]),
    )


def _calibration(found: Arrays) -> Calibration | None:
    if not found:
        return None
    return Calibration(
        method="z-score",
        languages=tuple(found["languages"].tolist()),
        means=found["means"],
        spreads=found["spreads"],
        quantiles=found["quantiles"],
    )


def _unpacked(noted: bytes | None, name: str, place: str) -> Arrays:
    """No arrays where nothing is noted."""
    if not noted:
        return {}
    try:
        with np.load(io.BytesIO(noted), allow_pickle=False) as found:
            return dict(found)
    except (ValueError, EOFError, KeyError, BadZipFile) as error:
        raise _damaged(place, f"{name}: {error}") from error


def _packed(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _damaged(place: str, what: str) -> DataError:
    return DataError(f"{place}: a note of the index is damaged ({what}); remove it and build it again.")
