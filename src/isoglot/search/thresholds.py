"""Score thresholds: above which score a hit is hardly one that a text without an answer would have got.

A score of .85 may be a sure find for German questions and English passages and chance for Hindi and Arabic, so there
is one threshold for each pair of languages. It comes of texts that the index does not answer: of each the best score
among the passages of a language, of which no more than a stated rate may pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Floats, Similarities
from isoglot.errors import ConfigError, DataError
from isoglot.result import Result
from isoglot.wording import enumerated

LEAST = 200
"""Texts of a language: with fewer the interval of a threshold says next to nothing."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Thresholds(Result):
    """A threshold for each pair of query and passage language.

    Attributes:
        rate: of false alarms: of new texts without an answer, the share of those whose best hit among the passages of
            a language passes, at most.
        queries, passages: languages, sorted.
        counts: (queries,) texts of each language.
        values: (queries, passages); a score passes that is greater.
        low, high: (queries, passages) the 95% interval of the score that the rate passes; ``high`` is infinite where
            the texts are too few to bound it.
    """

    verb: ClassVar[str] = "calibrate"

    rate: float
    queries: tuple[str, ...]
    passages: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    values: Floats
    low: Floats
    high: Floats

    def passes(self, scores: Similarities, query: str | None, passages: Sequence[str]) -> list[bool | None]:
        """Whether each hit passes; None where its pair of languages has no threshold.

        Args:
            scores: (hits,) the encoder's.
            query: the language of the query.
            passages: the languages of the hits.
        """
        if query not in self.queries:
            return [None] * len(passages)
        row = dict(zip(self.passages, self.values[self.queries.index(query)].tolist(), strict=True))
        return [score > row[tag] if tag in row else None for score, tag in zip(scores.tolist(), passages, strict=True)]

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All of it, as it is noted."""
        return {
            "rate": np.array(self.rate),
            "queries": np.array(self.queries, dtype=str),
            "passages": np.array(self.passages, dtype=str),
            "counts": self.counts,
            "values": self.values,
            "low": self.low,
            "high": self.high,
        }

    @classmethod
    def from_arrays(cls, found: Mapping[str, npt.NDArray[Any]]) -> Thresholds:
        """What :meth:`arrays` gave."""
        return cls(
            rate=float(found["rate"]),
            queries=tuple(found["queries"].tolist()),
            passages=tuple(found["passages"].tolist()),
            **{name: found[name] for name in ("counts", "values", "low", "high")},
        )

    def _headline(self) -> str:
        pairs = len(self.queries) * len(self.passages)
        return f"thresholds for {pairs} pairs of languages at {self.rate:.1%} false alarms"

    def _content(self) -> dict[str, Any]:
        return {"rate": self.rate, "thresholds": list(self._rows())}

    def _rows(self) -> Iterator[dict[str, object]]:
        for row, query in enumerate(self.queries):
            for column, passage in enumerate(self.passages):
                high = float(self.high[row, column])
                yield {
                    "query": query,
                    "passage": passage,
                    "n": int(self.counts[row]),
                    "threshold": float(self.values[row, column]),
                    "low": float(self.low[row, column]),
                    "high": high if np.isfinite(high) else None,
                }


def fit_thresholds(best: Mapping[str, Similarities], passages: Sequence[str], *, rate: float) -> Thresholds:
    """Thresholds of the best scores of texts without an answer.

    Args:
        best: query language -> (texts, passages) the best score of each text among the passages of each language.
        passages: the languages of the columns.
        rate: of false alarms.

    Raises:
        ConfigError: the rate is not between 0 and 1.
        DataError: fewer than 200 texts of a language, or fewer than the rate needs.
    """
    if not 0 < rate < 1:
        raise ConfigError(f"the rate of false alarms must be between 0 and 1, but is {rate}.")
    check_counts({tag: len(scores) for tag, scores in best.items()}, rate=rate)
    queries = tuple(sorted(best))
    found = np.array([[bounds(column, rate=rate) for column in best[tag].T] for tag in queries])
    return Thresholds(
        rate=rate,
        queries=queries,
        passages=tuple(passages),
        counts=np.array([len(best[tag]) for tag in queries]),
        values=found[..., 0],
        low=found[..., 1],
        high=found[..., 2],
    )


def check_counts(counts: Mapping[str, int], *, rate: float) -> None:
    """See that there are texts enough.

    Raises:
        DataError: there are not.
    """
    needed = max(LEAST, int(np.ceil(1 / rate - 1 - 1e-9)))
    short = {tag: count for tag, count in sorted(counts.items()) if count < needed}
    if short or not counts:
        there = enumerated([f"{count:,} in {tag}" for tag, count in short.items()]) or "none"
        raise DataError(
            f"a threshold at a rate of {rate:g} needs at least {needed:,} texts of a query language, but there are "
            f"{there}: give more texts, or name the languages that have enough, as in DATA@en,de."
        )


def bounds(scores: Similarities, *, rate: float, confidence: float = 0.95) -> tuple[float, float, float]:
    """The threshold of a sample of best scores, and the interval of the score that the rate passes.

    The threshold is the k-th of n scores with ``k = ceil((n + 1) (1 - rate))``: a new score of the same distribution,
    whatever that is, is greater with probability ``1 - k / (n + 1) <= rate`` (the split-conformal quantile: Vovk,
    Gammerman and Shafer 2005; Lei et al. 2018, section 2). How many of n scores are at most the true quantile is
    binomial, so two order statistics enclose it whatever the distribution (David and Nagaraja 2003, section 7.1).

    Args:
        scores: (n,), in any order.
        rate: of scores that may be greater.
        confidence: of the interval, at least.

    Returns:
        threshold, lower and upper end.
    """
    # Imported here, for it takes a second and a search does without.
    from scipy.stats import binom  # type: ignore[import-untyped, unused-ignore]

    ranked = np.sort(scores.astype(np.float64))
    count = len(ranked)
    place = int(np.ceil((count + 1) * (1 - rate) - 1e-9))
    tail = (1 - confidence) / 2
    low, high = (int(binom.ppf(level, count, 1 - rate)) for level in (tail, 1 - tail))
    upper = float(ranked[high]) if high < count else np.inf  # the place after ``high``, counted from 1
    return float(ranked[place - 1]), float(ranked[max(low, 1) - 1]), upper
