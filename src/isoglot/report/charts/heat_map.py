"""A value for each pair of a row and a column, as a number on a shade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from isoglot.report.charts.chart import Chart, Data
from isoglot.report.drawing.heat import draw
from isoglot.wording import with_minus

Pair = tuple[str, str]
"""(Row, column)."""

_MOST = (7, 18)  # columns that a phone and a screen have room for


@dataclass(frozen=True, kw_only=True)
class HeatMap(Chart):
    """Values by pairs, such as of query and passage language.

    Attributes:
        title: whose values they are.
        measure: what they are.
        rows, columns: in the order to draw them.
        values: of the pairs that have one.
        form: how a value is written in a cell.
        series: number of the arm, for its colour and shape.
        across: what rows and columns are.
        ends: values that the shades have to enclose besides these; maps that are compared share them.
    """

    large: ClassVar[bool] = True

    title: str
    measure: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Mapping[Pair, float]
    form: str = "{:.2f}"
    series: int | None = None
    across: Pair = ("query", "passage")
    ends: tuple[float, ...] = ()

    @property
    def broad(self) -> int:
        return sum(len(self.columns) > most for most in _MOST)

    def svg(self) -> str:
        return draw(self)

    def data(self) -> Data:
        heading = f"{self.across[0]} \\ {self.across[1]}"
        rows = ((row, *(self.values.get((row, column)) for column in self.columns)) for row in self.rows)
        return Data((heading, *self.columns), tuple(rows))

    def written(self, value: float, column: int = 1) -> str:
        return with_minus(self.form.format(value))
