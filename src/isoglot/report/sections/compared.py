"""Is it more than chance: a comparison in words, and its differences with their intervals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from isoglot.evaluation.bias.measure import PERCENT, RANK
from isoglot.evaluation.comparison.comparison import CollectionComparison, ComparedSide, Comparison, Effect
from isoglot.evaluation.settings import SETTINGS
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.report.charts.dot_plot import Dot, DotPlot, Line
from isoglot.report.comparison import comparison_summaries
from isoglot.report.drawing.svg import isolated
from isoglot.report.page.blocks import Listing, Panels, Points, Section
from isoglot.report.values import Value, arrow, compared_values, main_measure
from isoglot.wording import last_part, listed

_UNITS = {"": "measures", PERCENT: "shares, in points", RANK: "ranks"}
"""Unit of values -> what a chart of their differences says that they are."""

_HINTS = {"higher": "right is better", "lower": "left is better"}


def compared(found: Comparison, *, series: int = 1) -> Iterator[Section]:
    """A section a collection: the verdict, the differences, the table, and what intervals cover.

    Args:
        series: number of B, for its colour and shape.
    """
    found = _with_names(found)
    names = " against ".join(listed(dict.fromkeys(side.encoders)) for side in (found.b, found.a))
    summaries = comparison_summaries(found)
    for (name, measured), summary in zip(found.collections.items(), summaries, strict=True):
        scope = [part for part in summary.details if isinstance(part, str)]
        yield Section(
            heading=f"{names}: is it more than chance?",
            of=name if len(found.collections) > 1 else "",
            reading=summary.finding,
            blocks=[
                Panels(differences(measured, series=series)),
                *([Listing(summary.table)] if summary.table else []),
                *([Points(scope)] if scope else []),
            ],
        )


def verdict_of(found: Comparison) -> str:
    """``hybrid (B) against mono (A): B is better in multi mAP (+.057).``, on the first collection."""
    found = _with_names(found)
    sides = (found.b, "B"), (found.a, "A")
    names = " against ".join(f"{listed(dict.fromkeys(side.encoders))} ({letter})" for side, letter in sides)
    _, *finding = next(comparison_summaries(found)).finding
    return f"{names}: {_lower(finding[0])}" if finding else f"{names}."


def _lower(sentence: str) -> str:
    """To stand behind a colon; a letter that is a name, as in ``B is``, stays."""
    return sentence if sentence[1:2] == " " else sentence[0].lower() + sentence[1:]


def differences(measured: CollectionComparison, *, series: int = 0, title: str = "B − A") -> list[DotPlot]:
    """B minus A of the values that matter, a chart for each unit."""
    main = main_measure([row.name for row in measured.rows if row.table in SETTINGS])
    rows = {(row.table, row.name): row.macro for row in measured.rows}
    known = [value for value in compared_values(main) if (value.table, value.name) in rows]
    shown = [(value, rows[value.table, value.name]) for value in known]
    groups = {unit: [pair for pair in shown if pair[0].unit == unit] for unit in _UNITS}
    return [_chart(group, title, series) for group in groups.values() if group]


def _chart(group: Sequence[tuple[Value, Effect]], title: str, series: int) -> DotPlot:
    """An arrow behind a label says which way is better, as charts of one unit may mix them."""
    ways = {value.better for value, _ in group}
    rows = {f"{value.label}{arrow(value.better)}": effect for value, effect in group}
    hint = "; ".join(f"{arrow(way).strip()} {hint}" for way, hint in _HINTS.items() if way in ways)
    return replace(difference_chart(group[0][0], rows, title=title, series=series), hint=hint)


def difference_chart(value: Value, effects: Mapping[str, Effect], *, title: str, series: int) -> DotPlot:
    """Differences of one value, or of several that have its unit.

    Args:
        effects: what a row is called -> its difference.
        title, series: of the chart, and the number of B, for its colour and shape.
    """
    return DotPlot(
        title=title,
        subtitle=_UNITS[value.unit],
        dots=tuple(Dot(name, series, _bounded(value, effect)) for name, effect in effects.items()),
        form=lambda scaled: value.difference(scaled / value.scale),
        ends=(0,),
        line=Line(0, ""),
    )


def _bounded(value: Value, effect: Effect) -> Bounded:
    return Bounded(*(value.scale * end for end in (effect.difference, effect.low, effect.high)))


def _with_names(found: Comparison) -> Comparison:
    """As sentences may name what is compared."""
    collections = {isolated(name): measured for name, measured in found.collections.items()}
    return replace(found, a=_named(found.a), b=_named(found.b), collections=collections)


def _named(side: ComparedSide) -> ComparedSide:
    """By the last parts of encoders' names: folders are no part of what a page says."""
    return replace(side, encoders=tuple(isolated(last_part(name)) for name in side.encoders))
