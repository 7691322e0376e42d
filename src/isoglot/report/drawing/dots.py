"""Dot plots: arms as rows, name and value above, dot and interval below, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from isoglot.report.drawing.marks import series_class, shape
from isoglot.report.drawing.svg import (
    GLYPH,
    INSET,
    Scale,
    add,
    as_text,
    factor_ticks,
    fitted,
    isolated,
    nice_ticks,
    picture,
    tick_text,
)
from isoglot.wording import Form, with_interval

if TYPE_CHECKING:
    from isoglot.report.charts.dot_plot import Dot, DotPlot

_WIDTH, _ROW, _TOP = 320.0, 46.0, 46.0


def draw(chart: DotPlot) -> str:
    """The picture."""
    axis = _TOP + _ROW * len(chart.dots) + (14 if chart.line and chart.line.label else 2)
    told = "; ".join(_said(chart, dot) for dot in chart.dots)
    reference = f" {chart.line.label}." if chart.line else ""
    hint = f" {chart.hint}." if chart.hint else ""
    label = f"{chart.title}, {chart.subtitle}.{hint} {told}.{reference}"
    svg = picture(_WIDTH, axis + (42 if chart.hint else 24), label)
    add(svg, "text", chart.title, x=0, y=15, class_="title")
    add(svg, "text", chart.subtitle, x=0, y=32, class_="muted")
    scale = _scale(chart)
    draw_axis(svg, scale, top=_TOP, bottom=axis, form=chart.form)
    for number, dot in enumerate(chart.dots):
        _row(svg, chart, dot, top=_TOP + _ROW * number, scale=scale)
    if chart.line and chart.line.label:
        x = scale(chart.line.value)
        side = "end" if x > _WIDTH / 2 else "start"
        add(svg, "text", chart.line.label, x=x + (5 if side == "start" else -5), y=axis - 1, class_=f"label {side}")
    if chart.hint:
        add(svg, "text", chart.hint, x=0, y=axis + 35, class_="muted")
    return as_text(svg)


def draw_axis(svg: ElementTree.Element, scale: Scale, *, top: float, bottom: float, form: str | Form) -> None:
    """Grid lines from top to bottom, and below them the values of the ticks."""
    for tick in scale.ticks:
        add(svg, "line", x1=scale(tick), x2=scale(tick), y1=top, y2=bottom, class_="grid")
        text = f"{tick:,g}" if scale.log else tick_text(tick, scale.ticks, form if isinstance(form, str) else "")
        add(svg, "text", text, x=scale(tick), y=bottom + 15, class_="tick middle")


def _scale(chart: DotPlot) -> Scale:
    values = list(chart.values()) or [0.0, 1.0]
    low, high = min(values), max(values)
    ticks = factor_ticks(low, high) if chart.log else nice_ticks(low, high, most=7)
    return Scale(ticks, INSET, _WIDTH - INSET, log=chart.log)


def _row(svg: ElementTree.Element, chart: DotPlot, dot: Dot, *, top: float, scale: Scale) -> None:
    row = add(svg, "g", class_=series_class(dot.series))
    add(row, "title", _said(chart, dot))
    estimate = dot.estimate
    value = chart.written(estimate.value)
    add(row, "text", fitted(dot.name, _WIDTH - GLYPH * (len(value) + 2)), x=0, y=top + 15, class_="name")
    add(row, "text", value, x=_WIDTH, y=top + 15, class_="value end")
    y = top + 30
    if chart.line:  # beside the dot, not across its name
        x = scale(chart.line.value)
        add(row, "line", x1=x, x2=x, y1=top + 19, y2=top + 41, class_="reference")
    if estimate.low <= estimate.high:
        low, high = scale(estimate.low), scale(estimate.high)
        add(row, "line", x1=low, x2=high, y1=y, y2=y, class_="whisker")
        for end in (low, high):
            add(row, "line", x1=end, x2=end, y1=y - 6, y2=y + 6, class_="cap")
    add(row, "path", d=shape(dot.series, scale(estimate.value), y), class_="dot")


def _said(chart: DotPlot, dot: Dot) -> str:
    return f"{isolated(dot.name)}: {with_interval(dot.estimate, chart.written, ' ({} to {})')}"
