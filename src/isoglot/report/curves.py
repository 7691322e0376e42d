"""Curves as one SVG file that stands alone: panels side by side, a line for each series, over one x axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from isoglot.report.svg import Scale, add, as_text, nice_ticks, picture

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 210.0, 190.0, 46.0, 46.0, 24.0
_KEY = 22.0
# Of Okabe and Ito (2008), which people with colour-blindness tell apart; dashes tell them apart in grey.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
_DASHES = ("none", "6 3", "2 3", "8 3 2 3", "1 2", "10 4")
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-weight:600;fill:#24292f}"
    ".grid{stroke:#d0d7de;stroke-width:1}.middle{text-anchor:middle}.end{text-anchor:end}"
    ".series{fill:none;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#9198a1}.title{fill:#f0f6fc}.grid{stroke:#3d444d}}"
)


@dataclass(frozen=True)
class Panel:
    """One measure.

    Attributes:
        title: what is measured.
        series: name -> (x, value) points, by ascending x.
        form: how ticks are written.
    """

    title: str
    series: Mapping[str, Sequence[tuple[float, float]]]
    form: Callable[[float], str]


def curves(panels: Sequence[Panel], *, title: str, x_title: str, x_ticks: Sequence[float]) -> str:
    """Panels in a row, of the same series.

    Args:
        panels: one or more.
        title: above them.
        x_title: what the x axis is.
        x_ticks: ascending, enclosing every x.
    """
    names = list(panels[0].series)
    width = len(panels) * (_LEFT + _WIDTH + _GAP)
    told = "; ".join(f"{panel.title}: {_said(panel)}" for panel in panels)
    svg = picture(width, _TOP + _HEIGHT + 48 + _KEY, f"{title}. {told}.")
    add(svg, "style", _STYLE)
    add(svg, "text", title, x=0, y=15, class_="title")
    for number, panel in enumerate(panels):
        _draw(svg, panel, left=number * (_LEFT + _WIDTH + _GAP) + _LEFT, x_title=x_title, x_ticks=x_ticks)
    step = width / max(len(names), 1)
    for number, name in enumerate(names):
        y = _TOP + _HEIGHT + 40 + _KEY / 2
        add(svg, "line", x1=number * step, x2=number * step + 26, y1=y - 4, y2=y - 4, class_="series", **_look(number))
        add(svg, "text", name, x=number * step + 32, y=y)
    return as_text(svg)


def _draw(svg: ElementTree.Element, panel: Panel, *, left: float, x_title: str, x_ticks: Sequence[float]) -> None:
    values = [value for points in panel.series.values() for _, value in points]
    across = Scale(x_ticks, left, left + _WIDTH)
    up = Scale(nice_ticks(min(values), max(values), most=6), _TOP + _HEIGHT, _TOP)
    add(svg, "text", panel.title, x=left, y=_TOP - 10, class_="title")
    for tick in up.ticks:
        add(svg, "line", x1=left, x2=left + _WIDTH, y1=up(tick), y2=up(tick), class_="grid")
        add(svg, "text", panel.form(tick), x=left - 6, y=up(tick) + 4, class_="end")
    for tick in x_ticks:
        add(svg, "text", f"{tick:g}", x=across(tick), y=_TOP + _HEIGHT + 16, class_="middle")
    add(svg, "text", x_title, x=left + _WIDTH / 2, y=_TOP + _HEIGHT + 32, class_="middle")
    for number, (name, points) in enumerate(panel.series.items()):
        places = [(across(x), up(value)) for x, value in points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        add(add(svg, "polyline", points=line, class_="series", **_look(number)), "title", name)
        for x, y in places:
            add(svg, "circle", cx=x, cy=y, r=3, fill=_COLOURS[number % len(_COLOURS)])


def _look(number: int) -> dict[str, str]:
    return {"stroke": _COLOURS[number % len(_COLOURS)], "stroke_dasharray": _DASHES[number % len(_DASHES)]}


def _said(panel: Panel) -> str:
    return ", ".join(
        f"{name} {' '.join(panel.form(value) for _, value in points)}" for name, points in panel.series.items()
    )
