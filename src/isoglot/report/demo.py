"""The demo in words: what three ways to fill a batch made of an encoder, with intervals."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from isoglot.evaluation.bias.distance import RANK_DISTANCE
from isoglot.evaluation.bias.preference import SAME_LANGUAGE
from isoglot.evaluation.measures import AP
from isoglot.evaluation.results import CollectionResult, Estimate
from isoglot.evaluation.settings import SETTINGS
from isoglot.report.values import BIAS, Value, value_of
from isoglot.summary import Summary, TextTable
from isoglot.wording import interval

_VALUES = (
    *(value_of(setting, AP.mean) for setting in SETTINGS),
    value_of(BIAS, RANK_DISTANCE.name),
    value_of(BIAS, SAME_LANGUAGE[1].name),
)
_HEADINGS = ("arm", *SETTINGS, "rank distance", "own first")


def demo_summary(
    arms: Mapping[str, CollectionResult], *, page: Path, notes: Sequence[str], then: str = "", why: str = ""
) -> Summary:
    """What the demo found.

    Args:
        arms: arm -> its result, what nothing was trained for first.
        page: where the results are pictures.
        notes: what else there is to know of them.
        then: the command to run next.
        why: what it is for.
    """
    (first, start), *_, (last, end) = arms.items()
    multi, own = _VALUES[SETTINGS.index("multi")], _VALUES[-1]
    said = (f"{value.form(_of(start, value).value)} to {value.form(_of(end, value).value)}" for value in (multi, own))
    return Summary(
        finding=(
            "From {} to {} mAP in the pool of all languages goes from {}, and top hits in the query's language go from "
            "{}.".format(first, last, *said),
            "The sample is far too small to rank methods by: it shows how the pieces work.",
            f"{page} has pictures of all results.",
        ),
        table=TextTable(
            _HEADINGS,
            [row for name, result in arms.items() for row in _rows(name, result)],
            note="mAP in the three settings and language bias, above their 95% intervals; own first: the top hit is in "
            "the query's language.",
        ),
        then=then,
        why=why,
        details=tuple(notes),
    )


def _rows(name: str, result: CollectionResult) -> Iterator[tuple[str, ...]]:
    found = [(value, _of(result, value)) for value in _VALUES]
    yield name, *(value.form(estimate.value) for value, estimate in found)
    yield "", *(interval(estimate, _narrow(value), "{}–{}") for value, estimate in found)


def _narrow(value: Value) -> Callable[[float], str]:
    return lambda end: value.form(end).removesuffix("%")


def _of(result: CollectionResult, value: Value) -> Estimate:
    return (result.bias if value.table == BIAS else result.settings[value.table])[value.name]
