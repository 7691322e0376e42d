"""Charts as SVG strings: numbers in, one ``<svg>`` out, nothing else read or written.

Colours are left to the style sheet of the page, so that one picture serves light, dark and print: an arm's
marks have the classes ``arm`` and ``armN``, a heat map's cells say in ``--t`` where between low (0) and high
(1) they lie. Arms differ in shape as well as in colour. Text is text, escaped by ElementTree.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from isoglot.evaluation.results import Estimate
from isoglot.report.svg import Scale, add, as_text, picture
from isoglot.wording import with_interval

_COLOURS = 6  # of arms, in the style sheet
_INSET = 14.0  # px between the picture's edge and the scale's ends, so that marks and tick labels stay inside
_ROW = 46.0
_GLYPH = 7.2  # px, a generous mean width of a letter at the style sheet's size for arm names
_SMALLEST_CELL = 30.0
# Shades above it take the style sheet's --on-high as ink, the others --on-low: contrast is 4.5 to 1 or more.
_TURN = 0.62


@dataclass(frozen=True)
class Mark:
    """A row of a dot panel: an arm's name, its number (for colour and shape), and its estimate."""

    name: str
    arm: int
    estimate: Estimate


def dot_panel(
    title: str,
    subtitle: str,
    marks: Sequence[Mark],
    *,
    ticks: Sequence[float],
    form: Callable[[float], str],
    tick_form: Callable[[float], str],
    hint: str,
    width: float = 300.0,
    line: tuple[float, str] | None = None,
) -> str:
    """Arms as rows: name and value above, dot and 95% interval below, on one scale.

    Args:
        title, subtitle: what is measured.
        marks: one row each, in this order.
        ticks: ascending, enclosing every interval.
        form, tick_form: how values and ticks are written.
        hint: which way is better.
        width: px at which text has the size of the page's small print.
        line: a value to compare with and its label, drawn as a dashed line.
    """
    top = 46.0
    axis = top + _ROW * len(marks) + 8
    told = "; ".join(f"{mark.name} {_said(mark.estimate, form)}" for mark in marks)
    reference = f" {line[1]}." if line else ""
    svg = picture(width, axis + 42, f"{title}, {subtitle}. {hint}. {told}.{reference}")
    add(svg, "text", title, x=0, y=15, class_="title")
    add(svg, "text", subtitle, x=0, y=32, class_="muted")
    scale = Scale(ticks, _INSET, width - _INSET)
    for tick in ticks:
        add(svg, "line", x1=scale(tick), x2=scale(tick), y1=top, y2=axis, class_="grid")
        add(svg, "text", tick_form(tick), x=scale(tick), y=axis + 15, class_="tick middle")
    if line:
        x, side = scale(line[0]), "end" if scale(line[0]) > width / 2 else "start"
        add(svg, "line", x1=x, x2=x, y1=top - 6, y2=axis, class_="reference")
        add(svg, "text", line[1], x=x + (5 if side == "start" else -5), y=axis - 4, class_=f"label {side}")
    for number, mark in enumerate(marks):
        _row(svg, mark, top=top + _ROW * number, scale=scale, width=width, form=form)
    add(svg, "text", hint, x=0, y=axis + 35, class_="muted")
    return as_text(svg)


def _row(
    svg: ElementTree.Element,
    mark: Mark,
    *,
    top: float,
    scale: Scale,
    width: float,
    form: Callable[[float], str],
) -> None:
    row = add(svg, "g", class_=_arm_class(mark.arm))
    add(row, "title", f"{mark.name}: {_said(mark.estimate, form)}")
    value = form(mark.estimate.value)
    add(row, "text", _shortened(mark.name, width - _GLYPH * (len(value) + 2)), x=0, y=top + 15, class_="name")
    add(row, "text", value, x=width, y=top + 15, class_="value end")
    y = top + 28
    low, high = scale(mark.estimate.low), scale(mark.estimate.high)
    add(row, "line", x1=low, x2=high, y1=y, y2=y, class_="whisker")
    for end in (low, high):
        add(row, "line", x1=end, x2=end, y1=y - 6, y2=y + 6, class_="cap")
    add(row, "path", d=_shape(mark.arm, scale(mark.estimate.value), y, radius=5), class_="dot")


