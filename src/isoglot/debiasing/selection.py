"""What a choice among transforms found: every candidate, why it was chosen or not, and what choosing gives."""

from dataclasses import asdict, dataclass, field
from typing import Any

from isoglot.encoder.fitted import Choice
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.versions import versions


@dataclass(frozen=True, kw_only=True)
class Change:
    """Macro averages of average precision over query languages, before and after.

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
class Outcome:
    """One candidate.

    Attributes:
        change: on texts that it was not fitted on; None where it could not be fitted.
        why: it was chosen, or was not; a sentence without its full stop.
    """

    choice: Choice
    change: Change | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Nested:
    """What choosing gives on queries that had no part in the choice.

    Attributes:
        choices: of each outer fold, made on the judgements of the others; None is to do nothing.
        change: every query after the choice of its own fold.
    """

    choices: tuple[Choice | None, ...]
    change: Change


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A choice among transforms.

    Attributes:
        name, fingerprint: of the development data.
        sizes: its queries, passages, languages and clusters.
        mono, multi: with the vectors as they are.
        outcomes: of every candidate, in the order given.
        choice: made on all folds; None is to do nothing, also where the nested estimate shows no gain, or a loss.
        nested: the estimate of what such a choice gives.
        fitted_on: language -> texts of each role of other text; None where it was the other folds.
        unfitted: languages of the development data that a transform was not fitted on, for want of texts.
        settings: margin, folds, level, flips, draws, seed, unit.
    """

    name: str
    fingerprint: str
    sizes: dict[str, int]
    mono: float
    multi: float
    outcomes: tuple[Outcome, ...]
    choice: Choice | None
    nested: Nested
    fitted_on: dict[str, int] | None
    unfitted: tuple[str, ...]
    settings: dict[str, Any]
    versions: dict[str, str] = field(default_factory=versions)

    def to_json(self) -> dict[str, Any]:
        """All of it, in dicts and lists; an interval that one cluster cannot give has NaN."""
        return asdict(self)

    def __str__(self) -> str:
        """Lines of plain text: the choice, what it gives, and every candidate."""
        chosen = str(self.choice) if self.choice else "do nothing"
        texts = "the other folds" if self.fitted_on is None else f"other text in {len(self.fitted_on)} languages"
        sizes = ", ".join(f"{count:,} {what}" for what, count in self.sizes.items())
        lines = [
            f"{self.name}: {sizes}; transforms fitted on {texts}",
            f"chosen: {chosen}",
            f"what such a choice gives on queries that had no part in it: {_line(self.nested.change)}; "
            f"no loss in one language: {shown_p(self.nested.change.p_no_loss)}, "
            f"more multi: {shown_p(self.nested.change.p_gain)}",
            "  chosen fold by fold: " + "; ".join(str(choice or "do nothing") for choice in self.nested.choices),
        ]
        if self.unfitted:
            lines.append(f"too few texts to fit on: {', '.join(self.unfitted)}")
        lines.append(f"as they are: mono {self.mono:.4f}, multi {self.multi:.4f}")
        for outcome in self.outcomes:
            found = f"{_line(outcome.change)}: " if outcome.change else ""
            lines.append(f"- {outcome.choice}: {found}{outcome.why}")
        return "\n".join(lines)


def shown_p(p: float) -> str:
    """``p = .042``."""
    return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".")


def _line(change: Change) -> str:
    return (
        f"mono {change.mono:.4f} ({_difference(change.mono_difference)}), "
        f"multi {change.multi:.4f} ({_difference(change.multi_difference)})"
    )


def _difference(found: Bounded) -> str:
    return f"{found.value:+.4f}, {found.low:+.4f} to {found.high:+.4f}"
