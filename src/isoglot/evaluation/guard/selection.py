"""What a guarded choice found: every candidate, why it was chosen or not, and what choosing gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.result import Result
from isoglot.versions import versions
from isoglot.wording import decimal, p_value, with_interval

Candidate = TypeVar("Candidate")


@dataclass(frozen=True, kw_only=True)
class Change:
    """Macro averages of a measure over query languages, before and after.

    Attributes:
        mono, multi: after.
        mono_difference, multi_difference: after - before, with 95% cluster bootstrap intervals.
        p_no_loss: of "mono falls by the margin or more"; small: no loss.
        p_gain: of "multi does not rise"; small: a gain.
    """

    mono: float
    multi: float
    mono_difference: Bounded
    multi_difference: Bounded
    p_no_loss: float
    p_gain: float


@dataclass(frozen=True, kw_only=True)
class Judged(Generic[Candidate]):
    """One candidate.

    Attributes:
        change: from doing nothing to it; None where it has no values.
        why: it was chosen, or was not; a sentence without its full stop.
    """

    choice: Candidate
    change: Change | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Nested(Generic[Candidate]):
    """What choosing gives on queries that had no part in the choice.

    Attributes:
        choices: of each outer fold, made on the judgements of the others; None is to do nothing.
        change: every query after the choice of its own fold.
    """

    choices: tuple[Candidate | None, ...]
    change: Change


@dataclass(frozen=True, kw_only=True, repr=False)
class Selection(Result, Generic[Candidate]):
    """A choice among candidates, all of which were judged on one collection.

    Attributes:
        name, fingerprint: of the collection.
        sizes: its queries, passages, languages and clusters.
        mono, multi: of doing nothing.
        outcomes: of every candidate, in the order given.
        choice: made on all folds; None is to do nothing, also where the nested estimate shows no gain, or a loss.
        nested: the estimate of what such a choice gives.
        settings: measure, and those of the guard.
    """

    verb: ClassVar[str] = "debias"

    name: str
    fingerprint: str
    sizes: dict[str, int]
    mono: float
    multi: float
    outcomes: tuple[Judged[Candidate], ...]
    choice: Candidate | None
    nested: Nested[Candidate]
    settings: dict[str, Any]
    versions: dict[str, str] = field(default_factory=versions)

    def _headline(self) -> str:
        return f"{named(self.choice)}: {_line(self.nested.change)}"

    def _rows(self) -> Iterator[dict[str, object]]:
        for outcome in self.outcomes:
            found = outcome.change
            yield {
                "candidate": str(outcome.choice),
                "mono": None if found is None else found.mono,
                "mono_difference": None if found is None else found.mono_difference.value,
                "multi": None if found is None else found.multi,
                "multi_difference": None if found is None else found.multi_difference.value,
                "chosen": outcome.choice == self.choice,
                "why": outcome.why,
            }

    def _content(self) -> dict[str, Any]:
        return asdict(self)

    def choice_lines(self) -> list[str]:
        """The choice and what it gives, as plain text."""
        change = self.nested.change
        return [
            f"chosen: {named(self.choice)}",
            f"what such a choice gives on queries that had no part in it: {_line(change)}; "
            f"no loss in one language: p {p_value(change.p_no_loss, decimal)}, "
            f"more multi: p {p_value(change.p_gain, decimal)}",
            "  chosen fold by fold: " + "; ".join(map(named, self.nested.choices)),
        ]

    def candidate_lines(self) -> list[str]:
        """Every candidate, what it gives and why it was chosen or not, as plain text."""
        found = ((outcome, f"{_line(outcome.change)}: " if outcome.change else "") for outcome in self.outcomes)
        return [f"- {outcome.choice}: {change}{outcome.why}" for outcome, change in found]


def named(choice: object) -> str:
    """A candidate as text; None is to do nothing."""
    return "do nothing" if choice is None else str(choice)


def _line(change: Change) -> str:
    return (
        f"mono {change.mono:.4f} ({_difference(change.mono_difference)}), "
        f"multi {change.multi:.4f} ({_difference(change.multi_difference)})"
    )


def _difference(found: Bounded) -> str:
    return with_interval(found, "{:+.4f}".format, ", {} to {}")