def heat_map(
    name: str,
    arm: int,
    values: Mapping[tuple[str, str], float],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    ticks: Sequence[float],
) -> str:
    """mAP by query language (rows) and passage language (columns), the value in each cell.

    Args:
        name, arm: the arm's name and number.
        values: (query language, passage language) -> mAP; a pair that is missing stays empty.
        rows, columns: the languages, in the order to draw them.
        ticks: the ends of the colour scale are its first and last.
    """
    left = 14 + _GLYPH * max(4, *(len(row) for row in rows))
    cell = max(_SMALLEST_CELL, (420 - left) / len(columns))
    height = max(24.0, min(cell * 0.66, 36.0))
    longest = _GLYPH * max(len(column) for column in columns)
    slant = longest > cell
    rise = longest * 0.7 if slant else 0.0  # of a label at 45 degrees; it goes as far to the right as up
    width, top = left + cell * len(columns) + max(0.0, rise - cell / 2), 56.0 + rise
    shade = Scale(ticks, 0.0, 1.0)
    ends = [f"{word} {value:.2f} ({q} to {p})" for word, (value, (q, p)) in _extremes(values).items()]
    told = f"mAP of {name}, query to passage language: {', '.join(ends)}."
    svg = picture(width, top + height * len(rows) + 2, told)
    _mark(svg, arm, 6, 10.5)
    add(svg, "text", _shortened(name, width - 18), x=18, y=15, class_="title")
    add(svg, "text", "query ↓", x=0, y=top - 8, class_="tick")
    add(svg, "text", "passage →", x=left + 2, y=32, class_="tick")
    for number, language in enumerate(columns):
        x, y = left + cell * (number + 0.5), top - 8
        label = add(svg, "text", language, x=x, y=y, class_="label" if slant else "label middle")
        if slant:
            label.set("transform", f"rotate(-45 {x:.2f} {y:.2f})")
    for number, query in enumerate(rows):
        y = top + height * number
        add(svg, "text", query, x=left - 8, y=y + height / 2 + 4, class_="label end")
        for place, passage in enumerate(columns):
            value = values.get((query, passage))
            if value is not None:
                box = (left + cell * place, y, cell, height)
                _cell(svg, f"{query} to {passage}", value, box=box, shade=shade(value), same=query == passage)
    return as_text(svg)


def _extremes(values: Mapping[tuple[str, str], float]) -> dict[str, tuple[float, tuple[str, str]]]:
    pairs = [(value, cell) for cell, value in values.items()]
    return {"lowest": min(pairs), "highest": max(pairs)}


def _cell(
    svg: ElementTree.Element,
    name: str,
    value: float,
    *,
    box: tuple[float, float, float, float],
    shade: float,
    same: bool,
) -> None:
    x, y, width, height = box
    classes = ("cell", *(["high"] if shade > _TURN else []), *(["narrow"] if width < 36 else []))
    group = add(svg, "g", class_=" ".join(classes))
    add(group, "title", f"{name}: {value:.3f}")
    heat = add(group, "rect", x=x + 1, y=y + 1, width=width - 2, height=height - 2, rx=2, class_="heat")
    heat.set("style", f"--t:{shade:.3f}")
    if same:
        add(group, "rect", x=x + 3, y=y + 3, width=width - 6, height=height - 6, rx=1, class_="same")
    add(group, "text", f"{value:.2f}", x=x + width / 2, y=y + height / 2 + 4, class_="middle")


def colour_scale(ticks: Sequence[float], *, tick_form: Callable[[float], str], width: float = 300.0) -> str:
    """The key of a heat map: shades from the first to the last tick."""
    svg = picture(width, 30, f"Colour scale from {tick_form(ticks[0])} to {tick_form(ticks[-1])}")
    scale, steps = Scale(ticks, 0.0, width), 40
    wide = width / steps
    for step in range(steps):
        # Half a px wider than a step, so that no seam shows between two.
        rest = 0.5 if step < steps - 1 else 0.0
        shade = add(svg, "rect", x=wide * step, y=0, width=wide + rest, height=10, class_="heat")
        shade.set("style", f"--t:{step / (steps - 1):.3f}")
    for tick in ticks:
        side = {ticks[0]: "start", ticks[-1]: "end"}.get(tick, "middle")
        add(svg, "text", tick_form(tick), x=scale(tick), y=25, class_=f"tick {side}")
    return as_text(svg)


def swatch(arm: int) -> str:
    """An arm's mark, to stand beside its name in text that names it."""
    svg = picture(14, 14, None)
    _mark(svg, arm, 7, 7)
    return as_text(svg)


def _mark(parent: ElementTree.Element, arm: int, x: float, y: float) -> None:
    group = add(parent, "g", class_=_arm_class(arm))
    add(group, "path", d=_shape(arm, x, y, radius=5), class_="dot")


def _arm_class(arm: int) -> str:
    return f"arm arm{arm % _COLOURS}"


def _shape(arm: int, x: float, y: float, *, radius: float) -> str:
    """Circle, square, triangle, diamond: a path of much the same area each, centred on (x, y)."""
    corners = (
        (),
        ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        ((0.0, -1.2), (1.15, 0.85), (-1.15, 0.85)),
        ((0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)),
    )[arm % 4]
    if not corners:
        half = f"a{radius} {radius} 0 1 0"
        return f"M{x - radius:.2f} {y:.2f}{half} {2 * radius} 0{half} {-2 * radius} 0Z"
    return "M" + "L".join(f"{x + radius * right:.2f} {y + radius * down:.2f}" for right, down in corners) + "Z"


def _said(estimate: Estimate, form: Callable[[float], str]) -> str:
    return with_interval(estimate, form, " ({} to {})")


def _shortened(name: str, width: float) -> str:
    """The name, or as much of it as fits into ``width`` px; letters of East Asian scripts count twice."""
    room = width / _GLYPH
    for end, letter in enumerate(name):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0:
            return name[: max(end - 1, 0)].rstrip() + "…"
    return name
