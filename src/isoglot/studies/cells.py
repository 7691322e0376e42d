"""The cells of a study: what each is made of, and the folder that keeps what came of it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from isoglot.cards.record import LEAKS, RECORD
from isoglot.data.collection import Collection
from isoglot.data.steps import content_fingerprint
from isoglot.evaluation.saved import is_saved
from isoglot.evaluation.topics import TOPICS_SUFFIX
from isoglot.files import write_json
from isoglot.parts import remove_folder
from isoglot.seals import missing
from isoglot.studies.config import ZERO_SHOT, StudyConfig
from isoglot.studies.domains import Domain
from isoglot.studies.repair import StudyRepair
from isoglot.training.config import TrainConfig

_FAILURE = "failure.json"
_CELL = "cell.json"
_ALWAYS = ("config_sentence_transformers.json", "modules.json", RECORD)  # in models without a seal, too


@dataclass(frozen=True)
class StudyTest:
    """A test collection and what the study calls it.

    Attributes:
        repair: how vectors are moved before they are measured; None as they are.
    """

    name: str
    collection: Collection
    repair: StudyRepair | None = None


@dataclass(frozen=True, kw_only=True)
class StudyCell:
    """One model and its tests.

    Attributes:
        arm: the arm's name, or ``zero-shot``.
        domain, seed: what it is trained on and with; None for an encoder as it is.
        encoder: what is loaded before training.
        content: everything that decides the result, as JSON.
        run: the training run, but for its output; None for an encoder as it is.
        root: the folder of all cells.
    """

    arm: str
    domain: str | None
    seed: int | None
    encoder: str
    content: dict[str, Any]
    run: TrainConfig | None
    root: Path

    @property
    def label(self) -> str:
        """Such as ``hybrid.squad.0``."""
        return ".".join(str(part) for part in (self.arm, self.domain, self.seed) if part is not None)

    @cached_property
    def fingerprint(self) -> str:
        """Of what decides the result; the folder's name ends in it."""
        return content_fingerprint(self.content)

    @property
    def folder(self) -> Path:
        return self.root / f"{self.label}.{self.fingerprint}"

    @property
    def model(self) -> Path:
        return self.folder / "model"

    @property
    def training(self) -> TrainConfig | None:
        """The training run; None for an encoder as it is."""
        return None if self.run is None else self.run.model_copy(update={"output": self.model})

    def results(self, test: StudyTest) -> Path:
        """The results file of a test; per-query values are beside it."""
        repaired = "" if test.repair is None else f"-repaired-{test.repair.fingerprint[:8]}"
        return self.folder / f"{test.name}-{test.collection.fingerprint[:8]}{repaired}.json"

    def tested(self, tests: Sequence[StudyTest]) -> bool:
        """Whether these tests are done."""
        return all(is_saved(self.results(test)) for test in tests)

    @property
    def begun(self) -> bool:
        """Whether it was run with this configuration, to its end or not."""
        return (self.folder / _CELL).is_file()

    def failure(self) -> str | None:
        """Why it failed when it was tried last; None where it did not."""
        path = self.folder / _FAILURE
        return json.loads(path.read_text(encoding="utf-8"))["reason"] if path.is_file() else None

    def note_failure(self, reason: str, trace: str) -> None:
        """Keep the reason for the table, and the trace for whoever looks into it."""
        write_json({"reason": reason, "trace": trace}, self.folder / _FAILURE)

    def begin(self) -> None:
        """Make the folder, with what the cell is, and forget an earlier failure."""
        (self.folder / _FAILURE).unlink(missing_ok=True)
        write_json(self.content, self.folder / _CELL)

    def lost(self) -> list[str]:
        """Files of the trained model that are gone; none where there is no model."""
        if not self.model.is_dir():
            return []
        kept = [name for name in _ALWAYS if not (self.model / name).is_file()]
        return sorted({*kept, *missing(self.model)})

    def drop_model(self) -> None:
        """Remove the model; its record stays."""
        for name in (RECORD, LEAKS):
            if (self.model / name).is_file():
                shutil.copy(self.model / name, self.folder / name)
        remove_folder(self.model)

    def others(self) -> list[dict[str, Any]]:
        """What cells of this name, of which a test is done, were made of in earlier states of the study."""
        folders = {path.parent for path in self.root.glob(f"{self.label}.*/*{TOPICS_SUFFIX}")} - {self.folder}
        return [json.loads((folder / _CELL).read_text(encoding="utf-8")) for folder in sorted(folders)]


def zero_shot_cells(study: StudyConfig) -> list[StudyCell]:
    """The encoders as they are; named after the encoder where there are several."""
    encoders = study.encoders
    return [
        StudyCell(
            arm=ZERO_SHOT if len(encoders) == 1 else f"{ZERO_SHOT}-{_slug(encoder)}",
            domain=None,
            seed=None,
            encoder=encoder,
            content={"encoder": encoder, **_measured(study)},
            run=None,
            root=study.output / "cells",
        )
        for encoder in encoders
    ]


def trained_cell(study: StudyConfig, arm: str, domain: Domain, seed: int) -> StudyCell:
    """The cell of an arm on a domain with a seed."""
    run = study.training(arm, train=str(domain.data), seed=seed, output=study.output)
    of_the_machine: dict[str, Any] = {"output": True, "data": {"train"}, "encoder": {"prefix_cache_mib"}}
    training = run.model_dump(mode="json", exclude=of_the_machine)
    return StudyCell(
        arm=arm,
        domain=domain.name,
        seed=seed,
        encoder=run.encoder.name,
        content={"training": training, "training_data": domain.fingerprint, **_measured(study)},
        run=run,
        root=study.output / "cells",
    )


def _measured(study: StudyConfig) -> dict[str, Any]:
    return {"measures": study.measures, "draws": study.draws}


def _slug(encoder: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", encoder).strip("-")
