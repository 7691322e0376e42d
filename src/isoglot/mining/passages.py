"""The passages that negatives are taken from, and which of them an item must not have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csc_array, csr_array  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Ints, distinct
from isoglot.batching.collisions import collision_keys
from isoglot.data.parallel import ParallelDataset


@dataclass(frozen=True, kw_only=True)
class Passages:
    """The different passage texts of one language, numbered as columns in order of first appearance.

    Attributes:
        language: of the texts.
        first: (columns,) int64, the item where each text first stands.
        column: (items,) int64, the column of an item's own passage; -1 where it has none in the language.
        keys: (keys, columns) bool, sparse; the keys (see :class:`Families`) of the items that have the text.
    """

    language: str
    first: Ints
    column: Ints
    keys: csc_array

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def by_key(self) -> csr_array:
        """The same as ``keys``, to look a key's columns up."""
        return csr_array(self.keys)


class Families:
    """Which texts cannot be an item's negatives: its own, their translations, and those of its siblings.

    An item has two keys: its group, and its class of items that share a passage text in some language
    (:func:`isoglot.batching.collisions.collision_keys`). A text has the keys of all items that have it, in whatever
    language. What shares a key with an item is of its family. So the items that must not meet in a batch, as
    each other's false negatives, are not mined for each other either; and an untranslated copy in another language
    is still the item's own text.

    Attributes:
        items: (items, keys) bool, sparse.
    """

    def __init__(self, data: ParallelDataset) -> None:
        self._text = _text_numbers(data)
        self._languages = data.languages
        keys = collision_keys(data)
        keys[:, 1] += int(keys[:, 0].max(initial=-1)) + 1
        count, size = int(keys.max(initial=-1)) + 1, len(data)
        ones = np.ones(2 * size, dtype=bool)
        self.items = csr_array((ones, keys.ravel(), np.arange(0, 2 * size + 1, 2)), shape=(size, count))
        item, language = np.nonzero(self._text >= 0)
        text = self._text[item, language]
        has = csr_array(
            (np.ones(len(item), dtype=bool), (item, text)), shape=(size, int(self._text.max(initial=-1)) + 1)
        )
        self._texts = csc_array(self.items.T @ has)

    def passages(self, language: str) -> Passages:
        """The texts of one language."""
        text = self._text[:, self._languages.index(language)]
        items = np.flatnonzero(text >= 0)
        places, number = distinct(text[items])
        first = items[places]
        column = np.full(len(text), -1, dtype=np.int64)
        column[items] = number
        return Passages(language=language, first=first, column=column, keys=self._texts[:, text[first]])

    def columns(self, passages: Passages, item: int) -> Ints:
        """(n,) int64, the passages that are of the item's family, ascending."""
        keys = self.items.indices[self.items.indptr[item] : self.items.indptr[item + 1]]
        bounds = passages.by_key.indptr
        parts = [passages.by_key.indices[bounds[key] : bounds[key + 1]] for key in keys.tolist()]
        return np.unique(np.concatenate(parts)).astype(np.int64)


def _text_numbers(data: ParallelDataset) -> Ints:
    """(items, languages) int64: equal passage texts have one number, in whatever language they stand; -1 for none."""
    digests = data.digests("passage")
    numbers = np.full(digests.shape, -1, dtype=np.int64)
    numbers[data.has_passage] = np.unique(digests[data.has_passage], return_inverse=True)[1]
    return numbers
