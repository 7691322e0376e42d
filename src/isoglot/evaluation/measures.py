"""Retrieval measures as values: computed per query from the ranks of relevant passages, equal to trec_eval's.

A ranking is a list of *topics* (a query in one setting). All measures see the ranks of every relevant
passage, so nothing is cut off before the measure's own cutoff.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from isoglot.errors import ConfigError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rankings:
    """Ranks of the relevant passages of many topics.

    Attributes:
        topic: (relevant,) int64, which topic, 0 to ``topics`` - 1; sorted, and by rank within a topic.
        rank: (relevant,) float64, from 1; infinite where a run does not have the passage.
        grade: (relevant,) int64, above 0.
        topics: how many topics there are; one without a relevant passage gets 0 in every measure, as in trec_eval.
    """

    topic: Ints
    rank: Floats
    grade: Ints
    topics: int

    @classmethod
    def build(cls, topic: Ints, rank: Floats, grade: Ints, *, topics: int) -> Rankings:
        """Sort entries given in any order."""
        order = np.lexsort((rank, topic))
        return cls(topic[order], rank[order], grade[order], topics)

    def relevant(self) -> Floats:
        """(topics,) the number of relevant passages."""
        return np.bincount(self.topic, minlength=self.topics).astype(np.float64)

    def sum(self, values: npt.NDArray[np.bool | np.float64]) -> Floats:
        """(relevant,) values summed by topic -> (topics,)."""
        sums = np.bincount(self.topic, weights=values, minlength=self.topics)
        return sums.astype(np.float64, copy=False)  # numpy's annotations have whole numbers here

    def place(self, topic: Ints) -> Ints:
        """1, 2, ... within each run of equal topics."""
        starts = np.searchsorted(topic, topic)
        places: Ints = np.arange(1, len(topic) + 1) - starts
        return places


@dataclass(frozen=True)
class Measure:
    """A measure: its name (``map``, ``ndcg@10``) and what computes it, (topics,) values in [0, 1]."""

    name: str
    compute: Callable[[Rankings], Floats]

    def __call__(self, rankings: Rankings) -> Floats:
        return self.compute(rankings)


def average_precision(rankings: Rankings) -> Floats:
    """AP = 1/R * sum over relevant of (relevant up to its rank / its rank); trec_eval ``map``."""
    precision = rankings.place(rankings.topic) / rankings.rank
    return rankings.sum(precision) / rankings.relevant()


def reciprocal_rank(rankings: Rankings) -> Floats:
    """1 / rank of the first relevant passage; trec_eval ``recip_rank``."""
    first = rankings.place(rankings.topic) == 1
    values: Floats = 1.0 / rankings.rank[first]
    return values


def ndcg(cutoff: int) -> Callable[[Rankings], Floats]:
    """Sum of grade / log2(rank + 1) up to the cutoff, over the ideal order's; trec_eval ``ndcg_cut``.

    Järvelin and Kekäläinen 2002 (doi 10.1145/582415.582418) with linear gain and Burges' discount.
    """

    def compute(rankings: Rankings) -> Floats:
        inside = rankings.rank <= cutoff
        found = rankings.sum(np.where(inside, rankings.grade / np.log2(rankings.rank + 1), 0.0))
        best = np.lexsort((-rankings.grade, rankings.topic))
        place = rankings.place(rankings.topic)
        ideal = rankings.sum(np.where(place <= cutoff, rankings.grade[best] / np.log2(place + 1), 0.0))
        return found / ideal

    return compute


def recall(cutoff: int) -> Callable[[Rankings], Floats]:
    """Share of the relevant passages at ranks up to the cutoff; trec_eval ``recall``."""

    def compute(rankings: Rankings) -> Floats:
        return rankings.sum(rankings.rank <= cutoff) / rankings.relevant()

    return compute


_PLAIN = {"map": average_precision, "mrr": reciprocal_rank}
_AT_CUTOFF = {"ndcg": ndcg, "r": recall}


def parse_measure(name: str) -> Measure:
    """A measure by name: ``map``, ``mrr``, ``ndcg@10``, ``r@100``.

    Raises:
        ConfigError: there is no such measure.
    """
    base, at, cutoff = name.lower().partition("@")
    if base in _PLAIN and not at:
        return Measure(base, _PLAIN[base])
    if base in _AT_CUTOFF and cutoff.isdecimal() and int(cutoff) > 0:
        return Measure(f"{base}@{int(cutoff)}", _AT_CUTOFF[base](int(cutoff)))
    raise ConfigError(f"{name!r} is not a measure: use map, mrr, ndcg@k or r@k with a whole number k of at least 1.")


MEASURES = tuple(parse_measure(name) for name in ("map", "ndcg@10", "mrr", "r@1", "r@10", "r@100"))
