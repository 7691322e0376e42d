"""Parallel data some items at a time: what a pass over all of its texts reads, in bounded memory."""

import hashlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.arrays import Bools, Ints
from isoglot.data.parallelrows import language_field
from isoglot.roles import Role


class ItemBlock:
    """Consecutive items; their texts become Python strings when they are asked for.

    Attributes:
        span: the items' numbers.
        languages: of the data set.
    """

    def __init__(
        self, span: slice, table: pa.Table, languages: tuple[str, ...], *, where: Mapping[Role, Bools] | None
    ) -> None:
        """
        Args:
            where: for each role (items of the block, languages) bool, the texts to hand out; all if None.
        """
        self.span, self.languages = span, languages
        self._table, self._where = table, where
        self._columns: dict[str, pa.ChunkedArray] = {}

    def __len__(self) -> int:
        return len(self._table)

    def texts(self, role: Role, language: str) -> list[str | None]:
        """A text for each item; None where there is none."""
        if self._where is None:
            return self._texts(role, language)
        wanted = self._where[role][:, self.languages.index(language)]
        if not wanted.any():
            return [None] * len(self)
        texts = zip(self._texts(role, language), wanted.tolist(), strict=True)
        return [text if there else None for text, there in texts]

    def negatives(self, language: str) -> list[list[str]]:
        """The explicit negatives of each item."""
        return [texts or [] for texts in self._column("negatives", language).to_pylist()]

    def negative_counts(self, language: str) -> Ints:
        """(items,) int64: how many explicit negatives each item has."""
        counts = pc.list_value_length(self._column("negatives", language))
        filled: Ints = pc.fill_null(counts, 0).to_numpy().astype(np.int64)
        return filled

    def digests(self, role: Role, *, form: Callable[[str], str] = str, languages: Sequence[str] | None = None) -> Ints:
        """(items, languages) int64, see :meth:`isoglot.data.parallel.ParallelDataset.digests`."""
        columns = self.languages if languages is None else languages
        digests = np.zeros((len(self), len(columns)), dtype=np.int64)
        for number, language in enumerate(columns):
            digests[:, number] = [_digest(form(text)) if text else 0 for text in self.texts(role, language)]
        return digests

    def _texts(self, role: Role, language: str) -> list[str | None]:
        texts: list[str | None] = self._column(role, language).to_pylist()
        return texts

    def _column(self, name: str, language: str) -> pa.ChunkedArray:
        if name not in self._columns:
            self._columns[name] = self._table.select([name]).combine_chunks()[name]  # selected rows are a chunk each
        return language_field(self._columns[name], language)


def _digest(text: str) -> int:
    """64 bits of the text's hash; 0 if it is empty."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True) if text else 0
