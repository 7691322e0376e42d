"""Heat maps: a number on a shade for each pair, the key of the shades below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from isoglot.report.drawing.marks import mark
from isoglot.report.drawing.svg import Scale, add, as_text, fitted, isolated, nice_ticks, picture, tick_text, width_of

if TYPE_CHECKING:
    from isoglot.report.charts.heat_map import HeatMap

SHADES = 12
"""In the style sheet, ``heat0`` to ``heat11``; all take one ink."""

_CELL, _WIDTH, _KEY = 32.0, 440.0, 46.0
_SPACE = 6.0  # px between two labels


def draw(chart: HeatMap) -> str:
    """The picture."""
    left = 16 + max(width_of(chart.rows), width_of([chart.across[0]]))
    cell = max(_CELL, (_WIDTH - left) / len(chart.columns))
    height = max(24.0, min(cell * 0.66, 36.0))
    longest = width_of(chart.columns)
    slant = longest > cell
    rise = longest * 0.7 if slant else 0.0  # of a label at 45 degrees; it goes as far to the right as up
    top = 56.0 + rise
    width, bottom = left + cell * len(chart.columns) + max(0.0, rise - cell / 2), top + height * len(chart.rows)
    svg = picture(width, bottom + _KEY, _told(chart))
    shade = _shades(chart)
    _head(svg, chart, left=left, top=top, width=width)
    for number, column in enumerate(chart.columns):
        x, y = left + cell * (number + 0.5), top - 8
        label = add(svg, "text", column, x=x, y=y, class_="label" if slant else "label middle")
        if slant:
            label.set("transform", f"rotate(-45 {x:.2f} {y:.2f})")
    for number, row in enumerate(chart.rows):
        y = top + height * number
        add(svg, "text", row, x=left - 8, y=y + height / 2 + 4, class_="label end")
        for place, column in enumerate(chart.columns):
            if (row, column) in chart.values:
                _cell(svg, chart, (row, column), box=(left + cell * place, y, cell, height), shade=shade)
    _key(svg, chart, shade, left=left, top=bottom + 12, width=min(cell * len(chart.columns), 300.0))
    return as_text(svg)


def _head(svg: ElementTree.Element, chart: HeatMap, *, left: float, top: float, width: float) -> None:
    begin = 0.0
    if chart.series is not None:
        mark(svg, chart.series, 6, 10.5)
        begin = 18.0
    add(svg, "text", fitted(chart.title, width - begin), x=begin, y=15, class_="title")
    add(svg, "text", f"{chart.across[0]} ↓", x=0, y=top - 8, class_="tick")
    add(svg, "text", f"{chart.across[1]} →", x=left + 2, y=32, class_="tick")


def _shades(chart: HeatMap) -> Scale:
    values = [*chart.ends, *chart.values.values()] or [0.0, 1.0]
    return Scale(nice_ticks(min(values), max(values), most=6), 0.0, SHADES)


def _cell(
    svg: ElementTree.Element,
    chart: HeatMap,
    pair: tuple[str, str],
    *,
    box: tuple[float, float, float, float],
    shade: Scale,
) -> None:
    x, y, width, height = box
    value = chart.values[pair]
    row, column = pair
    group = add(svg, "g", class_="cell narrow" if width < 36 else "cell")
    add(group, "title", f"{isolated(row)} → {isolated(column)}: {chart.written(value)}")
    step = min(int(shade(value)), SHADES - 1)
    add(group, "rect", x=x + 1, y=y + 1, width=width - 2, height=height - 2, rx=2, class_=f"heat{step}")
    if row == column:
        add(group, "rect", x=x + 3, y=y + 3, width=width - 6, height=height - 6, rx=1, class_="same")
    add(group, "text", chart.written(value), x=x + width / 2, y=y + height / 2 + 4, class_="middle")


def _key(svg: ElementTree.Element, chart: HeatMap, shade: Scale, *, left: float, top: float, width: float) -> None:
    """The shades from the first to the last tick; of labels as many as stand apart."""
    wide = width / SHADES
    for step in range(SHADES):
        # Half a px wider than a step, so that no seam shows between two.
        rest = 0.5 if step < SHADES - 1 else 0.0
        add(svg, "rect", x=left + wide * step, y=top, width=wide + rest, height=9, class_=f"heat{step}")
    labels = [tick_text(tick, shade.ticks, chart.form) for tick in shade.ticks]
    places = [shade(tick) * wide for tick in shade.ticks]
    for number in _apart(labels, places):
        side = {0: "start", len(labels) - 1: "end"}.get(number, "middle")
        add(svg, "text", labels[number], x=left + places[number], y=top + 24, class_=f"tick {side}")


def _apart(labels: Sequence[str], places: Sequence[float]) -> list[int]:
    """The first and the last label, and of the others those that run into none."""
    last = len(labels) - 1
    kept, end, limit = [0], places[0] + width_of(labels[:1]), places[last] - width_of(labels[last:])
    for number in range(1, last):
        half = width_of([labels[number]]) / 2
        if end + _SPACE < places[number] - half and places[number] + half + _SPACE < limit:
            kept.append(number)
            end = places[number] + half
    return [*kept, last]


def _told(chart: HeatMap) -> str:
    """The lowest and the highest, for who does not see the picture; the table has all."""
    across = f"{chart.measure} of {isolated(chart.title)}, by {chart.across[0]} and {chart.across[1]}"
    pairs = [(value, pair) for pair, value in chart.values.items()]
    if not pairs:
        return f"{across}: no values."
    ends = [
        f"{word} {chart.written(value)} ({isolated(row)} to {isolated(column)})"
        for word, (value, (row, column)) in (("lowest", min(pairs)), ("highest", max(pairs)))
    ]
    return f"{across}: {', '.join(ends)}."
