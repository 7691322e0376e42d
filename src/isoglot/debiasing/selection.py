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
