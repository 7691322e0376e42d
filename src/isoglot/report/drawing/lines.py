"""Curves: panels side by side, a line for each series, over one x axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from isoglot.report.drawing.marks import series_class, shape
from isoglot.report.drawing.svg import Scale, add, as_text, isolated, nice_ticks, picture, tick_text, width_of

if TYPE_CHECKING:
    from isoglot.report.charts.curves import Curves, Panel

_ALONE = 380.0  # px, a panel that has the picture for itself
_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP, _LINE = 240.0, 190.0, 46.0, 46.0, 24.0, 20.0


def draw(chart: Curves) -> str:
    """The picture."""
    ticks = [_ticks(chart, panel) for panel in chart.panels]
    beside = max(10.0, width_of([f"{ticks[-1][-1]:g}"]) / 2)  # half of the last label
    wide = _WIDTH if len(chart.panels) > 1 else _ALONE
    width = len(chart.panels) * (_LEFT + wide + _GAP) - _GAP + beside
    places = _places(chart.names, width)
    below = _LINE * (1 + max((line for _, line in places), default=0))
    told = "; ".join(f"{panel.title}: {_said(panel)}" for panel in chart.panels)
    svg = picture(width, _TOP + _HEIGHT + 44 + below, f"{chart.title}. {told}.")
    add(svg, "text", chart.title, x=0, y=15, class_="title")
    for number, panel in enumerate(chart.panels):
        _panel(svg, chart, panel, ticks[number], left=number * (_LEFT + wide + _GAP) + _LEFT, wide=wide)
    for number, (name, (x, line)) in enumerate(zip(chart.names, places, strict=True)):
        y = _TOP + _HEIGHT + 54 + line * _LINE
        key = add(svg, "g", class_=_class(number))
        add(key, "line", x1=x, x2=x + 26, y1=y - 4, y2=y - 4, class_="series")
        add(key, "path", d=shape(number, x + 13, y - 4, radius=4), class_="dot")
        add(key, "text", name, x=x + 32, y=y, class_="label")
    return as_text(svg)


def _places(names: Sequence[str], width: float) -> list[tuple[float, int]]:
    """(x, line) of each name in the key, which breaks where a line is full."""
    found, x, line = [], 0.0, 0
    for name in names:
        wide = 48 + width_of([name])
        if x and x + wide > width:
            x, line = 0.0, line + 1
        found.append((x, line))
        x += wide
    return found


def _ticks(chart: Curves, panel: Panel) -> Sequence[float]:
    xs = [point.x for series in panel.series.values() for point in series]
    return chart.x_ticks or nice_ticks(min(xs), max(xs), most=6)


def _panel(
    svg: ElementTree.Element, chart: Curves, panel: Panel, ticks: Sequence[float], *, left: float, wide: float
) -> None:
    points = [point for series in panel.series.values() for point in series]
    ends = [end for point in points for end in (point.low, point.value, point.high) if end is not None and end == end]
    across = Scale(ticks, left, left + wide)
    up = Scale(nice_ticks(min(ends), max(ends), most=6), _TOP + _HEIGHT, _TOP)
    if panel.title != chart.title:
        add(svg, "text", panel.title, x=left, y=_TOP - 10, class_="title")
    for tick in up.ticks:
        add(svg, "line", x1=left, x2=left + wide, y1=up(tick), y2=up(tick), class_="grid")
        add(svg, "text", tick_text(tick, up.ticks, panel.form), x=left - 6, y=up(tick) + 4, class_="tick end")
    for tick in ticks:
        add(svg, "text", f"{tick:g}", x=across(tick), y=_TOP + _HEIGHT + 16, class_="tick middle")
    add(svg, "text", chart.x_title, x=left + wide / 2, y=_TOP + _HEIGHT + 32, class_="muted middle")
    for name in panel.series:
        _series(svg, panel, name, number=chart.names.index(name), across=across, up=up)


def _series(svg: ElementTree.Element, panel: Panel, name: str, *, number: int, across: Scale, up: Scale) -> None:
    points = [point for point in panel.series[name] if point.value == point.value]
    group = add(svg, "g", class_=_class(number))
    line = " ".join(f"{across(point.x):.1f},{up(point.value):.1f}" for point in points)
    add(add(group, "polyline", points=line, class_="series"), "title", name)
    for point in points:
        x, y = across(point.x), up(point.value)
        if point.low is not None and point.high is not None and point.low <= point.high:
            add(group, "line", x1=x, x2=x, y1=up(point.low), y2=up(point.high), class_="cap")
        dot = add(group, "path", d=shape(number, x, y, radius=4), class_="dot")
        add(dot, "title", f"{isolated(name)}, {point.x:g}: {panel.written(point.value)}")


def _class(number: int) -> str:
    return f"{series_class(number)} dash{number % 6}"


def _said(panel: Panel) -> str:
    return ", ".join(
        f"{isolated(name)} {' '.join(panel.written(point.value) for point in points)}"
        for name, points in panel.series.items()
    )
