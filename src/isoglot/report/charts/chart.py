"""What every chart can do: become a picture, a table, a CSV file, and what a notebook shows."""

import csv
import io
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import ClassVar

from isoglot.report.drawing.svg import standalone

Cell = str | float | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes a text that begins so for something to compute


@dataclass(frozen=True)
class Data:
    """The values of a chart.

    Attributes:
        headings: of the columns.
        rows: of as many cells; the first is what the row is about. None is a value that there is not.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Chart(ABC):
    """A description of a chart. It holds data and no pixels.

    Attributes:
        title: what is shown.
    """

    title: str
    wide: ClassVar[bool] = False
    """Whether it takes the room of two."""
    large: ClassVar[bool] = False
    """Whether it fills the page where it stands alone; any other would have letters as large as headings."""

    @property
    def broad(self) -> int:
        """1 where a narrow screen shows a part of it, to scroll, as all would be too small to read; 2 where a wide one
        does, too.
        """
        return 0

    @abstractmethod
    def svg(self) -> str:
        """The picture, whose colours are those of the page that it stands in."""

    @abstractmethod
    def data(self) -> Data:
        """Its values, unrounded."""

    @abstractmethod
    def written(self, value: float, column: int = 1) -> str:
        """A value of the table, as the picture writes it.

        Args:
            column: that it stands in; of the first, 0, there are names alone.
        """

    def table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """(Headings, rows) as text: the table behind the picture."""
        found = self.data()
        rows = [tuple(self._cell(cell, column) for column, cell in enumerate(row)) for row in found.rows]
        return found.headings, rows

    def csv(self) -> str:
        """The same values, unrounded, with commas."""
        found, file = self.data(), io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([[_plain(cell) for cell in row] for row in (found.headings, *found.rows)])
        return file.getvalue()

    def _cell(self, value: Cell, column: int) -> str:
        if value is None or value != value:
            return ""
        return value if isinstance(value, str) else self.written(value, column)

    def standalone(self) -> str:
        """The picture with its style sheet, for a file of its own."""
        return standalone(self.svg())

    def _repr_svg_(self) -> str:
        return self.standalone()

    def _repr_html_(self) -> str:
        """The picture, and its values to unfold."""
        headings, rows = self.table()
        return (
            f"{self.standalone()}<details><summary>Values</summary><table>{_row(headings, 'th')}"
            f"{''.join(_row(row, 'td') for row in rows)}</table></details>"
        )


class Charts(tuple[Chart, ...]):
    """Some charts, one below the other in a notebook."""

    def _repr_html_(self) -> str:
        return "".join(chart._repr_html_() for chart in self)


def _row(cells: Sequence[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _plain(cell: Cell) -> Cell:
    if cell != cell:  # NaN, which the table leaves empty, too
        return None
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
