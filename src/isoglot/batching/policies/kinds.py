"""Kinds of batches: which items can take part, and in which languages each item's query and passage appear."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from isoglot.arrays import Bools, Floats, Ints


class BatchKind(Protocol):
    """What one batch looks like. Kinds are hashable values.

    Attributes:
        in_words: goes after "items".
        pairs_languages: whether a pair's query and passage are in two different languages.
        language: the one that all texts are in; None where there are several.
    """

    in_words: ClassVar[str]
    pairs_languages: ClassVar[bool]

    @property
    def language(self) -> int | None: ...

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        """(items, languages) bool, twice -> (items,) bool: which items can be in such a batch."""
        ...

    def languages(self, has_query: Bools, has_passage: Bools, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """(batch, languages) bool, twice -> (batch,) int64, twice: each pair's query and passage language."""
        ...

    def query_weights(self, has_query: Bools, has_passage: Bools) -> Floats:
        """(batch, languages) bool, twice -> (batch, languages) float64: how probably the query is in each language."""
        ...


@dataclass(frozen=True)
class OneLanguage:
    """All queries and passages in one language."""

    in_words: ClassVar[str] = "in one language"
    pairs_languages: ClassVar[bool] = False

    language: int

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        both: Bools = has_query[:, self.language] & has_passage[:, self.language]
        return both

    def languages(self, has_query: Bools, has_passage: Bools, rng: np.random.Generator) -> tuple[Ints, Ints]:
        column = np.full(len(has_query), self.language, dtype=np.int64)
        return column, column

    def query_weights(self, has_query: Bools, has_passage: Bools) -> Floats:
        weights = np.zeros(has_query.shape)
        weights[:, self.language] = 1.0
        return weights


@dataclass(frozen=True)
class TwoLanguages:
    """Each pair's query and passage in two different languages, uniform over the item's ordered pairs."""

    in_words: ClassVar[str] = "in two languages"
    pairs_languages: ClassVar[bool] = True
    language: ClassVar[None] = None

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        queries, passages = has_query.sum(axis=1), has_passage.sum(axis=1)
        both = (has_query & has_passage).sum(axis=1)
        some: Bools = queries * passages > both
        return some

    def languages(self, has_query: Bools, has_passage: Bools, rng: np.random.Generator) -> tuple[Ints, Ints]:
        pairs = has_query[:, :, None] & has_passage[:, None, :]  # (batch, languages, languages)
        diagonal = np.arange(pairs.shape[1])
        pairs[:, diagonal, diagonal] = False
        query, passage = np.divmod(_choose(pairs.reshape(len(pairs), -1), rng), pairs.shape[1])
        return query, passage

    def query_weights(self, has_query: Bools, has_passage: Bools) -> Floats:
        others = has_passage.sum(axis=1, keepdims=True) - has_passage  # passages in another language than the query
        return _shares(has_query * others)


@dataclass(frozen=True)
class AnyLanguage:
    """Each pair in one language, drawn for each pair uniformly over the item's languages."""

    in_words: ClassVar[str] = "in any language"
    pairs_languages: ClassVar[bool] = False
    language: ClassVar[None] = None

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        some: Bools = np.any(has_query & has_passage, axis=1)
        return some

    def languages(self, has_query: Bools, has_passage: Bools, rng: np.random.Generator) -> tuple[Ints, Ints]:
        chosen = _choose(has_query & has_passage, rng)
        return chosen, chosen

    def query_weights(self, has_query: Bools, has_passage: Bools) -> Floats:
        return _shares((has_query & has_passage).astype(np.int64))


def _choose(allowed: Bools, rng: np.random.Generator) -> Ints:
    """One true column of every row, uniformly: (rows, columns) bool -> (rows,) int64."""
    counts = np.cumsum(allowed, axis=1, dtype=np.int64)
    target = (rng.random(len(allowed)) * counts[:, -1]).astype(np.int64)
    chosen: Ints = (counts <= target[:, None]).sum(axis=1)
    return chosen


def _shares(counts: Ints) -> Floats:
    """Of each row's sum: (rows, columns) int64 -> float64."""
    shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    return shares
