"""What an encoder's folder says of where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isoglot.cards.record import read_record
from isoglot.encoder.affine_files import load_arrays
from isoglot.encoder.bylanguage import TRANSFORM
from isoglot.encoder.fitted import Fitted
from isoglot.encoder.folders import E5_SMALL, STATIC_E5_SMALL
from isoglot.encoder.saved_repair import ARRAYS, own_module, saved_repair
from isoglot.errors import EncoderError
from isoglot.files import given_path

_PUBLISHED = {E5_SMALL: "intfloat/multilingual-e5-small", STATIC_E5_SMALL: "intfloat/multilingual-e5-small"}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Attributes:
    base: the encoder that training, merging or a repair began with; None where the folder does not say.
    training: the record of the training run; empty where there was none.
    weight: the trained encoder's share, of one that was merged with its start.
    repair: the transform behind the encoder; None where there is none.
    exported: the type of the weights with which OpenVINO computes the transformer; None where PyTorch does.
    needs_language: whether that transform asks for the language of a text.
    """

    base: str | None
    training: Mapping[str, Any]
    weight: float | None
    repair: Fitted | None
    exported: str | None
    needs_language: bool

    @property
    def languages(self) -> list[str]:
        """Of the training data, or else of the texts that the repair was fitted on; those with most texts first."""
        counts: Mapping[str, int] = self.training.get("train", {}).get("pairs_by_language", {})
        if not counts and self.repair is not None:
            counts = self.repair.on.get("texts", {})
        return sorted((tag for tag, count in counts.items() if count), key=lambda tag: (-counts[tag], tag))

    @property
    def data(self) -> Sequence[Mapping[str, Any]]:
        """Named data sets that it was trained on: ``name``, ``licence``, ``leaks``."""
        found: Sequence[Mapping[str, Any]] = self.training.get("provenance", ())
        return found

    @property
    def base_model(self) -> str | None:
        """The id that the hub has of :attr:`base`; None of a folder."""
        if self.base is None:
            return None
        known = _PUBLISHED.get(self.base, self.base)
        return known if known.count("/") == 1 and not known.startswith((".", "/", "~")) else None


def encoder_folder(model: str | Path) -> Path:
    """The folder of an encoder that was saved.

    Raises:
        EncoderError: it is none.
    """
    folder = given_path(model)
    if not (folder / "modules.json").is_file():
        raise EncoderError(f"{folder} is no folder of an encoder: it has no modules.json.")
    return folder


def origin_of(folder: Path) -> Origin:
    """Read a folder.

    Raises:
        DataError: its record or its transform cannot be read.
        EncoderError: its list of modules cannot be read.
    """
    record = read_record(folder) or {}
    exported = record.pop("exported", {})
    merged = record.get("merged")
    training = (merged["trained"]["record"] or {}) if merged else record
    kind = saved_repair(folder)
    repair = None
    if kind == "whatever language":
        _, repair = load_arrays(folder / ARRAYS)
    elif kind is not None:
        own = own_module(folder)
        assert own is not None  # by it the kind was told
        _, repair = load_arrays(own / TRANSFORM)
    base = merged["start"]["name"] if merged else training.get("config", {}).get("encoder", {}).get("name")
    return Origin(
        base=base or exported.get("encoder") or (repair.on.get("encoder") if repair is not None else None),
        training=training,
        weight=merged["weight"] if merged else None,
        repair=repair,
        exported=exported.get("weights"),
        needs_language=kind == "by language",
    )
