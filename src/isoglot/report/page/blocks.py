"""What a page is made of: sections of sentences and blocks. Blocks hold data; the template lays them out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from isoglot.report.charts.chart import Chart
from isoglot.summary import TextTable

_NUMBER = 32  # letters that a value with its interval may have


@dataclass(frozen=True)
class Panels:
    """Charts side by side, as many abreast as there is room for."""

    kind: ClassVar[str] = "panels"

    charts: Sequence[Chart]

    @property
    def wide(self) -> bool:
        """Whether fewer stand abreast."""
        return any(chart.wide for chart in self.charts)


@dataclass(frozen=True)
class Switch:
    """Charts of which one is shown, by a choice from each of some lists.

    Attributes:
        lists: what is chosen from, such as ``{"arm": ("mono", "hybrid"), "measure": ("mAP", "page 1")}``.
        charts: one choice from each list -> its chart; a choice may have none.
    """

    kind: ClassVar[str] = "switch"

    lists: Mapping[str, Sequence[str]]
    charts: Mapping[tuple[str, ...], Chart]

    def places(self) -> Iterator[tuple[tuple[int, ...], Chart | None]]:
        """(Place in each list, the chart there), of every choice that can be made."""
        yield from self._places(())

    def _places(self, chosen: tuple[str, ...]) -> Iterator[tuple[tuple[int, ...], Chart | None]]:
        lists = list(self.lists.values())
        if len(chosen) == len(lists):
            yield tuple(one.index(name) for one, name in zip(lists, chosen, strict=True)), self.charts.get(chosen)
            return
        for name in lists[len(chosen)]:
            yield from self._places((*chosen, name))


@dataclass(frozen=True)
class Points:
    """Sentences, one a point, perhaps under a heading."""

    kind: ClassVar[str] = "points"

    sentences: Sequence[str]
    title: str = ""


@dataclass(frozen=True)
class Listing:
    """A table of text, the first column of which says what a row is about."""

    kind: ClassVar[str] = "listing"

    table: TextTable

    @property
    def prose(self) -> set[int]:
        """Columns with sentences, which are broken into lines; numbers are not."""
        return {place for row in self.table.rows for place, cell in enumerate(row) if len(cell) > _NUMBER}


@dataclass(frozen=True)
class Facts:
    """Names and what they are, such as an option and its value."""

    kind: ClassVar[str] = "facts"

    title: str
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Commands:
    """(What it does, shell command)."""

    kind: ClassVar[str] = "commands"

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class TableCell:
    """A value of a results table and its interval, as written; whether it is the best of its column."""

    value: str
    interval: str = ""
    best: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a results table: the group it stands under, its heading, what is good, and small print."""

    group: str
    title: str
    better: str
    note: str = ""


@dataclass(frozen=True)
class Results:
    """The table of arms.

    Attributes:
        columns: neighbours of one group share a heading.
        rows: an arm's name, its number (for colour and shape), and a cell a column; None where it has no value.
    """

    kind: ClassVar[str] = "results"

    columns: Sequence[Column]
    rows: Sequence[tuple[str, int, Sequence[TableCell | None]]]

    @property
    def groups(self) -> list[tuple[str, int]]:
        """(Heading, how many columns)."""
        names = [column.group for column in self.columns]
        return [(name, names.count(name)) for name in dict.fromkeys(names)]


@dataclass(frozen=True)
class Hit:
    """A hit of a query: its rank, its language, its text, and whether it is relevant."""

    rank: int
    language: str
    text: str
    relevant: bool


@dataclass(frozen=True)
class Ranking:
    """A query, what it scores, its first hits, and where its relevant passages stand."""

    language: str
    text: str
    value: str
    hits: Sequence[Hit]
    relevant: str


@dataclass(frozen=True)
class Rankings:
    """Queries with their hits, each to unfold."""

    kind: ClassVar[str] = "rankings"

    queries: Sequence[Ranking]


Block = Panels | Switch | Points | Listing | Facts | Commands | Results | Rankings


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the page.

    Attributes:
        heading: a question that it answers, or what it is about.
        of: the collection, where a page has several.
        reading: sentences that say how to read the blocks.
        blocks: below them.
    """

    heading: str
    of: str = ""
    reading: Sequence[str] = ()
    blocks: Sequence[Block] = ()


def links(sections: Sequence[Section]) -> list[tuple[int, str]]:
    """(Number of a section from 1, what a list of contents calls it): of several collections the first of each."""
    found: list[tuple[int, str]] = []
    several = len({section.of for section in sections if section.of}) > 1
    seen: set[str] = set()
    for number, section in enumerate(sections, start=1):
        name = section.of if several and section.of else section.heading
        if name not in seen:
            found.append((number, name))
            seen.add(name)
    return found
