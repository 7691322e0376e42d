"""Calibration of scores: what a score means does not depend on the languages of query and passage.

Each pair's scores are mapped so that those of random texts have the distribution that they have within the query's own
language; within one language nothing changes. By z-score (mean and standard deviation) or by quantile (the whole
distribution). Vectors stay as they are, so this is for those who hold the scores of all candidates.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from isoglot.arrays import Floats, Ints, Similarities, Vectors
from isoglot.data.collection import Collection
from isoglot.debiasing.sample import Sample
from isoglot.encoder.affine import numbers_of
from isoglot.encoder.similarity import Similarity
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.tiles import Rescore

Method = Literal["z-score", "quantile"]
_DRAWS = 4_096  # scores of a pair of languages
_LEVELS = np.array([0.001, 0.005, *np.linspace(0.01, 0.99, 99), 0.995, 0.999])  # the standard deviation carries on


@dataclass(frozen=True, eq=False)
class Calibration:
    """Increasing maps of scores, one for each pair of languages.

    The last row and column are those of languages that were not fitted: of one side, the pool of all pairs of
    different languages with the other side's language; of both, the pool of all pairs.

    Attributes:
        method: ``z-score`` or ``quantile``.
        languages: sorted.
        means, spreads: (languages + 1, languages + 1) float64 of scores, by query and passage language.
        quantiles: (languages + 1, languages + 1, levels) float64; no levels for z-scores.
    """

    method: Method
    languages: tuple[str, ...]
    means: Floats
    spreads: Floats
    quantiles: Floats

    def apply(self, scores: Similarities, query_language: Ints, passage_language: Ints) -> Similarities:
        """Map a tile of scores.

        Args:
            scores: (queries, passages) float32, or float64 of distances.
            query_language: (queries,) int64, index into ``languages``; ``len(languages)`` for any other.
            passage_language: (passages,) int64, the same.

        Returns:
            (queries, passages) of the same type; what a score becomes does not depend on the others of its tile.

        Raises:
            ConfigError: not one language for each row and column.
        """
        self._check(scores, query_language, passage_language)
        result = np.empty_like(scores)
        rows = [(int(query), np.flatnonzero(query_language == query)) for query in np.unique(query_language)]
        for passage in np.unique(passage_language).tolist():
            columns = np.flatnonzero(passage_language == passage)
            for query, here in rows:
                part = np.ix_(here, columns)
                result[part] = self._mapped(scores[part], query, passage)
        return result

    def rescore(self, collection: Collection) -> Rescore:
        """What :func:`isoglot.evaluation.ranks.rank_relevant` takes, to rank a collection by calibrated scores."""
        numbers = numbers_of(list(collection.languages), self.languages)
        query_language, passage_language = numbers[collection.query_language], numbers[collection.passage_language]
        return lambda scores, queries, passages: self.apply(scores, query_language[queries], passage_language[passages])

    def _mapped(self, scores: Similarities, query: int, passage: int) -> Similarities:
        """Of one pair of languages."""
        if passage == query:
            return scores
        mean, spread = self.means[query], self.spreads[query]
        slope = spread[query] / spread[passage]
        if self.method == "z-score":
            number = scores.dtype.type
            return scores * number(slope) + number(mean[query] - slope * mean[passage])
        source, target = self.quantiles[query, passage], self.quantiles[query, query]
        inside = scores.clip(source[0], source[-1])  # beyond the outermost quantiles, by the spreads
        mapped: Similarities = (np.interp(inside, source, target) + slope * (scores - inside)).astype(scores.dtype)
        return mapped

    def _check(self, scores: Similarities, query_language: Ints, passage_language: Ints) -> None:
        if scores.shape != (len(query_language), len(passage_language)):
            raise ConfigError(
                f"scores of shape {scores.shape} need a language for each row and column, but got "
                f"{len(query_language)} and {len(passage_language)}."
            )
        for numbers in (query_language, passage_language):
            if len(numbers) and not 0 <= numbers.min() <= numbers.max() <= len(self.languages):
                raise ConfigError(f"languages must be numbers from 0 to {len(self.languages)}.")


def fit_calibration(sample: Sample, *, method: Method, seed: int = 0) -> Calibration:
    """Fit on the scores of random texts: 4,096 pairs of a query and a passage for each pair of languages.

    No labels: that a pair is related is as rare as chance makes it.

    Args:
        sample: vectors as they are searched with, transformed where a transform is used.
        seed: of the pairs.

    Raises:
        ConfigError: no such method, or a negative seed.
        DataError: all scores of a pair of languages are equal.
    """
    if method not in ("z-score", "quantile") or seed < 0:
        raise ConfigError(f"method must be 'z-score' or 'quantile' and seed at least 0, but got {method!r}, {seed}.")
    drawn = _with_pools(_drawn(sample, np.random.default_rng(seed)))
    spreads: Floats = np.array([[scores.std() for scores in row] for row in drawn])
    if not spreads.min() > 0:
        query, passage = np.argwhere(~(spreads > 0))[0]
        raise DataError(
            f"all scores of {sample.languages[query]} queries with {sample.languages[passage]} passages are equal: "
            "there is nothing to calibrate by."
        )
    levels = _LEVELS if method == "quantile" else _LEVELS[:0]
    return Calibration(
        method=method,
        languages=sample.languages,
        means=np.array([[scores.mean() for scores in row] for row in drawn]),
        spreads=spreads,
        quantiles=np.array([[np.quantile(scores, levels) for scores in row] for row in drawn]),
    )


def _drawn(sample: Sample, rng: np.random.Generator) -> Floats:
    """(query languages, passage languages, draws) scores."""
    queries, passages = sample.vectors["query"], sample.vectors["passage"]
    return np.array(
        [
            [_scores(queries[query], passages[passage], sample.similarity, rng) for passage in sample.languages]
            for query in sample.languages
        ]
    )


def _scores(queries: Vectors, passages: Vectors, similarity: Similarity, rng: np.random.Generator) -> Floats:
    rows, columns = rng.integers(len(queries), size=_DRAWS), rng.integers(len(passages), size=_DRAWS)
    return similarity.pairs(queries, passages, rows, columns)


def _with_pools(drawn: Floats) -> list[list[Floats]]:
    """With a last row and column for languages that were not fitted."""
    others = ~np.eye(len(drawn), dtype=bool)
    table = [[*row, row[others[number]].ravel()] for number, row in enumerate(drawn)]
    return [*table, [*(drawn[others[:, number], number].ravel() for number in range(len(drawn))), drawn.ravel()]]
