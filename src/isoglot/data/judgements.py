"""``Judgements``: which passages are relevant to which query, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints
from isoglot.data.tables import positions


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
    def located(cls, grades: Mapping[tuple[str, str], int], *, queries: pa.Table, passages: pa.Table) -> Judgements:
        """Judgements by id, in the order given, with -1 for a query or passage that is not there.

        Args:
            grades: (query id, passage id) -> grade.
            queries, passages: tables with a column ``id``; read through once.
        """
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

    @classmethod
    def none(cls) -> Judgements:
        """No judgement."""
        return cls(query=np.empty(0, np.int64), passage=np.empty(0, np.int64), grade=np.empty(0, np.int64))

    def shifted(self, queries: int, passages: int) -> Judgements:
        """With greater positions, behind so many other queries and passages; -1 stays."""
        return replace(
            self,
            query=np.where(self.query < 0, -1, self.query + queries),
            passage=np.where(self.passage < 0, -1, self.passage + passages),
        )

    def of_queries(self, number: Ints) -> Judgements:
        """The judgements of some queries: (queries,) int64 is their new number, or -1 for those left out."""
        kept = self.where(number[self.query] >= 0)
        return replace(kept, query=number[kept.query])

    def where(self, keep: np.ndarray) -> Judgements:
        """The judgements at which a (judgements,) bool mask is true."""
        return Judgements(query=self.query[keep], passage=self.passage[keep], grade=self.grade[keep])

    def sorted(self) -> Judgements:
        """Ordered by query, then by passage."""
        order = np.lexsort((self.passage, self.query))
        return Judgements(query=self.query[order], passage=self.passage[order], grade=self.grade[order])
