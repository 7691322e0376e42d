"""Values over one x axis: a line for each series, in panels side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from isoglot.report.charts.chart import Cell, Chart, Data
from isoglot.report.drawing.lines import draw
from isoglot.wording import with_minus


@dataclass(frozen=True)
class Point:
    """A value at x, with the ends of its interval where it has one."""

    x: float
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Panel:
    """One measure.

    Attributes:
        title: what is measured.
        series: name -> points, by ascending x.
        form: how values are written.
    """

    title: str
    series: Mapping[str, Sequence[Point]]
    form: str = "{:g}"

    def written(self, value: float) -> str:
        """A value of a point."""
        return with_minus(self.form.format(value))


@dataclass(frozen=True, kw_only=True)
class Curves(Chart):
    """One or more panels of the same series.

    Attributes:
        title: above them.
        panels: from left to right.
        x_title: what the x axis is.
        x_ticks: ascending, enclosing every x; found from the points if left out.
    """

    wide: ClassVar[bool] = True

    title: str
    panels: Sequence[Panel]
    x_title: str
    x_ticks: tuple[float, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Of the series, in the order in which panels have them."""
        return tuple(dict.fromkeys(name for panel in self.panels for name in panel.series))

    @property
    def broad(self) -> int:
        return min(len(self.panels) - 1, 2)

    def svg(self) -> str:
        return draw(self)

    def data(self) -> Data:
        return Data(("series", self.x_title, *(panel.title for panel in self.panels)), tuple(self._rows()))

    def written(self, value: float, column: int = 1) -> str:
        return f"{value:g}" if column == 1 else self.panels[column - 2].written(value)

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        for name in self.names:
            found = [{point.x: point.value for point in panel.series.get(name, ())} for panel in self.panels]
            for x in sorted({x for points in found for x in points}):
                yield name, x, *(points.get(x) for points in found)
