"""The best passages of each language for a query, which every policy's best are among."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints, Similarities, Vectors

DEPTH = 100
"""Candidates of each language that a page is made of, at least."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidates:
    """Passages that may be hits.

    Attributes:
        rows: (n) a table as :data:`isoglot.search.store.ROW`.
        language: (n,) int64, index into the languages of the index.
        scores: (n,) of the query and each.
    """

    rows: pa.Table
    language: Ints
    scores: Similarities


class Source(Protocol):
    """Where candidates come from."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Of all passages, sorted."""
        ...

    @property
    def counts(self) -> dict[str, int]:
        """Language -> passages."""
        ...

    def candidates(self, query: Vectors, *, languages: Sequence[int], depth: int) -> Candidates:
        """The ``depth`` best passages of each of these languages.

        Args:
            query: (width,) float32, as the index compares it: repaired where the index is.
            languages: places in :attr:`languages`.
            depth: how many of each.
        """
        ...

    def translations(self, groups: Sequence[str]) -> pa.Table:
        """All passages of these groups, as :data:`isoglot.search.store.ROW`."""
        ...


def best(scores: Similarities, depth: int) -> Ints:
    """The places of the ``depth`` greatest scores, in no order."""
    if depth >= len(scores):
        return np.arange(len(scores))
    return np.argpartition(-scores, depth)[:depth]
