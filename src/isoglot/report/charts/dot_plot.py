"""Estimates with their intervals, a row each, on one scale."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.report.charts.chart import Chart, Data
from isoglot.report.drawing.dots import draw
from isoglot.wording import Form, with_minus


@dataclass(frozen=True)
class Dot:
    """A row: what it is called, its number (for colour and shape), and its estimate."""

    name: str
    series: int
    estimate: Bounded


@dataclass(frozen=True)
class Line:
    """A value to compare with, and what it is."""

    value: float
    label: str


@dataclass(frozen=True, kw_only=True)
class DotPlot(Chart):
    """A measure of some arms: a dot a row, and a line through it for the interval.

    Attributes:
        title, subtitle: what is measured.
        dots: in the order of the rows.
        form: how a value is written, such as ``"{:.3f}"``; where it is a function, ticks have the decimals they need.
        hint: which way is better.
        ends: values that the scale has to enclose besides those of the dots; charts that stand side by side share
            them.
        log: whether equal steps are equal factors; all values are then above 0.
        line: a value to compare with.
    """

    title: str
    subtitle: str
    dots: tuple[Dot, ...]
    form: str | Form
    hint: str = ""
    ends: tuple[float, ...] = ()
    log: bool = False
    line: Line | None = None

    def svg(self) -> str:
        return draw(self)

    def data(self) -> Data:
        rows = ((dot.name, dot.estimate.value, dot.estimate.low, dot.estimate.high) for dot in self.dots)
        return Data(("", self.title, "95% from", "to"), tuple(rows))

    def written(self, value: float, column: int = 1) -> str:
        return with_minus(self.form.format(value)) if isinstance(self.form, str) else self.form(value)

    def values(self) -> Iterator[float]:
        """All that the scale must show."""
        yield from self.ends
        yield from bounds(dot.estimate for dot in self.dots)
        if self.line:
            yield self.line.value


def bounds(estimates: Iterable[Bounded]) -> Iterator[float]:
    """Values and ends of intervals, where there are any."""
    found = (end for estimate in estimates for end in (estimate.low, estimate.value, estimate.high))
    return (end for end in found if end == end)


def dots(estimates: Mapping[str, Bounded | None]) -> tuple[Dot, ...]:
    """A dot for each arm that has a value; every arm keeps the number of its place."""
    return tuple(
        Dot(name, number, estimate)
        for number, (name, estimate) in enumerate(estimates.items())
        if estimate and estimate.value == estimate.value
    )
