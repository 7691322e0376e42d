"""What charts are drawn with: pictures, their parts, and scales."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree


@dataclass(frozen=True)
class Scale:
    """A linear scale from values (first to last tick) to px (``start`` to ``end``)."""

    ticks: Sequence[float]
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])
        return self.start + share * (self.end - self.start)


def nice_ticks(low: float, high: float, *, most: int) -> tuple[float, ...]:
    """Two to ``most`` ticks that enclose low to high, at multiples of 1, 2 or 5 times a power of ten.

    ``most`` is 3 or more: a range across a multiple of every such step, such as -1 to 1, takes three.
    """
    if low == high:  # one value says nothing about a scale: show it from 0
        low, high = min(low, 0.0), max(high, 0.0) or 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (power * factor for factor in (1, 2, 5, 10, 20, 50)):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        last = max(last, first + 1)
        if last - first < most:
            break
    return tuple(round(number * step, 12) for number in range(first, last + 1))


def picture(width: float, height: float, label: str | None) -> ElementTree.Element:
    """An empty picture; without a label it says nothing to a screen reader."""
    told = {"aria-hidden": "true"} if label is None else {"role": "img", "aria-label": label}
    size = {"viewBox": f"0 0 {width:g} {height:g}", "width": f"{width:g}", "height": f"{height:g}"}
    return ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **told, **size})


def add(
    parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: float | str
) -> ElementTree.Element:
    """A child; ``class_`` stands for class, an underscore within a name for a hyphen; numbers get two decimals."""
    child = ElementTree.SubElement(parent, tag)
    child.text = text
    for name, value in attributes.items():
        shown = value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
        child.set(name.rstrip("_").replace("_", "-"), shown)
    return child


def as_text(svg: ElementTree.Element) -> str:
    """The picture as text."""
    return ElementTree.tostring(svg, encoding="unicode")
