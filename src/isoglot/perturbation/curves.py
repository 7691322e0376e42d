"""Robustness curves: a measure, per language, against the strength of a perturbation; and their JSON file."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from isoglot.files import without_nan, write_json
from isoglot.versions import versions

ALL = "all"


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """Attributes:
    strength: of the perturbation.
    changed: share of the cell's queries whose text is another one.
    value, low, high: the measure and its 95% cluster bootstrap interval.
    relative, relative_low, relative_high: relative robustness, the measure over its value at strength 0, and the
        interval of this ratio, for which both are averaged over the same drawn clusters.
    """

    strength: float
    changed: float
    value: float
    low: float
    high: float
    relative: float
    relative_low: float
    relative_high: float


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Attributes:
    perturbation, setting, measure: what was measured, such as ``"keyboard"``, ``"multi"`` and ``"map"``.
    cell: a cell of the setting, ``"de"`` or ``"de>zh"``; ``"all"`` for the macro average over cells.
    points: by strength, ascending from 0.
    """

    perturbation: str
    setting: str
    measure: str
    cell: str
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, kw_only=True)
class PerturbedQuery:
    """A query before and after, at the greatest strength."""

    perturbation: str
    language: str
    query: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class RobustnessCurves:
    """Curves of one encoder on one collection.

    Attributes:
        collection, fingerprint: what it was measured on, unperturbed.
        seed: of the perturbations; draws: resamples of the intervals.
        curves: one for every perturbation, setting, measure and cell.
        examples: one query of every perturbation and language.
        left_out: perturbation -> reason -> how many queries it has no curve of.
    """

    collection: str
    fingerprint: str
    seed: int
    draws: int
    curves: tuple[Curve, ...]
    examples: tuple[PerturbedQuery, ...]
    left_out: dict[str, dict[str, int]]
    versions: dict[str, str] = field(default_factory=versions)

    def curve(self, perturbation: str, *, setting: str, measure: str, cell: str = ALL) -> Curve:
        """One of the curves; KeyError where there is none."""
        for found in self.curves:
            if (found.perturbation, found.setting, found.measure, found.cell) == (perturbation, setting, measure, cell):
                return found
        raise KeyError(perturbation, setting, measure, cell)

    def to_json(self) -> dict[str, Any]:
        """The attributes as they are, with null for an interval or ratio that there is none of."""
        plain: dict[str, Any] = without_nan(asdict(self))
        return plain

    def save(self, path: Path) -> None:
        """Write the JSON; the file appears whole or not at all."""
        write_json(asdict(self), path)
