"""What a verb that makes training data returns: the data, and a report of how it was made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError
from isoglot.files import given_path
from isoglot.result import Result

Report = TypeVar("Report", bound=Result)


@dataclass(frozen=True, repr=False)
class MadeData(Result, Generic[Report]):
    """Attributes:
    data: what was made.
    report: how; the result's dict, table and line are its own.
    """

    data: ParallelDataset
    report: Report

    @property
    def verb(self) -> str:  # type: ignore[override]  # that of the report
        return self.report.verb

    def save(self, path: str | Path) -> None:
        """Write the data to a ``.parquet`` file that :func:`isoglot.load_parallel` reads, and the report beside it.

        Raises:
            ConfigError: the name does not end in ``.parquet``.
            StorageError: a file cannot be written.
        """
        path = given_path(path)
        if path.suffix != ".parquet":
            raise ConfigError(f"{path}: the name must end in .parquet, which training data is read from.")
        self.data.save(path)
        self.report.save(path.with_suffix(".json"))

    def _headline(self) -> str:
        return f"{len(self.data):,} items; {self.report._headline()}"

    def _content(self) -> dict[str, Any]:
        return self.report._content()

    def _rows(self) -> Iterable[Mapping[str, object]]:
        return self.report._rows()
