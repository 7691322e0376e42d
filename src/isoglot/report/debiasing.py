"""What debiasing would give, in words: an estimate on the very collection that is audited."""

from dataclasses import dataclass

from isoglot.debiasing.choose import choose
from isoglot.debiasing.selection import TransformSelection
from isoglot.encoder.fitted import Choice
from isoglot.errors import DataError
from isoglot.evaluation.embedded import MOST_SCORES, Embedded
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.progress import StartProgress
from isoglot.report.audit import AuditSection
from isoglot.wording import decimal, signed, with_interval

_CANDIDATES = tuple(Choice(kind="centring", strength=strength) for strength in (0.5, 0.75, 1.0))
TITLE = "What debiasing would give"


@dataclass(frozen=True)
class RepairEstimate(AuditSection):
    """Attributes:
    helps: whether it is seen to help without a loss; None where it was not estimated.
    """

    helps: bool | None = None


def debiasing_section(data: Embedded, *, progress: StartProgress | None = None) -> RepairEstimate | None:
    """The estimate of :func:`isoglot.debiasing.choose.choose` with centring alone; None where there is one language.

    Args:
        data: what is audited.
        progress: begins the rankings.

    Raises:
        EncoderError: the vectors cannot be transformed.
    """
    collection = data.collection
    if len(collection.languages) < 2:
        return None
    if (scores := data.scores(rankings=1 + len(_CANDIDATES))) > MOST_SCORES:
        return RepairEstimate(
            TITLE,
            (
                f"Not estimated, as it would take {scores:,} scores: draw some of the queries, or choose a transform "
                "on other data (isoglot debias --dev).",
            ),
        )
    try:
        found = choose(data, candidates=_CANDIDATES, progress=progress)
    except DataError as error:
        return RepairEstimate(TITLE, (f"What repair without training would give cannot be estimated here. {error}",))
    return RepairEstimate(TITLE, tuple(_lines(found)), helps=found.choice is not None)


def _lines(found: TransformSelection) -> list[str]:
    change = found.nested.change
    if found.choice is None:
        return ["Moving each language's mean onto the common mean is not seen to help without a loss within languages."]
    lines = [
        "Without training, moving each language's mean vector towards the common mean takes mAP in the pool of all "
        f"languages from {decimal(found.multi)} to {decimal(change.multi)} ({_difference(change.multi_difference)}) "
        f"and in the query's language from {decimal(found.mono)} to {decimal(change.mono)} "
        f"({_difference(change.mono_difference)}), by cross-validation on these texts.",
        "No training, and an index can be repaired as it is: isoglot debias ENCODER --fit YOUR_TEXTS -o FOLDER "
        "(docs/debias.md), which tries more than this.",
    ]
    if found.unfitted:
        lines.append(f"Too few texts to move: {', '.join(found.unfitted)}.")
    return lines


def _difference(found: Bounded) -> str:
    return with_interval(found, signed)
