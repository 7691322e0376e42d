"""A merged encoder, and the folder that it is saved in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

from sentence_transformers import SentenceTransformer

from isoglot.cards.card import write_card
from isoglot.cards.record import LEAKS, RECORD, read_record
from isoglot.encoder.files import model_place
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.load import quiet_transformers
from isoglot.errors import ConfigError
from isoglot.evaluation.guard.criterionchoice import CriterionChoice
from isoglot.files import given_path, whole_folder, write_json
from isoglot.result import Result
from isoglot.seals import seal
from isoglot.versions import versions


@dataclass(frozen=True, kw_only=True)
class Parent:
    """An encoder that was merged.

    Attributes:
        name: it was loaded by.
        fingerprint: of the encoder.
        record: of its training; None where its folder has none.
        leaks: the certificate of its training data; None where its folder has none.
    """

    name: str
    fingerprint: str | None
    record: dict[str, Any] | None
    leaks: Path | None

    @classmethod
    def of(cls, name: str, encoder: SentenceTransformer) -> Self:
        """An encoder that was loaded.

        Raises:
            DataError: its record cannot be read.
        """
        folder = model_place(name)
        leaks = folder / LEAKS
        return cls(
            name=name,
            fingerprint=encoder_fingerprint(encoder),
            record=read_record(folder),
            leaks=leaks if leaks.is_file() else None,
        )

    def to_dict(self) -> dict[str, Any]:
        """``{"name": .., "fingerprint": .., "record": ..}``."""
        return {"name": self.name, "fingerprint": self.fingerprint, "record": self.record}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Merged(Result):
    """A merged encoder.

    Example::

        >>> isoglot.merge("e5-small", "runs/hybrid", weight=0.6).weight
        0.6

    Attributes:
        encoder: the average; None where no weight is admissible and better than the start encoder.
        weight: the trained encoder's share; None as well.
        start, trained: what was merged.
        choice: how the weight was chosen; None where it was given.
    """

    verb: ClassVar[str] = "merge"

    encoder: SentenceTransformer | None
    weight: float | None
    start: Parent
    trained: Parent
    choice: CriterionChoice | None
    versions: dict[str, str] = field(default_factory=versions)

    def _headline(self) -> str:
        if self.weight is None:
            return f"no weight of {self.trained.name} is admissible and better than {self.start.name}"
        return f"{self.weight:g} of {self.trained.name}, {1 - self.weight:g} of {self.start.name}"

    def _rows(self) -> Iterator[dict[str, object]]:
        return iter(()) if self.choice is None else self.choice._rows()

    def _content(self) -> dict[str, Any]:
        """The record that is saved as ``isoglot.json``; what was audited for leaks is as in the trained encoder's."""
        return {
            "merged": {"weight": self.weight, "start": self.start.to_dict(), "trained": self.trained.to_dict()},
            "criterion": None if self.choice is None else self.choice.to_dict(),
            "encoder_after": None if self.encoder is None else encoder_fingerprint(self.encoder),
            "leaks": (self.trained.record or {}).get("leaks"),
            "versions": self.versions,
        }

    def save(self, path: str | Path) -> None:
        """Write a sentence-transformers folder with the record, and the trained encoder's certificate of leaks.

        Args:
            path: of the folder, which appears whole or not at all.

        Raises:
            ConfigError: there is no encoder to save.
            StorageError: the folder is there already, or the disk is full.
        """
        if self.encoder is None:
            raise ConfigError("no weight was chosen, so that there is nothing to save: take the start encoder.")
        with whole_folder(given_path(path)) as part, quiet_transformers():
            self.encoder.save_pretrained(str(part), create_model_card=False)
            write_json(self.to_dict(), part / RECORD)
            if self.trained.leaks is not None:
                shutil.copy(self.trained.leaks, part / LEAKS)
            write_card(part, name=given_path(path).name)
            seal(part)
