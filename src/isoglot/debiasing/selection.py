"""What a choice among transforms found."""

from dataclasses import dataclass

from isoglot.encoder.fitted import Choice
from isoglot.evaluation.guard.selection import Selection
from isoglot.wording import amounts


@dataclass(frozen=True, kw_only=True, repr=False)
class TransformSelection(Selection[Choice]):
    """A choice among transforms.

    Attributes:
        fitted_on: language -> texts of each role of other text; None where it was the other folds.
        unfitted: languages of the development data that a transform was not fitted on, for want of texts.
    """

    fitted_on: dict[str, int] | None
    unfitted: tuple[str, ...]

    @property
    def admitted(self) -> Choice | None:
        """The candidate with the most multi of those that by themselves lose nothing and gain; None where none does.

        It is the choice, unless the nested estimate does not confirm that choosing so gains without a loss.
        """
        level = float(self.settings["level"])
        found = [
            (outcome.change.multi, outcome.choice)
            for outcome in self.outcomes
            if outcome.change and max(outcome.change.p_no_loss, outcome.change.p_gain) < level
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def __str__(self) -> str:
        """Lines of plain text: the choice, what it gives, and every candidate."""
        texts = "the other folds" if self.fitted_on is None else f"other text in {len(self.fitted_on)} languages"
        unfitted = [f"too few texts to fit on: {', '.join(self.unfitted)}"] if self.unfitted else []
        return "\n".join(
            [
                f"{self.name}: {amounts(self.sizes)}; transforms fitted on {texts}",
                *self.choice_lines(),
                *unfitted,
                f"as they are: mono {self.mono:.4f}, multi {self.multi:.4f}",
                *self.candidate_lines(),
            ]
        )
