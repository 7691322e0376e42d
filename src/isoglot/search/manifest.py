"""What an index says of itself: which encoder's vectors it holds, how they are repaired, and what their scores mean."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from isoglot.debiasing.calibration import Calibration
from isoglot.encoder.affine import Affine
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.repair import taken_apart
from isoglot.encoder.similarity import Similarity
from isoglot.errors import DataError, EncoderError
from isoglot.search.store import Store
from isoglot.versions import versions

FORMAT = 1
_MANIFEST, _REPAIR, _CALIBRATION, _SAMPLE = "index", "repair", "calibration", "sample"

Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The index.

    Attributes:
        encoder: the name that it is loaded by.
        fingerprint: of the encoder, without its repair.
        similarity: ``cosine`` or ``dot``.
        width: of a vector.
        length: the tokens of a text that the encoder reads; None where it does not say.
        table: the name of the table that is searched.
        repair: what the repair is called; empty where there is none.
        whole: whether the last build came to its end.
    """

    encoder: str
    fingerprint: str
    similarity: Similarity
    width: int
    length: int | None
    table: str
    repair: str = ""
    whole: bool = False

    @classmethod
    def read(cls, store: Store, place: str) -> Manifest | None:
        """That of a store; None where it has no index.

        Raises:
            DataError: it is of a newer version, or damaged.
        """
        noted = store.note(_MANIFEST)
        if noted is None:
            return None
        try:
            said = json.loads(noted)
            newer = said.pop("format") > FORMAT
            said.pop("versions")
            found = None if newer else cls(**{**said, "similarity": Similarity(said["similarity"])})
        except (ValueError, TypeError, KeyError) as error:
            raise DataError(f"{place}: what the index says of itself is damaged ({error}); build it again.") from error
        if found is None:
            raise DataError(f"{place}: a newer isoglot wrote this index; install that version, or build it again.")
        return found

    def write(self, store: Store) -> None:
        """Note it."""
        said = {**asdict(self), "format": FORMAT, "versions": versions()}
        store.set_note(_MANIFEST, json.dumps(said).encode())


def manifest_of(store: Store, place: str) -> Manifest:
    """The manifest of an index that is there.

    Raises:
        DataError: there is no index, or a newer isoglot wrote it.
    """
    found = Manifest.read(store, place)
    if found is None:
        raise DataError(
            f"{place}: there is no index here; make one by `isoglot index COLLECTION --encoder E -o {place}`."
        )
    return found


def checked_base(encoder: Encoder, manifest: Manifest, place: str) -> Encoder:
    """The encoder without its repair, if its vectors are those of an index.

    Raises:
        EncoderError: they are not.
    """
    apart = taken_apart(encoder)
    base = encoder if apart is None else apart.base
    found = encoder_fingerprint(base)
    if found != manifest.fingerprint:
        raise EncoderError(
            f"{place}: the index holds vectors of {manifest.encoder} ({manifest.fingerprint[:12]}), and this encoder "
            f"is another ({str(found)[:12]}): name that one, or encode the index again by `isoglot index --reindex`."
        )
    return base


def read_repair(store: Store) -> Affine | None:
    """The transform that an index is searched through."""
    found = _read(store, _REPAIR)
    if found is None:
        return None
    return Affine(
        languages=tuple(found["languages"].tolist()),
        offsets=found["offsets"],
        matrices=found["matrices"],
        matrix=found["matrix"],
        unit=bool(found["unit"]),
    )


def write_repair(store: Store, repair: Affine | None) -> None:
    """Note a transform, or that there is none."""
    _write(
        store,
        _REPAIR,
        {}
        if repair is None
        else {
            "languages": np.array(repair.languages, dtype=str),
            "offsets": repair.offsets,
            "matrices": repair.matrices,
            "matrix": repair.matrix,
            "unit": np.array(repair.unit),
        },
    )


def read_calibration(store: Store) -> Calibration | None:
    """What scores are calibrated by; None where there were too few texts."""
    found = _read(store, _CALIBRATION)
    if found is None:
        return None
    return Calibration(
        method="z-score",
        languages=tuple(found["languages"].tolist()),
        means=found["means"],
        spreads=found["spreads"],
        quantiles=found["quantiles"],
    )


def write_calibration(store: Store, calibration: Calibration | None) -> None:
    """Note it, or that there is none."""
    _write(
        store,
        _CALIBRATION,
        {}
        if calibration is None
        else {
            "languages": np.array(calibration.languages, dtype=str),
            "means": calibration.means,
            "spreads": calibration.spreads,
            "quantiles": calibration.quantiles,
        },
    )


def read_sample(store: Store) -> Arrays:
    """``query de``, ``passage de`` and so on: (texts, width) vectors without repair, of texts of the index."""
    return _read(store, _SAMPLE) or {}


def write_sample(store: Store, sample: Arrays) -> None:
    """Note the vectors that calibrations are fitted on."""
    _write(store, _SAMPLE, sample)


def _read(store: Store, name: str) -> dict[str, npt.NDArray[Any]] | None:
    noted = store.note(name)
    if not noted:
        return None
    with np.load(io.BytesIO(noted), allow_pickle=False) as found:
        return dict(found)


def _write(store: Store, name: str, arrays: Arrays) -> None:
    if not arrays:
        store.set_note(name, b"")
        return
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    store.set_note(name, buffer.getvalue())
