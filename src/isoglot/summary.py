"""A summary: what a person is told of a result. The finding in sentences, a short table, the next command.

It is made where results live and knows no screen: a command prints its text, and a notebook shows the same.
"""

import shlex
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from isoglot.columns import apart, columns
from isoglot.wording import shortened

WIDTH = 80
"""Columns that a text fits: those of the terminal that everybody has."""

MOST_ROWS = 10
"""Rows of a summary's table; what has more goes to the details."""

_GAP = "  "
_FIRST = 12  # columns that the first one keeps, however wide the others are


@dataclass(frozen=True)
class TextTable:
    """Cells under headings; the first column is text, to the left, and the others are numbers, to the right.

    Attributes:
        headings: of the columns.
        rows: of as many cells.
        note: what the cells mean, in a sentence; empty where the headings say it.
    """

    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def lines(self, width: int = WIDTH) -> Iterator[str]:
        """The table as text. Too wide a table loses the ends of its first column, never of a number.

        Where there is no room for the other columns a row is a paragraph.
        """
        widths = [max(map(columns, column)) for column in zip(self.headings, *self.rows, strict=True)]
        room = width - sum(widths[1:]) - len(_GAP) * (len(widths) - 1)
        if room < min(widths[0], _FIRST):
            yield from (line for row in self.rows for line in _wrapped(self._paragraph(row), width))
        else:
            widths[0] = min(widths[0], room)
            yield _line(self.headings, widths)
            yield "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))
            yield from (_line(row, widths) for row in self.rows)
        yield from _wrapped(self.note, width)

    def _paragraph(self, row: Sequence[str]) -> str:
        """``- mono mAP: was .929, is .923``."""
        first, *others = row
        cells = (f"{heading} {cell}".strip() for heading, cell in zip(self.headings[1:], others, strict=True) if cell)
        return f"- {first}: {', '.join(cells)}"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a person is told first, and what stands behind it.

    Attributes:
        finding: one to three sentences.
        points: what no table can hold, a sentence each, as many as a table's rows.
        table: at most :data:`MOST_ROWS` rows; None where the sentences say all.
        then: the command to run next; empty where there is none.
        why: what that command is for, as in "to see why"; empty where it is plain.
        details: sentences and tables for who asks for more.
    """

    finding: tuple[str, ...]
    points: tuple[str, ...] = ()
    table: TextTable | None = None
    then: str = ""
    why: str = ""
    details: Sequence[str | TextTable] = field(default=())

    def text(self, *, details: bool = False, width: int = WIDTH) -> str:
        """The summary in lines.

        Args:
            details: with all that stands behind it, above the next command.
            width: of the lines, in columns; a word that is longer is not broken.
        """
        parts: list[str | TextTable] = [" ".join(self.finding)]
        if self.points:
            parts.append("\n".join(f"- {point}" for point in self.points))
        if self.table is not None:
            parts.append(self.table)
        if details:
            parts += self.details
        blocks = ["\n".join(_wrapped(part, width) if isinstance(part, str) else part.lines(width)) for part in parts]
        if self.then:
            # A command is one line, however long: broken, it could not be copied.
            head = "\n".join(_wrapped(f"Next, {self.why}:" if self.why else "Next:", width))
            blocks.append(f"{head}\n  {self.then}")
        return "\n\n".join(blocks)

    def __str__(self) -> str:
        return self.text()


def command(*words: str) -> str:
    """``isoglot compare a.json b.json``, as a shell reads it."""
    return shlex.join(["isoglot", *words])


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of a paragraph, whose own line breaks stay; what begins with a dash hangs from it."""
    return [
        line
        for part in text.splitlines()
        for line in textwrap.wrap(
            part,
            width,
            subsequent_indent="  " if part.startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = cells
    most = widths[0]
    while columns(first) > widths[0]:
        first, most = shortened(first, most=most), most - 1
    shown = [f"{apart(first)}{' ' * (widths[0] - columns(first))}"]
    shown += [f"{' ' * (width - columns(cell))}{apart(cell)}" for cell, width in zip(others, widths[1:], strict=True)]
    return _GAP.join(shown).rstrip()
