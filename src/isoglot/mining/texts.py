"""Texts of some items, gathered from the memory-mapped data when they are wanted."""

from typing import Literal

import pyarrow as pa
from datasets import Dataset

from isoglot.arrays import Ints
from isoglot.data.parallel import ParallelDataset

Side = Literal["query", "passage"]


class Texts:
    """The queries and passages of a data set, by language and item."""

    def __init__(self, data: ParallelDataset) -> None:
        self._flat: Dataset = data.rows.flatten().with_format("arrow")  # a column "passage.en", and so on
        self._columns: dict[str, Dataset] = {}

    def at(self, side: Side, language: str, items: Ints) -> pa.ChunkedArray:
        """(n,) strings, a copy; null where an item has none."""
        name = f"{side}.{language}"
        if name not in self._columns:
            self._columns[name] = self._flat.select_columns([name])
        column: pa.ChunkedArray = self._columns[name][items.tolist()][name]
        return column
