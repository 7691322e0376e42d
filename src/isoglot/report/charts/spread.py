"""Where ranks lie: for each row the middle, the middle half and all but the ends, on a scale of factors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from isoglot.arrays import Floats
from isoglot.report.charts.chart import Chart, Data
from isoglot.report.charts.dot_plot import Line
from isoglot.report.drawing.boxes import draw

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Quantiles:
    """A row: what it is called, how many values it has, and where 5, 25, 50, 75 and 95% of them end."""

    name: str
    count: int
    ends: tuple[float, float, float, float, float]

    @property
    def median(self) -> float:
        return self.ends[2]

    @classmethod
    def of(cls, name: str, values: Floats) -> "Quantiles":
        """(values,) finite; at least one."""
        low, first, middle, third, high = np.quantile(values, _QUANTILES, method="inverted_cdf").tolist()
        return cls(name, len(values), (low, first, middle, third, high))


@dataclass(frozen=True, kw_only=True)
class Spread(Chart):
    """Distributions of ranks.

    Attributes:
        title, subtitle: what of.
        rows: from top to bottom.
        series: number of the arm, for its colour and shape.
        most: a rank that the scale has to reach; charts that stand side by side share it.
        line: a rank to compare with.
    """

    wide: ClassVar[bool] = True

    title: str
    subtitle: str
    rows: Sequence[Quantiles]
    series: int = 0
    most: float = 1.0
    line: Line | None = None

    def svg(self) -> str:
        return draw(self)

    def data(self) -> Data:
        headings = ("", "values", "5%", "25%", "median", "75%", "95%")
        return Data(headings, tuple((row.name, row.count, *row.ends) for row in self.rows))

    def written(self, value: float, column: int = 1) -> str:
        return f"{value:,.4g}" if value < 1000 else f"{value:,.0f}"

    def values(self) -> Iterator[float]:
        """All that the scale must show."""
        yield self.most
        yield from (row.ends[-1] for row in self.rows)
        if self.line:
            yield self.line.value
