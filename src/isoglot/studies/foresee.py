"""What a study will take, said before anything of it is run: what is missing, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from isoglot.arguments import checked
from isoglot.data.foresee import foresee_data
from isoglot.data.load import load_collection
from isoglot.encoder.foresee import foresee_encoder
from isoglot.errors import DataError, FetchError
from isoglot.foreseen import Foreseen
from isoglot.result import Result
from isoglot.studies.config import StudyConfig
from isoglot.studies.effort import Pace, pace_of
from isoglot.translation.foresee import foresee_engine


@dataclass(frozen=True, kw_only=True, repr=False)
class StudyNeeds(Result):
    """What a study needs, and about how long it takes.

    Attributes:
        things: (key of the file, what it names), each once.
        cells: how many models are tested; how many of them are trained first.
        translated: directions of the translation, such as ``en>es``.
        training, testing: seconds on this machine, estimated from a forward pass of texts of full length; leak search,
            translation and ranking are not in it. None where no encoder is here.
        uncounted: tests whose texts are in no estimate, for they are not here.
    """

    verb: ClassVar[str] = "study --plan"

    things: tuple[tuple[str, Foreseen], ...]
    cells: int
    trained: int
    translated: tuple[str, ...]
    training: float | None
    testing: float | None
    uncounted: tuple[str, ...]

    @property
    def missing(self) -> tuple[tuple[str, Foreseen], ...]:
        """Those that cannot be had."""
        return tuple((key, thing) for key, thing in self.things if thing.where == "missing")

    @property
    def to_fetch(self) -> int:
        """Bytes, of what says how large it is."""
        return sum(thing.size or 0 for _, thing in self.things if thing.where == "to fetch")

    def _headline(self) -> str:
        return f"{self.cells} cells, {self.trained} of them trained; {len(self.missing)} things missing"

    def _rows(self) -> Iterator[dict[str, object]]:
        return ({"key": key, **asdict(thing)} for key, thing in self.things)

    def _content(self) -> dict[str, Any]:
        return {
            "cells": self.cells,
            "trained": self.trained,
            "to_fetch": self.to_fetch,
            "translated": list(self.translated),
            "training_seconds": self.training,
            "testing_seconds": self.testing,
            "uncounted": list(self.uncounted),
            "things": list(self._rows()),
        }


@checked
def foresee(config: StudyConfig | str | Path | Mapping[str, Any]) -> StudyNeeds:
    """Look at what a study names, without running or downloading any of it.

    Example::

        >>> foresee("studies/quick.toml").missing
        ()

    Args:
        config: of the study, or the TOML file that it is in.

    Raises:
        ConfigError: a key that is unknown or has an unusable value.
    """
    study = StudyConfig.of(config)
    things = tuple(_things(study))
    trained = len(study.arms) * len(study.domains) * len(study.seeds)
    untrained = len(study.encoders) if study.zero_shot else 0
    here = {thing.name for _, thing in things if thing.where == "here"}
    paces = _paces(study, here)
    texts = {name: _texts(source) for name, source in study.tests.items() if source in here}
    training = testing = None
    if paces:
        once = sum(paces[run.encoder.name].training(run) for run in study.runs.values() if run.encoder.name in paces)
        training = once * len(study.domains) * len(study.seeds)
        a_cell = sum(_testing(paces.values(), sizes) for sizes in texts.values() if sizes is not None)
        testing = a_cell * (trained + untrained)
    return StudyNeeds(
        things=things,
        cells=trained + untrained,
        trained=trained,
        translated=tuple(f"{study.translate.source}>{to}" for to in study.translate.to) if study.translate else (),
        training=training,
        testing=testing,
        uncounted=tuple(name for name in study.tests if texts.get(name) is None),
    )


def _things(study: StudyConfig) -> Iterator[tuple[str, Foreseen]]:
    seen = set[str]()
    for key, source in _data(study):
        if source not in seen:
            seen.add(source)
            yield key, foresee_data(source)
    for encoder in study.encoders:
        yield "encoder", foresee_encoder(encoder)
    if study.translate is not None:
        asked = study.translate
        yield from (("translate", thing) for thing in foresee_engine(asked.engine, source=asked.source, to=asked.to))


def _data(study: StudyConfig) -> Iterator[tuple[str, str]]:
    for name, domain in study.domains.items():
        yield from ((f"domains.{name}", str(source)) for source in domain.train)
    yield from ((f"tests.{name}", source) for name, source in study.tests.items())
    for name, run in study.runs.items():
        held = run.data.validation
        if held is not None and not isinstance(held, float):
            yield from (
                (f"{name}: data.validation", str(source)) for source in (held if isinstance(held, list) else [held])
            )
    if study.repair is not None:
        yield from (("repair.fit", source) for source in study.repair.fit)


def _paces(study: StudyConfig, here: set[str]) -> dict[str, Pace]:
    """Of the encoders that are here; of one in two arms, by its first."""
    runs = {run.encoder.name: run for run in reversed(study.runs.values()) if run.encoder.name in here}
    return {name: pace_of(run) for name, run in runs.items()}


def _texts(source: str) -> tuple[int, int] | None:
    """Queries and passages of a test; None where it cannot be read, which running the study will say."""
    try:
        found = load_collection(source)
    except (DataError, FetchError):
        return None
    return len(found.queries), len(found.passages)


def _testing(paces: Iterable[Pace], texts: tuple[int, int]) -> float:
    """Seconds for a test, by the mean of the encoders."""
    each = [pace.encoding(*texts) for pace in paces]
    return sum(each) / len(each)
