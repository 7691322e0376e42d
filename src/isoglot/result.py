"""What every result can do: become a dict, a file, a data frame, a line of text, a table in a notebook."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from isoglot.extras import need
from isoglot.files import given_path, without_nan, write_json

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = 1
"""Grows when a key of some result's dict goes or changes its meaning."""

ALL = "all"
"""The cell of a macro average, among those it is averaged over."""

_SHOWN = 10  # rows in a notebook


class Result(ABC):
    """What a verb found. A subclass says what it is in a line, in a dict and in rows; all else follows from these.

    Attributes:
        verb: that gives it.
    """

    verb: ClassVar[str]

    @abstractmethod
    def _headline(self) -> str:
        """What was found, in a line without a full stop."""

    @abstractmethod
    def _content(self) -> dict[str, Any]:
        """All of it in dicts, lists, texts and numbers."""

    @abstractmethod
    def _rows(self) -> Iterable[Mapping[str, object]]:
        """The rows of its one table, a value by the name of its column."""

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON holds it, with null for what is not a number.

        ``what`` is the verb (``"isoglot compare"``), and ``schema`` the version of the keys.
        """
        content: dict[str, Any] = without_nan(self._content())
        return {"what": f"isoglot {self.verb}", "schema": SCHEMA, **content}

    def save(self, path: str | Path) -> None:
        """Write :meth:`to_dict` to a JSON file, which appears whole or not at all.

        Raises:
            StorageError: the file cannot be written.
        """
        write_json(self.to_dict(), given_path(path))

    def to_frame(self) -> pd.DataFrame:
        """Its numbers as one tidy table.

        Raises:
            ConfigError: pandas is not installed.
        """
        return frame(self._rows())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._headline()}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the line, and the first rows."""
        rows = list(self._rows())
        more = f"<p>{len(rows) - _SHOWN:,} more rows: to_frame()</p>" if len(rows) > _SHOWN else ""
        return f"<p><b>{type(self).__name__}</b>: {escape(self._headline())}</p>{_table(rows[:_SHOWN])}{more}"


def frame(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Rows as a data frame.

    Raises:
        ConfigError: pandas is not installed.
    """
    return pandas().DataFrame(list(rows))


def pandas() -> Any:
    """The package.

    Raises:
        ConfigError: it is not installed.
    """
    return need("pandas", extra="frames", what="data frames need", instead="or use to_dict()")


def _table(rows: list[Mapping[str, object]]) -> str:
    if not rows:
        return ""
    names = dict.fromkeys(name for row in rows for name in row)
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{escape(_cell(row.get(name)))}</td>' for name in names)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
