"""``Judgements``: which passages are relevant to which query, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints
from isoglot.data.tables import positions
from isoglot.errors import DataError


@dataclass(frozen=True, kw_only=True)
class Judgements:
    """Relevance as parallel arrays, one entry a judged (query, passage); a collection has them sorted by query.

    Attributes:
        query, passage: (judgements,) int64, positions in the collection's queries and passages.
        grade: (judgements,) int64; above 0 is relevant.
    """

    query: Ints
    passage: Ints
    grade: Ints

    @classmethod
    def from_ids(
        cls, name: str, grades: Mapping[tuple[str, str], int], *, queries: pa.Table, passages: pa.Table
    ) -> Judgements:
        """Judgements by id: (query id, passage id) -> grade.

        Args:
            name: the collection's, for errors.
            grades: the judgements.
            queries, passages: tables with a column ``id``; read through once.

        Raises:
            DataError: a judgement of an unknown query or passage.
        """
        found = cls.located(grades, queries=queries, passages=passages)
        for (query, passage), row, place in zip(grades, found.query.tolist(), found.passage.tolist(), strict=True):
            if row < 0:
                raise DataError(f"{name}: the qrels judge query {query!r}, which is not among the queries.")
            if place < 0:
                raise DataError(
                    f"{name}: the qrels name passage {passage!r} for query {query!r}, "
                    "which is not in the corpus: add the passage or remove the line."
                )
        return found

    @classmethod
    def located(cls, grades: Mapping[tuple[str, str], int], *, queries: pa.Table, passages: pa.Table) -> Judgements:
        """As :meth:`from_ids`, in the order given, with -1 for a query or passage that is not there."""
        return cls(
            query=positions(queries["id"], [query for query, _ in grades]),
            passage=positions(passages["id"], [passage for _, passage in grades]),
            grade=np.fromiter(grades.values(), dtype=np.int64, count=len(grades)),
        )

    @classmethod
    def by_key(cls, queries: Ints, passages: Ints) -> Judgements:
        """Every passage is relevant, with grade 1, to every query that has its key.

        Args:
            queries: (queries,) keys, at least 0.
            passages: (passages,) keys; a passage with a key below 0 answers no query.
        """
        order = np.argsort(passages, kind="stable")
        ordered = passages[order]
        first = np.searchsorted(ordered, queries, side="left")
        count = np.searchsorted(ordered, queries, side="right") - first
        query = np.repeat(np.arange(len(queries)), count)
        # Within a query the answers are consecutive in `order`, from its `first` on.
        step = np.arange(len(query)) - np.repeat(np.cumsum(count) - count, count)
        passage = order[np.repeat(first, count) + step]
        return cls(query=query, passage=passage, grade=np.ones(len(query), dtype=np.int64))

    @classmethod
    def concatenate(cls, parts: Sequence[Judgements]) -> Judgements:
        """The judgements of all parts, one after the other."""
        return cls(
            query=np.concatenate([part.query for part in parts]),
            passage=np.concatenate([part.passage for part in parts]),
            grade=np.concatenate([part.grade for part in parts]),
        )

    def where(self, keep: np.ndarray) -> Judgements:
        """The judgements at which a (judgements,) bool mask is true."""
        return Judgements(query=self.query[keep], passage=self.passage[keep], grade=self.grade[keep])

    def sorted(self) -> Judgements:
        """Ordered by query, then by passage."""
        order = np.lexsort((self.passage, self.query))
        return Judgements(query=self.query[order], passage=self.passage[order], grade=self.grade[order])
