"""What a measure of language bias is: how it is computed, called, written and read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from isoglot.arrays import Floats
from isoglot.data.collection import Collection
from isoglot.evaluation.ranks import Ranks

PerQuery = Callable[[Ranks, Collection], Floats]
"""-> (queries,) float64; NaN where a query has no value."""

Better = Literal["higher", "lower", "chance"]
"""What is better of two values; with ``chance`` the one nearer to what a ranking blind to language gives, which is not
what all users want: some prefer their own language."""

PAGE = 10
"""Hits on the first page that a user reads."""

PERCENT, RANK = "{:.1%}", "{:,.1f}"
FOUND = (20, 100)
"""Hits among which relevant passages are looked for: 20 as for TLR in its paper; at 10 the answers in eleven languages
have no room."""


@dataclass(frozen=True, kw_only=True)
class BiasMeasure:
    """A measure of the bias in the pool of all languages, averaged over query languages.

    Attributes:
        name: what results file it under.
        title: in words, at the head of a row.
        heading: in few words, above a column or before a row of a short table; empty where none has it.
        what: its definition, for a query with n relevant passages at ranks r₁ < … < rₙ of a pool of N; Markdown.
        source: of the definition; empty where it is ours.
        form: how a value is written: ``PERCENT``, ``RANK``, or plain with its decimals.
        better: see :data:`Better`.
        hits: how many of a query's first hits the ranks must keep.
        values: see :data:`PerQuery`. None for a median, and where values are not one a query
            (:mod:`isoglot.evaluation.bias.reach`).
        median_of: for a median over the queries of a language, the measure that it is of.
    """

    name: str
    title: str
    heading: str = ""
    what: str
    source: str = ""
    form: str
    better: Better
    hits: int = 0
    values: PerQuery | None = None
    median_of: str | None = None


def in_pool_of_several(values: PerQuery) -> PerQuery:
    """The same without a value where the pool has one language, which leaves nothing to prefer."""

    def found(ranks: Ranks, collection: Collection) -> Floats:
        if len(np.unique(collection.passage_language)) == 1:
            return np.full(len(collection.queries), np.nan)
        return values(ranks, collection)

    return found
