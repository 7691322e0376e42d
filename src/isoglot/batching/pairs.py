"""``PairDataset``: a parallel data set seen as every (item, query language, passage language)."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol
from weakref import WeakSet

import numpy as np
from datasets import Dataset, Features, List, Value

from isoglot.arguments import Number, checked
from isoglot.arrays import Ints
from isoglot.batching.collisions import collision_keys
from isoglot.data.given import AnyParallel, given_parallel
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

LABEL = "label"
"""The column that tells a loss what a pair is."""

_ITEMS_AT_ONCE = 1_000


class DrawsByEpoch(Protocol):
    """A sampler that draws other batches in another epoch."""

    def set_epoch(self, epoch: int) -> None: ...


class Samplers(WeakSet[DrawsByEpoch]):
    """Those that draw from a data set. A pickle of it, which a loader's worker gets, has none."""

    def __reduce__(self) -> tuple[type[Samplers], tuple[()]]:
        return Samplers, ()


class PairDataset(Dataset):  # type: ignore[misc]
    """Query-passage pairs of a :class:`ParallelDataset`, addressed by item and languages, read on demand.

    Example::

        >>> pairs = isoglot.PairDataset(isoglot.load_parallel("sample/train"))
        >>> len(pairs)
        64

    sentence-transformers' trainer asks for a ``datasets.Dataset`` and hands a batch sampler's integers to it.
    Here the integer names an item and two languages, ``(item * L + query language) * L + passage language``,
    so that no pair is ever written out.

    Read in any other way (a column, a slice, a loop, ``select``: what model cards do) it is a data set of one
    pair an item, in its first language. The length is the number of items, not of pairs, so it cannot be
    part of a ``DatasetDict`` or ``ConcatDataset``: join the data by :meth:`ParallelDataset.concatenate`.

    Args:
        data: the items, by object or by name (:func:`isoglot.load_parallel`).
        negatives: explicit negatives a pair, in the passage's language, as columns ``negative_1`` and on.
        labels: add a column ``label``: item, query language and passage language, as numbers.

    Attributes:
        parallel: the items.
        collisions: (items, 2) int64; items that agree in a column are each other's false negatives.
        samplers: that draw from it, and are told of an epoch by :meth:`set_epoch`.

    Raises:
        DataError: an item has fewer negatives than asked for in a language of its passages.
    """

    @checked
    def __init__(self, data: AnyParallel, *, negatives: Number = 0, labels: bool = False) -> None:
        data = given_parallel(data, to_train=True)
        super().__init__(data.rows.data, indices_table=data.rows._indices, fingerprint=data.fingerprint)
        self.parallel = data
        self.negatives = negatives
        self.collisions: Ints = collision_keys(data)
        self.samplers = Samplers()
        if negatives:
            _check_negatives(data, negatives)
        self._columns = ["query", "passage", *(f"negative_{number + 1}" for number in range(negatives))]
        if labels:
            self._columns.append(LABEL)

    @property
    def column_names(self) -> list[str]:
        return list(self._columns)

    @property
    def features(self) -> Features:
        return Features({name: List(Value("int64")) if name == LABEL else Value("string") for name in self._columns})

    def set_epoch(self, epoch: int) -> None:
        """Let the samplers draw other batches in another epoch.

        accelerate's loaders tell the epoch to a batch sampler that lies under one wrapper, and else to the data set. Of
        a run that several processes resume the sampler lies under two: its shard, and what skips the batches done.
        """
        for sampler in self.samplers:
            sampler.set_epoch(epoch)

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

    def __getitems__(self, keys: list[int]) -> list[dict[str, Any]]:
        items, query_language, passage_language = self.decode(np.asarray(keys))
        rows = self.parallel.rows[items.tolist()]
        names = self.parallel.languages
        pairs = [
            self._pair(rows, place, names[query], names[passage])
            for place, (query, passage) in enumerate(zip(query_language, passage_language, strict=True))
        ]
        if LABEL in self._columns:
            labels = np.stack([items, query_language, passage_language], axis=1).tolist()
            pairs = [{**pair, LABEL: label} for pair, label in zip(pairs, labels, strict=True)]
        return pairs

    def __getitem__(self, key: int | np.integer[Any] | slice | Sequence[int] | Ints | str) -> Any:
        """A pair by its index (the item's first where that does not exist), or columns of several items."""
        if isinstance(key, str):
            return self[:][key]
        if isinstance(key, int | np.integer):
            items, query, passage = self.decode(np.array([key]))
            exists = self.parallel.has_query[items, query] & self.parallel.has_passage[items, passage]
            return self.__getitems__([int(key)] if exists.all() else self._first_pairs(items))[0]
        pairs = self.__getitems__(self._first_pairs(np.arange(len(self))[key]))
        return {name: [pair[name] for pair in pairs] for name in self._columns}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for start in range(0, len(self), _ITEMS_AT_ONCE):
            items = np.arange(start, min(start + _ITEMS_AT_ONCE, len(self)))
            yield from self.__getitems__(self._first_pairs(items))

    def select(self, indices: Iterable[int], *_: Any, **__: Any) -> Dataset:
        """A plain data set of these items' first pairs; to train on some items, select from the data."""
        return Dataset.from_dict(self[np.fromiter(indices, dtype=np.int64)], features=self.features)

    def select_columns(self, column_names: str | Sequence[str], *_: Any, **__: Any) -> PairDataset:
        """The same pairs with these columns only."""
        wanted = [column_names] if isinstance(column_names, str) else list(column_names)
        if missing := sorted(set(wanted) - set(self._columns)):
            raise ValueError(f"columns {missing} are not among {self._columns}.")
        narrow = copy.copy(self)
        narrow._columns = wanted
        return narrow

    def _first_pairs(self, items: Ints) -> list[int]:
        """Each item's pair in the first language that has both texts, else of the first query and passage."""
        query, passage = self.parallel.has_query[items], self.parallel.has_passage[items]
        both = query & passage
        apart = ~both.any(axis=1, keepdims=True)
        first = (both | apart & query).argmax(axis=1), (both | apart & passage).argmax(axis=1)
        pairs: list[int] = self.encode(items, *first).tolist()
        return pairs

    def _pair(self, rows: dict[str, list[Any]], place: int, query: str, passage: str) -> dict[str, str]:
        pair = {"query": rows["query"][place][query], "passage": rows["passage"][place][passage]}
        for number in range(self.negatives):
            pair[f"negative_{number + 1}"] = rows["negatives"][place][passage][number]
        return {name: pair[name] for name in self._columns if name != LABEL}


def _check_negatives(data: ParallelDataset, wanted: int) -> None:
    for block in data.blocks():
        for column, language in enumerate(data.languages):
            short = data.has_passage[block.span, column] & (block.negative_counts(language) < wanted)
            if short.any():
                item = block.span.start + int(short.argmax())
                raise DataError(
                    f"item {data.rows[item]['id']!r}: negatives.{language} has fewer than "
                    f"the {wanted} that were asked for: add negatives or set negatives = 0."
                )
