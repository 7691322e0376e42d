"""Retrieval measures as values: computed per query from the ranks of relevant passages, equal to trec_eval's.

A ranking is a list of *topics* (a query in one setting). All measures see the ranks of every relevant
passage, so nothing is cut off before the measure's own cutoff. Names are those of ir_measures (MacAvaney,
Macdonald and Ounis 2022, arXiv 2111.13466).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np
import numpy.typing as npt

from isoglot.arguments import Several, accepted_by
from isoglot.arrays import Floats, Ints
from isoglot.errors import ConfigError


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

    def first(self) -> Floats:
        """(topics,) the rank of the first relevant passage; infinite without one."""
        ranks = np.full(self.topics, math.inf)
        starts = self.place() == 1
        ranks[self.topic[starts]] = self.rank[starts]
        return ranks

    def sum(self, values: npt.NDArray[np.bool | np.float64]) -> Floats:
        """(relevant,) values summed by topic -> (topics,)."""
        sums = np.bincount(self.topic, weights=values, minlength=self.topics)
        return sums.astype(np.float64, copy=False)  # numpy's annotations have whole numbers here

    def place(self) -> Ints:
        """(relevant,) 1, 2, ... within each topic."""
        starts = np.searchsorted(self.topic, self.topic)
        places: Ints = np.arange(1, len(self.topic) + 1) - starts
        return places


# Each takes the cutoff, infinite for none, and returns (topics,) values.


def average_precision(rankings: Rankings, cutoff: float) -> Floats:
    """1/R * sum over relevant up to the cutoff of (relevant up to its rank / its rank); trec_eval ``map``, ``map_cut``.

    R counts all relevant passages, beyond the cutoff too.
    """
    precision = np.where(rankings.rank <= cutoff, rankings.place() / rankings.rank, 0.0)
    return _ratio(rankings.sum(precision), rankings.relevant())


def reciprocal_rank(rankings: Rankings, cutoff: float) -> Floats:
    """1 / rank of the first relevant passage, 0 beyond the cutoff; trec_eval ``recip_rank``, which has none."""
    first = rankings.first()
    return np.where(first <= cutoff, 1.0 / first, 0.0)


def ndcg(rankings: Rankings, cutoff: float) -> Floats:
    """Sum of grade / log2(rank + 1) up to the cutoff, over the ideal order's; trec_eval ``ndcg_cut``, ``ndcg``.

    Järvelin and Kekäläinen 2002 (doi 10.1145/582415.582418) with linear gain and Burges' discount.
    """
    found = np.where(rankings.rank <= cutoff, rankings.grade / np.log2(rankings.rank + 1), 0.0)
    best = rankings.grade[np.lexsort((-rankings.grade, rankings.topic))]
    place = rankings.place()
    ideal = np.where(place <= cutoff, best / np.log2(place + 1), 0.0)
    return _ratio(rankings.sum(found), rankings.sum(ideal))


def recall(rankings: Rankings, cutoff: float) -> Floats:
    """Share of the relevant passages that are at ranks up to the cutoff; trec_eval ``recall``."""
    return _ratio(rankings.sum(rankings.rank <= cutoff), rankings.relevant())


def precision(rankings: Rankings, cutoff: float) -> Floats:
    """Relevant passages up to the cutoff / cutoff, however short the run is; trec_eval ``P``."""
    return rankings.sum(rankings.rank <= cutoff) / cutoff


def success(rankings: Rankings, cutoff: float) -> Floats:
    """1 where a relevant passage is at a rank up to the cutoff, else 0; trec_eval ``success``."""
    return (rankings.first() <= cutoff).astype(np.float64)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)


class _Kind(NamedTuple):
    """Attributes:
    mean: what macro averages are filed under.
    title: what they are called in tables and sentences.
    spellings: lower case, besides the name and ``mean``.
    """

    mean: str
    title: str
    spellings: tuple[str, ...]
    compute: Callable[[Rankings, float], Floats]
    needs_cutoff: bool


_KINDS = {
    "AP": _Kind("map", "mAP", ("map_cut",), average_precision, needs_cutoff=False),
    "RR": _Kind("mrr", "MRR", ("recip_rank",), reciprocal_rank, needs_cutoff=False),
    "nDCG": _Kind("ndcg", "nDCG", ("ndcg_cut",), ndcg, needs_cutoff=False),
    "R": _Kind("r", "recall", ("recall",), recall, needs_cutoff=True),
    "P": _Kind("p", "precision", (), precision, needs_cutoff=True),
    "Success": _Kind("success", "success", (), success, needs_cutoff=True),
}
_NAMES = {spelling: name for name, kind in _KINDS.items() for spelling in (name.lower(), kind.mean, *kind.spellings)}
_FORM = re.compile(r"([a-z_]+?)(?:[@_.]([0-9]+))?", re.ASCII)


@dataclass(frozen=True)
class Measure:
    """A measure, such as ``nDCG@10``; :func:`parse_measure` makes it.

    Attributes:
        kind: ``AP``, ``RR``, ``nDCG``, ``R``, ``P`` or ``Success``.
        cutoff: how many hits count; None is all.
    """

    kind: str
    cutoff: int | None = None

    @property
    def name(self) -> str:
        """Of one topic's value: ``AP``, ``nDCG@10``."""
        return self._at(self.kind)

    @property
    def mean(self) -> str:
        """Of averages, what results file them under: ``map``, ``ndcg@10``."""
        return self._at(_KINDS[self.kind].mean)

    @property
    def title(self) -> str:
        """Of averages, in tables and sentences: ``mAP``, ``nDCG@10``, ``recall@10``."""
        return self._at(_KINDS[self.kind].title)

    def __call__(self, rankings: Rankings) -> Floats:
        """(topics,) values in [0, 1]."""
        return _KINDS[self.kind].compute(rankings, math.inf if self.cutoff is None else self.cutoff)

    def __str__(self) -> str:
        return self.name

    def _at(self, name: str) -> str:
        return name if self.cutoff is None else f"{name}@{self.cutoff}"


