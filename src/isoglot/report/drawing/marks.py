"""Marks of arms: a colour, a shape and a dash for each number, so that they differ in grey too."""

from xml.etree import ElementTree

from isoglot.report.drawing.svg import add, as_text, picture

COLOURS = 6
"""In the style sheet; after them they come again."""


def series_class(series: int) -> str:
    """The class that has the colour."""
    return f"arm arm{series % COLOURS}"


def mark(parent: ElementTree.Element, series: int, x: float, y: float) -> None:
    """The shape with its colour."""
    add(add(parent, "g", class_=series_class(series)), "path", d=shape(series, x, y), class_="dot")


def swatch(series: int) -> str:
    """An arm's mark, to stand beside its name in text that names it."""
    svg = picture(14, 14, None)
    mark(svg, series, 7, 7)
    return as_text(svg)


def shape(series: int, x: float, y: float, *, radius: float = 5.0) -> str:
    """Circle, square, triangle, diamond: a path of much the same area each, centred on (x, y)."""
    corners = (
        (),
        ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        ((0.0, -1.2), (1.15, 0.85), (-1.15, 0.85)),
        ((0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)),
    )[series % 4]
    if not corners:
        half = f"a{radius:g} {radius:g} 0 1 0"
        return f"M{x - radius:.2f} {y:.2f}{half} {2 * radius:g} 0{half} {-2 * radius:g} 0Z"
    return "M" + "L".join(f"{x + radius * right:.2f} {y + radius * down:.2f}" for right, down in corners) + "Z"
