"""``LintReport``: what was found of a run that has not begun, and the numbers behind it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import numpy as np

from isoglot.data.parallel import ParallelDataset
from isoglot.linting.exposure import Exposure
from isoglot.linting.falsenegatives import FalseNegatives
from isoglot.linting.findings import SEVERITIES, LintFinding
from isoglot.linting.shortcut import Shortcut
from isoglot.linting.tokens import TokenStatistics
from isoglot.result import Result
from isoglot.roles import ROLES, Role
from isoglot.training.config import TrainConfig
from isoglot.versions import versions
from isoglot.wording import counted


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What drawing the run's batches showed.

    Attributes:
        batches: that were drawn.
        epoch: steps in an epoch.
    """

    batches: int
    epoch: int
    exposure: Exposure
    shortcut: Shortcut
    false_negatives: FalseNegatives


@dataclass(frozen=True, kw_only=True, repr=False)
class LintReport(Result):
    """Findings and numbers.

    Example::

        >>> found = isoglot.lint("config.toml")
        >>> found.to_frame().columns[0]
        'severity'

    Attributes:
        config: what was linted.
        findings: errors first.
        data: what is trained on, after all that the configuration leaves out.
        drawn: None where the sampler refuses.
        tokens: by side and language; empty where the encoder cannot be loaded.
        leaks: the certificate of the audit (:func:`isoglot.leakage.report.certificate`); None without one.
    """

    verb: ClassVar[str] = "lint"

    config: TrainConfig
    findings: tuple[LintFinding, ...]
    data: ParallelDataset
    drawn: Drawn | None
    tokens: dict[tuple[Role, str], TokenStatistics]
    leaks: dict[str, Any] | None

    @property
    def fails(self) -> bool:
        """Whether training would refuse or fail."""
        return any(finding.severity == "error" for finding in self.findings)

    def _headline(self) -> str:
        counts = Counter(finding.severity for finding in self.findings)
        said = ", ".join(counted(counts[severity], f"{severity}s") for severity in SEVERITIES)
        return f"{said}: training would {'refuse or fail' if self.fails else 'run'}"

    def _rows(self) -> Iterator[dict[str, object]]:
        return (asdict(finding) for finding in self.findings)

    def _content(self) -> dict[str, Any]:
        """Everything, with the configuration, the data's fingerprint and versions."""
        return {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "config": self.config.model_dump(mode="json"),
            "findings": [asdict(finding) for finding in self.findings],
            "data": {
                "fingerprint": self.data.fingerprint,
                "items": len(self.data),
                "groups": len(np.unique(self.data.groups)),
            },
            "batches": self._batches(),
            "languages": {name: self._language(number) for number, name in enumerate(self.data.languages)},
            "leaks": self.leaks,
            "versions": versions(),
        }

    def _batches(self) -> dict[str, Any] | None:
        if self.drawn is None:
            return None
        return {
            "drawn": self.drawn.batches,
            "steps": self.config.optimization.steps,
            "steps_per_epoch": self.drawn.epoch,
            "epochs": self.drawn.exposure.epochs,
            "shortcut": asdict(self.drawn.shortcut),
            "false_negatives": asdict(self.drawn.false_negatives),
        }

    def _language(self, number: int) -> dict[str, Any]:
        language = self.data.languages[number]
        row: dict[str, Any] = {}
        for side in ROLES:
            row[side] = {
                "texts": int(self.data.has(side)[:, number].sum()),
                "pairs": None,
                "uses": None,
                "tokens": None,
            }
            if self.drawn is not None:
                seen = self.drawn.exposure
                pairs, uses = (
                    (seen.as_query, seen.query_uses) if side == "query" else (seen.as_passage, seen.passage_uses)
                )
                row[side] |= {
                    "pairs": float(pairs[number]),
                    "pairs_per_epoch": float(pairs[number] / seen.epochs),
                    "uses": float(uses[number]),
                }
            if (side, language) in self.tokens:
                row[side]["tokens"] = asdict(self.tokens[side, language])
        return row
