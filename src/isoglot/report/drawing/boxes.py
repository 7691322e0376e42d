"""Distributions of ranks: a box for the middle half, a line for all but the ends, on a scale of factors."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from isoglot.report.drawing.dots import draw_axis
from isoglot.report.drawing.marks import mark, series_class
from isoglot.report.drawing.svg import Scale, add, as_text, factor_ticks, fitted, isolated, picture, width_of

if TYPE_CHECKING:
    from isoglot.report.charts.spread import Quantiles, Spread

_WIDTH, _ROW, _TOP, _VALUE, _MOST_NAME = 400.0, 23.0, 60.0, 46.0, 150.0


def draw(chart: Spread) -> str:
    """The picture."""
    axis = _TOP + _ROW * len(chart.rows) + 4
    told = "; ".join(_said(chart, row) for row in chart.rows)
    svg = picture(_WIDTH, axis + 22, f"{chart.title}, {chart.subtitle}. {told}.")
    mark(svg, chart.series, 6, 10.5)
    add(svg, "text", fitted(chart.title, _WIDTH - 18), x=18, y=15, class_="title")
    add(svg, "text", chart.subtitle, x=0, y=32, class_="muted")
    left = 16 + min(width_of(row.name for row in chart.rows), _MOST_NAME)
    scale = Scale(factor_ticks(1.0, max(chart.values())), left, _WIDTH - _VALUE - 8, log=True)
    draw_axis(svg, scale, top=_TOP - 6, bottom=axis, form="{:,.0f}")
    add(svg, "text", "median", x=_WIDTH, y=_TOP - 10, class_="tick end")
    if chart.line:
        x = scale(chart.line.value)
        add(svg, "line", x1=x, x2=x, y1=_TOP - 6, y2=axis, class_="reference")
        add(svg, "text", chart.line.label, x=x, y=_TOP - 10, class_="tick middle")
    for number, row in enumerate(chart.rows):
        _row(svg, chart, row, y=_TOP + _ROW * (number + 0.5), left=left, scale=scale)
    return as_text(svg)


def _row(svg: ElementTree.Element, chart: Spread, row: Quantiles, *, y: float, left: float, scale: Scale) -> None:
    group = add(svg, "g", class_=series_class(chart.series))
    add(group, "title", _said(chart, row))
    add(group, "text", fitted(row.name, left - 12), x=left - 12, y=y + 4, class_="label end")
    low, first, middle, third, high = (scale(end) for end in row.ends)
    add(group, "line", x1=low, x2=high, y1=y, y2=y, class_="whisker")
    add(group, "rect", x=first - 1, y=y - 6, width=max(third - first, 0) + 2, height=12, rx=2, class_="box")
    add(group, "line", x1=middle, x2=middle, y1=y - 7, y2=y + 7, class_="median")
    add(group, "text", chart.written(row.median), x=_WIDTH, y=y + 4, class_="value end")


def _said(chart: Spread, row: Quantiles) -> str:
    low, first, middle, third, high = (chart.written(end) for end in row.ends)
    return f"{isolated(row.name)}: median {middle}, half from {first} to {third}, 90% from {low} to {high}"
