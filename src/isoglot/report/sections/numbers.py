"""The table of arms: the values that matter, their intervals, and the best of each column."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from isoglot.evaluation.bias.distance import RANK_DISTANCE
from isoglot.evaluation.bias.measure import Better
from isoglot.evaluation.bias.preference import SAME_LANGUAGE
from isoglot.evaluation.bias.reach import REACH_OTHER, REACH_SAME
from isoglot.evaluation.results import CollectionResult
from isoglot.evaluation.settings import SETTINGS
from isoglot.report.arms import Arms
from isoglot.report.page.blocks import Column, Results, Section, TableCell
from isoglot.report.sections.found import answers_in_several_languages, find, several_languages
from isoglot.report.values import BIAS, main_measure, measure_title
from isoglot.wording import interval

_SHARE = SAME_LANGUAGE[1].name
_PAGE = "Page 1 of the pool"
_MOST = 2  # measures besides the main one, of the pool of all


@dataclass(frozen=True)
class _Column:
    """Where the estimates of a column are, how they are written, and what is best.

    With ``"chance"`` the best is the nearest to the pool's share of the query's language.
    """

    group: str
    title: str
    table: str
    name: str
    form: str
    better: Better


def numbers(arms: Arms) -> Section | None:
    """What each arm scored."""
    columns = list(_columns(arms))
    if not columns:
        return None
    best = [_best(column, arms) for column in columns]
    rows = [
        (arm, number, [_cell(column, result, top) for column, top in zip(columns, best, strict=True)])
        for number, (arm, result) in enumerate(arms.items())
    ]
    shown = [Column(column.group, column.title, column.better, _note(column, arms)) for column in columns]
    return Section(heading="The numbers", reading=[_reading(columns, arms)], blocks=[Results(shown, rows)])


def main_of(arms: Arms) -> str:
    """The measure of the settings that was asked for first."""
    return main_measure([name for result in arms.values() for found in result.settings.values() for name in found])


def _columns(arms: Arms) -> Iterator[_Column]:
    """Those that some arm has a value for."""
    main = main_of(arms)
    others = [name for result in arms.values() for name in result.settings.get("multi", {}) if name != main]
    wanted = [
        *(_Column(measure_title(main), setting, setting, main, "{:.3f}", "higher") for setting in SETTINGS),
        *(
            _Column("Language bias", measure.heading, BIAS, measure.name, measure.form, measure.better)
            for measure in (RANK_DISTANCE, SAME_LANGUAGE[1])
        ),
        *(
            _Column(_PAGE, measure.heading.removeprefix("page 1: "), BIAS, measure.name, measure.form, "higher")
            for measure in (REACH_SAME, REACH_OTHER)
        ),
        *(
            _Column("One pool (multi)", measure_title(name), "multi", name, "{:.3f}", "higher")
            for name in list(dict.fromkeys(others))[:_MOST]
        ),
    ]
    for column in wanted:
        if any(find(result, column.table, column.name) for result in arms.values()) and (
            column.name != _SHARE or several_languages(arms)
        ):
            yield column


def _note(column: _Column, arms: Arms) -> str:
    return f"chance: {next(iter(arms.values())).pool_share:.1%}" if column.better == "chance" else ""


def _cell(column: _Column, result: CollectionResult, best: str | None) -> TableCell | None:
    estimate = find(result, column.table, column.name)
    if estimate is None:
        return None
    value = column.form.format(estimate.value)
    return TableCell(value, interval(estimate, column.form.format, "{}–{}"), value == best)


def _best(column: _Column, arms: Arms) -> str | None:
    """The best value as written, so that equal looks are marked alike; None if nothing stands out."""
    if column.better == "chance" and not answers_in_several_languages(arms):
        return None
    cost: Callable[[tuple[float, float]], float] = {
        "higher": lambda pair: -pair[0],
        "lower": lambda pair: pair[0],
        "chance": lambda pair: abs(pair[0] - pair[1]),
    }[column.better]
    found = [(find(result, column.table, column.name), result.pool_share) for result in arms.values()]
    values = [(estimate.value, share) for estimate, share in found if estimate]
    shown = {column.form.format(value) for value, _ in values}
    return column.form.format(min(values, key=cost)[0]) if len(shown) > 1 else None


def _reading(columns: Sequence[_Column], arms: Arms) -> str:
    pairs = " (cross: over ordered pairs of languages)" if "cross" in {column.table for column in columns} else ""
    text = f"Values are means over languages{pairs}; the small print is a 95% interval from resampling whole clusters."
    text += " ↑ higher is better, ↓ lower is better."
    if len(arms) > 1:
        text += " Bold on a shade is the best of its column; the lead may still be chance."
    return text
