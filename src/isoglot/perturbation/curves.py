"""Robustness curves: a measure, per language, against the strength of a perturbation; and their JSON file."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from isoglot.errors import ConfigError
from isoglot.result import ALL, Result
from isoglot.versions import versions
from isoglot.wording import decimal, listed


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


@dataclass(frozen=True, kw_only=True, repr=False)
class Robustness(Result):
    """Curves of one encoder on one collection.

    Example::

        >>> options = isoglot.RobustnessOptions(perturbations=["lowercase"], strengths=[1])
        >>> found = isoglot.robustness("e5-small", "sample/test", options=options)
        >>> found.to_frame().perturbation[0]
        'lowercase'

    Attributes:
        collection, fingerprint: what it was measured on, unperturbed.
        seed: of the perturbations; draws: resamples of the intervals.
        curves: one for every perturbation, setting, measure and cell.
        examples: one query of every perturbation and language.
        left_out: perturbation -> reason -> how many queries it has no curve of.
    """

    verb: ClassVar[str] = "robustness"

    collection: str
    fingerprint: str
    seed: int
    draws: int
    curves: tuple[Curve, ...]
    examples: tuple[PerturbedQuery, ...]
    left_out: dict[str, dict[str, int]]
    versions: dict[str, str] = field(default_factory=versions)

    def curve(self, perturbation: str, *, setting: str, measure: str, cell: str = ALL) -> Curve:
        """One of the curves.

        Raises:
            ConfigError: there is none.
        """
        for found in self.curves:
            if (found.perturbation, found.setting, found.measure, found.cell) == (perturbation, setting, measure, cell):
                return found
        known = dict.fromkeys(f"{found.perturbation} {found.setting}/{found.measure}" for found in self.curves)
        raise ConfigError(
            f"there is no curve of {perturbation} {setting}/{measure} in {cell!r}, only {', '.join(known)}."
        )

    def _headline(self) -> str:
        means = [found for found in self.curves if found.cell == ALL and found.points]
        shown = [f"{found.perturbation} {decimal(found.points[-1].relative)}" for found in means]
        if not shown:
            return f"{self.collection}, no curves"
        what = f"{means[0].setting} {means[0].measure}"
        return f"{self.collection}, share of {what} left at the greatest strength: {listed(shown)}"

    def _rows(self) -> Iterator[dict[str, object]]:
        for found in self.curves:
            of = {"perturbation": found.perturbation, "table": found.setting, "name": found.measure}
            for point in found.points:
                yield {**of, "cell": found.cell, **asdict(point)}

    def _content(self) -> dict[str, Any]:
        return asdict(self)
