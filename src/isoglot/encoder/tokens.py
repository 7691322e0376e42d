"""Late interaction: a text as a vector a token, and texts scored by MaxSim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from isoglot.arrays import Floats, Ints, Similarities, Vectors
from isoglot.encoder.scoring import NamedScoring, longest, product_error

NO_TOKENS = -1e9
"""The score of a passage without a token: below every other, as in sentence-transformers."""

_PRODUCT_BYTES = 4 << 20  # of products of tokens at a time: what a cache holds
_PASSAGE_TOKENS = 1 << 12  # of them, at least


@dataclass(frozen=True, eq=False)
class TokenVectors:
    """Attributes:
    vectors: (tokens, width) float32, those of a text after those of another.
    bounds: (texts + 1,) int64, where each text's tokens begin, and where the last one's end.
    """

    vectors: Vectors
    bounds: Ints

    @classmethod
    def of(cls, texts: Sequence[Vectors], width: int) -> TokenVectors:
        """From the (tokens, width) vectors of each text."""
        bounds = np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)])
        return cls(np.concatenate([np.empty((0, width), dtype=np.float32), *texts]), bounds)

    @property
    def shape(self) -> tuple[int, int]:
        """(texts, width)."""
        return len(self.bounds) - 1, self.vectors.shape[1]

    @property
    def nbytes(self) -> int:
        """Of all vectors."""
        return self.vectors.nbytes + self.bounds.nbytes

    @property
    def lengths(self) -> Ints:
        """(texts,) int64, how many tokens each has."""
        return np.diff(self.bounds)

    def __getitem__(self, texts: Ints | slice, /) -> TokenVectors:
        """The vectors of the texts at these positions, a copy."""
        lengths = self.lengths[texts]
        bounds = np.concatenate([[0], np.cumsum(lengths)])
        token = np.repeat(self.bounds[:-1][texts] - bounds[:-1], lengths) + np.arange(bounds[-1])
        return TokenVectors(self.vectors[token], bounds)

    def text(self, number: int) -> Vectors:
        """(tokens, width), those of one text."""
        return self.vectors[self.bounds[number] : self.bounds[number + 1]]


@dataclass(frozen=True)
class MaxSim(NamedScoring):
    """The sum over a query's tokens of the greatest dot product with a token of the passage (Khattab and Zaharia 2020,
    "ColBERT", section 3.3).
    """

    @property
    def copies(self) -> int:
        """The vectors alone."""
        return 1

    def sure(self, *, blocks: int) -> bool:
        """As for the products of dense vectors."""
        return blocks == 1

    def block(self, passages: TokenVectors) -> MaxSimBlock:
        """Passages, ready to be scored."""
        return MaxSimBlock(passages)

    def pairs(self, queries: TokenVectors, passages: TokenVectors, rows: Ints, columns: Ints) -> Similarities:
        """(n,) float32, summed in float64: the scores of some pairs, each by itself."""
        return _pairs(queries, passages, rows, columns)


@dataclass(frozen=True, eq=False)
class MaxSimBlock:
    """Products of tokens in float32, of some queries and some passages at a time.

    Each product is off by :func:`~isoglot.encoder.scoring.product_error`; the greatest of several is off by no more,
    and the sum over the query's tokens, in float64, by all of theirs.
    """

    passages: TokenVectors

    @cached_property
    def _longest(self) -> float:
        """Of the passages' tokens."""
        return longest(self.passages.vectors)

    def scores(self, queries: TokenVectors) -> Similarities:
        found = np.empty((queries.shape[0], self.passages.shape[0]), dtype=np.float32)
        for some in _runs(self.passages.bounds, _PASSAGE_TOKENS):
            passages = self.passages.vectors[self.passages.bounds[some.start] : self.passages.bounds[some.stop]]
            lengths = self.passages.lengths[some]
            for part in _runs(queries.bounds, _PRODUCT_BYTES // (4 * max(1, len(passages)))):
                tokens = queries.vectors[queries.bounds[part.start] : queries.bounds[part.stop]]
                best = _best(passages @ tokens.T, lengths)  # (passages, tokens)
                found[part, some] = _sums(best, queries.lengths[part]).T
        found[:, self.passages.lengths == 0] = NO_TOKENS
        return found

    def error(self, queries: TokenVectors) -> Similarities:
        errors = product_error(queries.vectors, self._longest)
        found: Floats = np.add.reduceat(np.append(errors, 0), queries.bounds[:-1]) * (queries.lengths > 0)
        return found

    def exact(self, found: Similarities, queries: TokenVectors, rows: Ints, columns: Ints) -> Similarities:
        return _pairs(queries, self.passages, rows, columns)


def _pairs(queries: TokenVectors, passages: TokenVectors, rows: Ints, columns: Ints) -> Similarities:
    places = zip(rows.tolist(), columns.tolist(), strict=True)
    return np.array([_score(queries.text(row), passages.text(column)) for row, column in places], dtype=np.float32)


def _score(query: Vectors, passage: Vectors) -> float:
    if not len(passage):
        return NO_TOKENS
    return float((query.astype(np.float64) @ passage.T.astype(np.float64)).max(axis=1).sum())


def _runs(bounds: Ints, tokens: int) -> Iterator[slice]:
    """Texts that have about so many tokens together, at least one at a time."""
    start, last = 0, len(bounds) - 1
    while start < last:
        stop = max(start + 1, int(np.searchsorted(bounds, bounds[start] + tokens, side="right")) - 1)
        yield slice(start, min(stop, last))
        start = stop


def _best(products: Similarities, lengths: Ints) -> Similarities:
    """(texts, columns), the greatest of each text's rows; 0 for a text without one."""
    found = np.zeros((len(lengths), products.shape[1]), dtype=products.dtype)
    there = np.flatnonzero(lengths)
    if len(there):
        starts = np.concatenate([[0], np.cumsum(lengths[there])[:-1]])
        found[there] = np.maximum.reduceat(products, starts, axis=0)
    return found


def _sums(best: Similarities, lengths: Ints) -> Floats:
    """(rows, texts) float64, the sum over each text's columns."""
    found = np.zeros((len(best), len(lengths)))
    there = np.flatnonzero(lengths)
    if len(there):
        starts = np.concatenate([[0], np.cumsum(lengths[there])[:-1]])
        found[:, there] = np.add.reduceat(best.astype(np.float64), starts, axis=1)
    return found