def parse_measure(text: str) -> Measure:
    """A measure by its name, by what its mean is called, or as trec_eval writes it, in any case of letters.

    ``AP``, ``RR@10``, ``nDCG@10``, ``R@100``, ``P@5`` and ``Success@1`` are also ``map``, ``mrr@10``,
    ``ndcg_cut_10``, ``recall_100``, ``P_5`` and ``success_1``. AP, RR and nDCG may be without a cutoff.

    Raises:
        ConfigError: there is no such measure.
    """
    match = _FORM.fullmatch(text.lower())
    name = _NAMES.get(match[1]) if match else None
    if match and name:
        cutoff = int(match[2]) if match[2] else None
        if (cutoff is None and not _KINDS[name].needs_cutoff) or (cutoff is not None and cutoff > 0):
            return Measure(name, cutoff)
    raise ConfigError(
        f"{text!r} is not a measure: use AP, RR, nDCG, AP@k, RR@k, nDCG@k, R@k, P@k or Success@k "
        "with a whole number k of at least 1."
    )


def given_measures(measures: Sequence[Measure | str] | Measure | str) -> tuple[Measure, ...]:
    """Measures by object or by name, one or several, each once.

    Raises:
        ConfigError: there is none, or no such measure.
    """
    given = [measures] if isinstance(measures, Measure | str) else measures
    found = tuple(dict.fromkeys(parse_measure(one) if isinstance(one, str) else one for one in given))
    if not found:
        raise ConfigError("name at least one measure, such as nDCG@10.")
    return found


Measures = Annotated[Several[Measure | str], accepted_by(given_measures)]
"""The same in an option record."""

AP = Measure("AP")
MEASURES = (AP, *map(parse_measure, ("nDCG@10", "RR", "R@1", "R@10", "R@100")))
