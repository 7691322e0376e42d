"""What the development criterion chose: every candidate, its values, and why it was chosen or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.result import Result
from isoglot.versions import versions
from isoglot.wording import p_value, signed, with_interval


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Monolingual mAP on one of the collections on which it has to be kept.

    Attributes:
        mono: after.
        difference: after - before.
        p_no_loss: of "mono falls by the margin or more"; small: no such loss.
    """

    mono: float
    difference: float
    p_no_loss: float


@dataclass(frozen=True, kw_only=True)
class CriterionOutcome:
    """One candidate.

    Attributes:
        encoder: its fingerprint.
        multi: its value: the mean over the collections to gain on of mAP in the setting multi.
        multi_difference: to the start encoder's, with its 95% cluster bootstrap interval.
        kept: collection to keep -> what is kept of it.
        settings: collection -> setting -> mAP.
        admissible: whether mono is nowhere more than the margin below the start encoder's.
        why: it was chosen, or was not; a sentence without its full stop.
    """

    name: str
    encoder: str | None
    multi: float
    multi_difference: Bounded
    kept: Mapping[str, Kept]
    settings: Mapping[str, Mapping[str, float]]
    admissible: bool
    why: str

    @property
    def most_lost(self) -> str | None:
        """The collection to keep on which mono fell most, or rose least; None where nothing is to be kept."""
        return min(self.kept, key=lambda name: self.kept[name].difference, default=None)

    def gain_line(self) -> str:
        """``.621, +.034 [+.021, +.047]``."""
        return f"{self.multi:.4f}, {with_interval(self.multi_difference, signed)}"

    def loss_line(self) -> str:
        """``−.004 on squadshifts (p = .012)``; empty where nothing is to be kept."""
        if (name := self.most_lost) is None:
            return ""
        return f"{signed(self.kept[name].difference)} on {name} (p {p_value(self.kept[name].p_no_loss)})"


@dataclass(frozen=True, kw_only=True, repr=False)
class CriterionChoice(Result):
    """A choice among candidates.

    Attributes:
        choice: the chosen candidate's name; None is the start encoder, with nothing done.
        multi, settings, encoder: of the start encoder, as in :class:`CriterionOutcome`.
        outcomes: of every candidate, in the order given.
        gain, keep: names, fingerprints and sizes of the collections.
        margin, flips, draws, seed: of the criterion.
    """

    verb: ClassVar[str] = "merge"

    choice: str | None
    multi: float
    settings: Mapping[str, Mapping[str, float]]
    encoder: str | None
    outcomes: tuple[CriterionOutcome, ...]
    gain: tuple[dict[str, object], ...]
    keep: tuple[dict[str, object], ...]
    margin: float
    flips: int
    draws: int
    seed: int
    versions: dict[str, str] = field(default_factory=versions)

    @property
    def chosen(self) -> CriterionOutcome | None:
        """The chosen candidate; None where none was."""
        return next((outcome for outcome in self.outcomes if outcome.name == self.choice), None)

    def _headline(self) -> str:
        best = self.chosen
        return "no candidate is chosen" if best is None else f"{best.name} is chosen, multi {best.gain_line()}"

    def _rows(self) -> Iterator[dict[str, object]]:
        for outcome in self.outcomes:
            by = outcome.multi_difference
            yield {
                "name": outcome.name,
                "multi": outcome.multi,
                **{"difference": by.value, "low": by.low, "high": by.high},
                "admissible": outcome.admissible,
                "chosen": outcome.name == self.choice,
            }

    def _content(self) -> dict[str, Any]:
        return asdict(self)

    def lines(self) -> list[str]:
        """Every candidate, what it gives and why it was chosen or not, as plain text."""
        return [
            f"- {outcome.name}: multi {outcome.gain_line()}"
            + (f"; mono {outcome.loss_line()}" if outcome.kept else "")
            + f": {outcome.why}"
            for outcome in self.outcomes
        ]
