"""Scores of queries and passages with their languages, which is what a policy ranks by."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from isoglot.arrays import Bools, Ints, Similarities


@dataclass(frozen=True, kw_only=True, eq=False)
class Scored:
    """Some queries and some passages.

    Attributes:
        scores: (queries, passages), the encoder's; greater is nearer.
        query_language: (queries,) int64, index into the languages of the index; their number for any other.
        passage_language: (passages,) int64, the same.
        lexical: (queries, passages) int64, from 1, where each passage stands among those that share runs of characters
            with the query; 0 for one that does not stand there. None where nobody looked.
    """

    scores: Similarities
    query_language: Ints
    passage_language: Ints
    lexical: Ints | None = None

    @property
    def own(self) -> Bools:
        """(queries, passages), whether both are in one language."""
        same: Bools = self.query_language[:, None] == self.passage_language[None, :]
        return same


class Policy(Protocol):
    """How a pool of several languages is ranked.

    Within a language no policy but one that looks at words changes the order: the passages of one language that are
    best by a policy are those that are best by score.
    """

    def apply(self, scored: Scored) -> Similarities:
        """(queries, passages) what is ranked by; greater is better."""
        ...


def places(scores: Similarities) -> Ints:
    """(queries, passages) int64, from 1, where each passage stands in its row; the earlier one of equals is better."""
    order = np.argsort(-scores, axis=1, kind="stable")
    found = np.empty_like(order)
    np.put_along_axis(found, order, np.arange(1, scores.shape[1] + 1)[None, :], axis=1)
    return found


def places_within(scores: Similarities, language: Ints) -> Ints:
    """The same, among the passages of its language."""
    found = np.empty(scores.shape, dtype=np.int64)
    for number in np.unique(language):
        here = np.flatnonzero(language == number)
        found[:, here] = places(scores[:, here])
    return found


def reciprocal(place: Ints, *, at: int = 60) -> Similarities:
    """``1 / (at + place)``, and 0 where there is no place (Cormack, Clarke and Buettcher 2009, with their 60)."""
    found: Similarities = np.where(place > 0, 1 / (at + place), 0.0)
    return found
