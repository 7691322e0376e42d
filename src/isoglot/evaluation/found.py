"""What an evaluation in memory and a saved one have in common: values by name, tables, files."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from isoglot.errors import ConfigError
from isoglot.evaluation.measures import parse_measure
from isoglot.evaluation.scores import Topics
from isoglot.evaluation.settings import Setting
from isoglot.evaluation.topics import topics_table, write_topics
from isoglot.files import given_path
from isoglot.result import ALL, Result
from isoglot.wording import decimal, listed, shown

if TYPE_CHECKING:
    import pandas as pd

GROUPS = (*get_args(Setting), "bias")
"""The groups of averages that a collection's results may have."""

Averages = Mapping[str, Mapping[str, float | None]]
"""A setting or ``bias`` -> name -> macro average; None where there is none."""


class EvaluationResult(Result):
    """Results on some collections, by name.

    Attributes:
        encoder: what it is called.
    """

    verb: ClassVar[str] = "evaluate"

    @abstractmethod
    def _averages(self) -> Mapping[str, Averages]:
        """Collection -> its averages."""

    @abstractmethod
    def _topics(self) -> Mapping[str, Topics]:
        """Collection -> its per-query values."""

    def value(self, table: str, name: str, *, collection: str | None = None) -> float:
        """One macro average, such as ``value("multi", "nDCG@10")`` or ``value("bias", "lpr")``.

        Args:
            table: a setting, or ``bias``.
            name: of a measure, in any of its spellings, or of a bias.
            collection: on which; may be left out where there is one.

        Raises:
            ConfigError: there is no such value, or several collections have it; the message says what there is.
        """
        found = self._averages()
        if collection is None and len(found) > 1:
            raise ConfigError(
                f"these results are on {', '.join(found)}: say which, as in collection={next(iter(found))!r}."
            )
        name_of = next(iter(found)) if collection is None else collection
        if not isinstance(name_of, str) or name_of not in found:
            raise ConfigError(f"there are no results on {shown(name_of)}, only on {', '.join(found)}.")
        return named_value(found[name_of], table, name, of=name_of)

    def to_frame(self, *, per_query: bool = False) -> "pd.DataFrame":
        """One tidy table.

        Args:
            per_query: a row for every query and value, with ``collection, table, cell, query, cluster, name, value``;
                otherwise one for every average, with ``encoder, collection, table, cell, name, value, low, high``.
                The cell of a macro average is ``all``; ``low`` and ``high`` are its 95% interval.

        Raises:
            ConfigError: pandas is not installed.
        """
        frame = super().to_frame()  # first, as it says what to do where there is no pandas
        return topics_table(self._topics()).to_pandas() if per_query else frame

    def save(self, path: str | Path) -> None:
        """Write ``NAME.json``, and beside it the per-query values in ``NAME.topics.parquet``.

        Each is whole or not there; the JSON, which says that the results are there, comes last.
        """
        write_topics(self._topics(), given_path(path))
        super().save(path)

    def _headline(self) -> str:
        averages = self._averages()
        said = f"{self._content()['encoder']} on {listed(averages)}"
        first = next(iter(averages.values()), {})
        maps = ((setting, first[setting].get("map")) for setting in GROUPS if setting in first)
        shown = ", ".join(f"{setting} {decimal(value)}" for setting, value in maps if value is not None)
        return f"{said}, map {shown}" if shown and len(averages) == 1 else said

    def _rows(self) -> Iterator[dict[str, object]]:
        content = self._content()
        collections = content["collections"].items()
        for cells in (False, True):
            for name, found in collections:
                for row in _cells(found) if cells else _macros(found):
                    yield {"encoder": content["encoder"], "collection": name, **row}


def named_value(averages: Averages, table: str, name: str, *, of: str) -> float:
    """A value by the names of its table and its own.

    Raises:
        ConfigError: there is no such value.
    """
    for said in (table, name):
        if not isinstance(said, str):
            raise ConfigError(f"a table and a value have names, such as value('multi', 'map'), not {shown(said)}.")
    if table not in averages:
        raise ConfigError(f"{of}: there is no table {table!r}, only {', '.join(averages)}.")
    found = averages[table]
    value = found.get(name) if name in found or table == "bias" else found.get(parse_measure(name).mean)
    if value is None:
        raise ConfigError(f"{of}: there is no {name!r} in {table!r}, only {', '.join(found) or 'nothing'}.")
    return value


def _macros(found: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    for group in (group for group in GROUPS if group in found):
        intervals = found.get("intervals", {}).get(group, {})
        for name, value in found[group].items():
            low, high = intervals.get(name) or (None, None)
            yield {"table": group, "cell": ALL, "name": name, "value": value, "low": low, "high": high}


def _cells(found: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    for group, names in found.get("cells", {}).items():
        for name, cells in names.items():
            for cell, value in cells.items():
                yield {"table": group, "cell": cell, "name": name, "value": value, "low": None, "high": None}
