"""What a study found: its results read, its questions answered, and both in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isoglot.studies.answer import Answer, answer
from isoglot.studies.config import VerdictConfig
from isoglot.studies.outcome import StudyOutcome
from isoglot.studies.prepared import PreparedStudy, failures, missing
from isoglot.studies.report.verdict import verdict
from isoglot.wording import listed

_SHOWN = 3  # cells of a sentence


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Attributes:
    outcome: what there is.
    answers: of every question of the verdict, the first one first; or why there is none.
    verdict: the answers in sentences, and which domains they leave out.
    unanswered: what cannot be run, failed, or is still to do, with its reasons, which may quote the data.
    """

    outcome: StudyOutcome
    answers: tuple[Answer | str, ...]
    verdict: tuple[str, ...]
    unanswered: tuple[str, ...]

    @classmethod
    def read(cls, study: PreparedStudy) -> Findings:
        """Read what is there.

        Raises:
            DataError: a results file is broken.
        """
        question = study.config.verdict
        outcome = StudyOutcome.read(study, question.measure if question else "map")
        answers = tuple(answer(outcome, one) for one in question.questions) if question else ()
        said = (*(sentence for one in answers for sentence in _sentences(one)), *_without_home(study))
        return cls(outcome=outcome, answers=answers, verdict=said, unanswered=tuple(_unanswered(study)))

    @property
    def sentences(self) -> tuple[str, ...]:
        """The verdict, and what could not be answered."""
        return (*self.verdict, *self.unanswered)

    @property
    def question(self) -> VerdictConfig | None:
        """The study's first question."""
        return self.outcome.study.config.verdict

    @property
    def answer(self) -> Answer | str | None:
        """To the first question; None where there is no question."""
        return self.answers[0] if self.answers else None


def _sentences(found: Answer | str) -> Iterator[str]:
    if isinstance(found, Answer):
        yield from verdict(found)
    else:
        yield f"No answer yet: {found}"


def _without_home(study: PreparedStudy) -> Iterator[str]:
    for name, domain in study.domains.items():
        if not isinstance(domain, str) and study.config.domains[name].home is None:
            yield f"The domain {name} has no test of its own (home), so nothing is said of it in domain."


def _unanswered(study: PreparedStudy) -> Iterator[str]:
    """What cannot be run, failed, or is still to do."""
    for name, domain in study.domains.items():
        if isinstance(domain, str):
            yield f"The domain {name} cannot be used: {domain}"
    for (arm, domain), reason in study.plan.refused.items():
        if not isinstance(study.domains[domain], str):
            yield f"{arm} on {domain} cannot be run: {reason}"
    failed = failures(study)
    for reason in dict.fromkeys(failed.values()):
        yield f"{listed([label for label, found in failed.items() if found == reason], most=_SHOWN)} failed: {reason}"
    if left := missing(study):
        names = listed([cell.label for cell in left], most=_SHOWN)
        yield f"{len(left)} of {len(study.plan.cells)} cells are still to be run: {names}."
