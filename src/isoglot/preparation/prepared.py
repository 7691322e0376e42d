"""What a preparation returns: the data, and its manifest."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from isoglot.data.made import MadeData
from isoglot.data.steps import Step
from isoglot.preparation.config import PrepareConfig
from isoglot.result import Result
from isoglot.versions import versions


@dataclass(frozen=True, kw_only=True, repr=False)
class PreparationReport(Result):
    """What was done; saved beside the data.

    Attributes:
        config: of the preparation.
        steps: in order, with what each dropped and why.
        date: ISO 8601, UTC.
    """

    verb: ClassVar[str] = "prepare"

    config: PrepareConfig
    steps: tuple[Step, ...]
    date: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    versions: dict[str, str] = field(default_factory=versions)

    def _headline(self) -> str:
        return ", ".join(f"{step.name} {len(step.data):,}" for step in self.steps)

    def _rows(self) -> Iterator[dict[str, object]]:
        for step in self.steps:
            languages = ", ".join(step.data.languages)
            yield {"step": step.name, "items": len(step.data), "languages": languages, "kept": step.kept}

    def _content(self) -> dict[str, Any]:
        data = self.steps[-1].data
        return {
            "date": self.date,
            "config": self.config.model_dump(mode="json"),
            "items": len(data),
            "languages": list(data.languages),
            "fingerprint": data.fingerprint,
            "steps": [{"name": step.name, "items": len(step.data), "did": step.facts} for step in self.steps],
            "versions": self.versions,
        }


class Prepared(MadeData[PreparationReport]):
    """What :func:`isoglot.prepare` made, which is at the configuration's ``output``.

    Example::

        >>> [step.name for step in isoglot.prepare("prepare.toml").steps]
        ['read']
    """

    @property
    def steps(self) -> tuple[Step, ...]:
        """In order, with what each dropped and why."""
        return self.report.steps
