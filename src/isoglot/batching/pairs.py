"""``PairDataset``: a parallel data set seen as every (item, query language, passage language)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from datasets import Dataset, Features, Value

from isoglot.batching.collisions import collision_keys
from isoglot.batching.policies import Ints
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError


class PairDataset(Dataset):  # type: ignore[misc]
    """Query-passage pairs of a :class:`ParallelDataset`, addressed by item and languages, texts read on demand.

    sentence-transformers' trainer asks for a ``datasets.Dataset`` and hands a batch sampler's integers to it. Here
    the integer names an item and two languages, ``(item * L + query language) * L + passage language``, so
    that no pair is ever written out. The length is the number of items.

    Args:
        data: the items.
        negatives: explicit negatives a pair, in the passage's language, as columns ``negative_1`` and on.

    Attributes:
        parallel: the items.
        collisions: (items, 2) int64; items that agree in a column are each other's false negatives.

    Raises:
        DataError: an item has fewer negatives than asked for in a language of its passages.
    """

    def __init__(self, data: ParallelDataset, *, negatives: int = 0) -> None:
        super().__init__(data.rows.data, indices_table=data.rows._indices)
        self.parallel = data
        self.negatives = negatives
        self.collisions: npt.NDArray[np.int64] = collision_keys(data)
        if negatives:
            _check_negatives(data, negatives)

    @property
    def column_names(self) -> list[str]:
        return ["query", "passage", *(f"negative_{number + 1}" for number in range(self.negatives))]

    @property
    def features(self) -> Features:
        return Features({name: Value("string") for name in self.column_names})

    def encode(self, items: Ints, query_language: Ints, passage_language: Ints) -> Ints:
        """(batch,) int64 arrays -> (batch,) int64 pair indices."""
        size = len(self.parallel.languages)
        indices: Ints = (items * size + query_language) * size + passage_language
        return indices

    def decode(self, indices: Ints) -> tuple[Ints, Ints, Ints]:
        """(batch,) int64 pair indices -> items, query languages, passage languages."""
        size = len(self.parallel.languages)
        rest, passage_language = np.divmod(indices, size)
        items, query_language = np.divmod(rest, size)
        return items, query_language, passage_language

    def __getitems__(self, keys: list[int]) -> list[dict[str, str]]:
        items, query_language, passage_language = self.decode(np.asarray(keys))
        rows = self.parallel.rows[items.tolist()]
        names = self.parallel.languages
        return [
            self._pair(rows, place, names[query], names[passage])
            for place, (query, passage) in enumerate(zip(query_language, passage_language, strict=True))
        ]

    def __getitem__(self, key: int | slice | Sequence[int] | str) -> Any:
        """One pair by its index, or columns of several items in their first language (for model cards)."""
        if isinstance(key, int | np.integer):
            return self.__getitems__([int(key)])[0]
        if isinstance(key, str):
            return self[:][key]
        items = np.arange(len(self))[key]
        first = (self.parallel.has_query & self.parallel.has_passage)[items].argmax(axis=1)
        rows = self.__getitems__(self.encode(items, first, first).tolist())
        return {name: [row[name] for row in rows] for name in self.column_names}

    def _pair(self, rows: dict[str, list[Any]], place: int, query: str, passage: str) -> dict[str, str]:
        pair = {"query": rows["query"][place][query], "passage": rows["passage"][place][passage]}
        for number in range(self.negatives):
            pair[f"negative_{number + 1}"] = rows["negatives"][place][passage][number]
        return pair


def _check_negatives(data: ParallelDataset, wanted: int) -> None:
    for row in data:
        for language in row["passage"]:
            if len(row["negatives"].get(language) or ()) < wanted:
                raise DataError(
                    f"item {row['id']!r}: negatives.{language} has fewer than the {wanted} that were asked for: "
                    "add negatives or set negatives = 0."
                )
