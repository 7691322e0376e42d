"""What debiasing would give, in words: an estimate on the very collection that is audited."""

from dataclasses import dataclass

from isoglot.debiasing.choose import choose
from isoglot.debiasing.sample import sample_of
from isoglot.debiasing.selection import TransformSelection
from isoglot.encoder.fitted import Choice
from isoglot.errors import DataError
from isoglot.evaluation.embedded import MOST_SCORES, Embedded
from isoglot.evaluation.encoded import Encoded
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.progress import StartProgress
from isoglot.report.audit import AuditSection
from isoglot.wording import decimal, signed, with_interval

_CANDIDATES = tuple(Choice(kind="centring", strength=strength) for strength in (0.5, 0.75, 1.0))
TITLE = "What debiasing would give"
_UNKNOWN = "What a repair without training would give is not estimated:"


@dataclass(frozen=True)
class RepairEstimate(AuditSection):
    """Attributes:
    helps: whether it is shown to help without a loss; None where it was not estimated.
    fits: whether the texts are enough to fit a repair that is named.
    """

    helps: bool | None = None
    fits: bool = True


def debiasing_section(data: Encoded, *, progress: StartProgress | None = None) -> RepairEstimate | None:
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
    if not isinstance(data, Embedded):
        why = f"a repair moves dense vectors, and what scores by {data.similarity} has none."
        return RepairEstimate(TITLE, (f"{_UNKNOWN} {why}",), fits=False)
    if (scores := data.scores(rankings=1 + len(_CANDIDATES))) > MOST_SCORES:
        return RepairEstimate(
            TITLE,
            (
                f"{_UNKNOWN} it would take {scores:,} scores; take some of the queries, or choose a repair on other "
                "data (isoglot debias --dev).",
            ),
        )
    try:
        sample_of(data)
    except DataError as error:
        return RepairEstimate(TITLE, (f"{_UNKNOWN} {error}",), fits=False)
    try:
        found = choose(data, candidates=_CANDIDATES, progress=progress)
    except DataError as error:
        return RepairEstimate(TITLE, (f"{_UNKNOWN} {error}",))
    return RepairEstimate(TITLE, tuple(_lines(found)), helps=found.choice is not None)


def _lines(found: TransformSelection) -> list[str]:
    change = found.nested.change
    if found.choice is None:
        return [
            "Without training, moving each language's mean vector towards the common mean is not shown to help without "
            "a loss in the query's language."
        ]
    lines = [
        "Moving each language's mean vector towards the common mean, without training, is estimated to take mAP in the "
        f"pool of all languages from {decimal(found.multi)} to {decimal(change.multi)} "
        f"({_difference(change.multi_difference)}), and in the query's language from {decimal(found.mono)} to "
        f"{decimal(change.mono)} ({_difference(change.mono_difference)}).",
        "This is an estimate by cross-validation on these texts and of this one kind of repair, not a promise: isoglot "
        "debias tries more kinds, tests what it chooses among them, and may refuse it.",
        "A repair needs no training, and an index can be repaired as it is (docs/debias.md).",
    ]
    if found.unfitted:
        lines.append(f"Languages with too few texts are not moved: {', '.join(found.unfitted)}.")
    return lines


def _difference(found: Bounded) -> str:
    return with_interval(found, signed)
