"""What charts are drawn with: pictures, their parts, scales, and text that fits.

Colours are left to a style sheet, ``charts.css``, so that one picture serves light, dark and print. A page has the
sheet once; a picture that stands alone carries it. No element has a style of its own, so that a page may forbid them.
"""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from xml.etree import ElementTree

from isoglot.wording import with_minus

GLYPH = 7.2
"""px, a generous mean width of a letter at the style sheet's size for names."""

INSET = 14.0
"""px between a picture's edge and its scale's ends, so that marks and tick labels stay inside."""

_ISOLATE, _END = "\u2068", "\u2069"


@dataclass(frozen=True)
class Scale:
    """A scale from values (first to last tick) to px (``start`` to ``end``): linear, or of factors."""

    ticks: Sequence[float]
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        low, high, here = (self._at(each) for each in (self.ticks[0], self.ticks[-1], value))
        return self.start + (here - low) / (high - low) * (self.end - self.start)

    def _at(self, value: float) -> float:
        return math.log(value) if self.log else value


_NOISE = 1e-10  # what rounding leaves of a difference of 0; ticks have twelve decimals


def nice_ticks(low: float, high: float, *, most: int) -> tuple[float, ...]:
    """Two to ``most`` ticks that enclose low to high, at multiples of 1, 2 or 5 times a power of ten.

    ``most`` is 3 or more: a range across a multiple of every such step, such as -1 to 1, takes three.
    """
    if high - low < _NOISE:  # one value says nothing about a scale: show it from 0
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < _NOISE:
        high = 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (power * factor for factor in (1, 2, 5, 10, 20, 50)):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        last = max(last, first + 1)
        if last - first < most:
            break
    return tuple(round(number * step, 12) for number in range(first, last + 1))


def factor_ticks(low: float, high: float) -> tuple[float, ...]:
    """Ticks for a scale of factors that enclose low to high, which are above 0.

    They are powers of ten; where these would be three at most, 1, 2 and 5 times such powers.
    """
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    last = max(last, first + 1)
    if last - first > 2:
        return tuple(10.0**power for power in range(first, last + 1))
    steps = [factor * 10.0**power for power in range(first, last) for factor in (1, 2, 5)] + [10.0**last]
    above = [step for step in steps if step <= low * (1 + 1e-9)]
    below = [step for step in steps if step >= high * (1 - 1e-9)]
    kept = [step for step in steps if above[-1] <= step <= below[0]]
    return tuple(kept) if len(kept) > 1 else (above[-1], steps[steps.index(above[-1]) + 1])


def tick_text(value: float, ticks: Sequence[float], form: str) -> str:
    """A tick with as many decimals as the ticks' step needs, in percent where the values are."""
    if form.endswith("%}"):
        value, ticks = value * 100, [tick * 100 for tick in ticks]
        return f"{tick_text(value, ticks, '')}%"
    step = min(b - a for a, b in pairwise(ticks))
    return with_minus(f"{value:,.{max(0, -math.floor(math.log10(step) + 1e-9))}f}")


def picture(width: float, height: float, label: str | None) -> ElementTree.Element:
    """An empty picture; without a label it says nothing to a screen reader."""
    told = {"aria-hidden": "true"} if label is None else {"role": "img", "aria-label": label}
    size = {"viewBox": f"0 0 {width:g} {height:g}", "width": f"{width:g}", "height": f"{height:g}"}
    return ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "chart", **told, **size})


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


def standalone(svg: str) -> str:
    """A picture with the style sheet and a ground in it, for a file and a notebook."""
    head, _, rest = svg.partition(">")
    return f'{head}><style>{style_sheet()}</style><rect class="ground" width="100%" height="100%"/>{rest}'


@cache
def style_sheet() -> str:
    """The style sheet of all charts."""
    return files("isoglot.report.drawing").joinpath("charts.css").read_text(encoding="utf-8")


def isolated(name: str) -> str:
    """A name amid other text, which it does not turn round however it is written: UAX 9's first strong isolate."""
    kinds = ("R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDI", "PDF")
    turns = any(unicodedata.bidirectional(letter) in kinds for letter in name)
    return f"{_ISOLATE}{name}{_END}" if turns else name


def fitted(name: str, width: float) -> str:
    """The name, or as much of it as fits into ``width`` px; letters of East Asian scripts count twice."""
    room = width / GLYPH
    for end, letter in enumerate(name):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0:
            return name[: max(end - 1, 0)].rstrip() + "…"
    return name


def width_of(texts: Iterable[str]) -> float:
    """px that the longest takes, at most."""
    widths = (sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text) for text in texts)
    return GLYPH * max(widths, default=0)
