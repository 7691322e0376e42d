"""``LintFinding``: one thing that is wrong, doubtful or worth knowing of a run that has not begun."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, kw_only=True)
class LintFinding:
    """One finding.

    Attributes:
        severity: ``error``: training refuses or fails; ``warning``: it runs, and what it learns suffers;
            ``note``: worth knowing.
        subject: what it is about, the same word every time, such as ``language-shortcut``.
        message: one sentence with the number, the key to change and the value to try.
        key: of the configuration, such as ``batch.size``; empty where the data has to change, or nothing.
        value: to try for the key; None where there is no one value.
    """

    severity: Severity
    subject: str
    message: str
    key: str = ""
    value: Any = None


def by_severity(findings: Iterable[LintFinding]) -> tuple[LintFinding, ...]:
    """Errors first, then warnings, then notes; else in the order given."""
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))
