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
        copies: pairs of each item that a batch draws; they are each other's positives.
        language: the one that all texts are in; None where there are several.
    """

    in_words: ClassVar[str]
    pairs_languages: ClassVar[bool]

    @property
    def copies(self) -> int: ...

    @property
    def language(self) -> int | None: ...

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        """(items, languages) bool, twice -> (items,) bool: which items can be in such a batch."""
        ...

    def languages(
        self, has_query: Bools, has_passage: Bools, rng: np.random.Generator, weights: Floats | None = None
    ) -> tuple[Ints, Ints]:
        """Each pair's query and passage language.

        Args:
            has_query, has_passage: (items, languages) bool.
            rng: draws.
            weights: (languages,) float64, how probable a language is beside the others; all as probable if left out.

        Returns:
            (items * copies,) int64, twice; an item's pairs are neighbours.
        """
        ...

    def query_weights(self, has_query: Bools, has_passage: Bools, weights: Floats | None = None) -> Floats:
        """(items, languages) bool, twice -> (items, languages) float64: how probably a query is in each language."""
        ...


@dataclass(frozen=True)
class OneLanguage:
    """All queries and passages in one language."""

    in_words: ClassVar[str] = "in one language"
    pairs_languages: ClassVar[bool] = False
    copies: ClassVar[int] = 1

    language: int

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        both: Bools = has_query[:, self.language] & has_passage[:, self.language]
        return both

    def languages(
        self, has_query: Bools, has_passage: Bools, rng: np.random.Generator, weights: Floats | None = None
    ) -> tuple[Ints, Ints]:
        column = np.full(len(has_query), self.language, dtype=np.int64)
        return column, column

    def query_weights(self, has_query: Bools, has_passage: Bools, weights: Floats | None = None) -> Floats:
        certain = np.zeros(has_query.shape)
        certain[:, self.language] = 1.0
        return certain


@dataclass(frozen=True)
class TwoLanguages:
    """Each pair's query and passage in two different languages, uniform over the item's ordered pairs."""

    in_words: ClassVar[str] = "in two languages"
    pairs_languages: ClassVar[bool] = True
    copies: ClassVar[int] = 1
    language: ClassVar[None] = None

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        queries, passages = has_query.sum(axis=1), has_passage.sum(axis=1)
        both = (has_query & has_passage).sum(axis=1)
        some: Bools = queries * passages > both
        return some

    def languages(
        self, has_query: Bools, has_passage: Bools, rng: np.random.Generator, weights: Floats | None = None
    ) -> tuple[Ints, Ints]:
        pairs = has_query[:, :, None] & has_passage[:, None, :]  # (batch, languages, languages)
        diagonal = np.arange(pairs.shape[1])
        pairs[:, diagonal, diagonal] = False
        each = None if weights is None else np.outer(weights, weights).ravel()
        query, passage = np.divmod(_choose(pairs.reshape(len(pairs), -1), rng, each), pairs.shape[1])
        return query, passage

    def query_weights(self, has_query: Bools, has_passage: Bools, weights: Floats | None = None) -> Floats:
        queries, passages = _weighed(has_query, weights), _weighed(has_passage, weights)
        others = passages.sum(axis=1, keepdims=True) - passages  # passages in another language than the query
        return _shares(queries * others)


@dataclass(frozen=True)
class AnyLanguage:
    """Each pair in one language, drawn for each pair uniformly over the item's languages."""

    in_words: ClassVar[str] = "in any language"
    pairs_languages: ClassVar[bool] = False
    copies: ClassVar[int] = 1
    language: ClassVar[None] = None

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        some: Bools = np.any(has_query & has_passage, axis=1)
        return some

    def languages(
        self, has_query: Bools, has_passage: Bools, rng: np.random.Generator, weights: Floats | None = None
    ) -> tuple[Ints, Ints]:
        chosen = _choose(has_query & has_passage, rng, weights)
        return chosen, chosen

    def query_weights(self, has_query: Bools, has_passage: Bools, weights: Floats | None = None) -> Floats:
        return _shares(_weighed(has_query & has_passage, weights))


@dataclass(frozen=True)
class SeveralLanguages:
    """Each item in several languages, the same for the whole batch; a pair's query and passage in two of them.

    An item's passages in all of them are its query's positives, and every language has the same items, so that neither
    a negative nor a positive is told by its language.
    """

    in_words: ClassVar[str] = "in several languages"
    pairs_languages: ClassVar[bool] = True
    language: ClassVar[None] = None

    columns: tuple[int, ...]

    @property
    def copies(self) -> int:
        return len(self.columns)

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        columns = list(self.columns)
        both: Bools = np.all(has_query[:, columns] & has_passage[:, columns], axis=1)
        return both

    def languages(
        self, has_query: Bools, has_passage: Bools, rng: np.random.Generator, weights: Floats | None = None
    ) -> tuple[Ints, Ints]:
        columns = np.array(self.columns, dtype=np.int64)
        return np.tile(columns, len(has_query)), np.tile(np.roll(columns, -1), len(has_query))

    def query_weights(self, has_query: Bools, has_passage: Bools, weights: Floats | None = None) -> Floats:
        shares = np.zeros(has_query.shape)
        shares[:, list(self.columns)] = 1 / self.copies
        return shares


def _choose(allowed: Bools, rng: np.random.Generator, weights: Floats | None = None) -> Ints:
    """One true column of every row: (rows, columns) bool -> (rows,) int64; uniformly, or as (columns,) weights say."""
    if weights is None:
        counts = np.cumsum(allowed, axis=1, dtype=np.int64)
        target = (rng.random(len(allowed)) * counts[:, -1]).astype(np.int64)
        chosen: Ints = (counts <= target[:, None]).sum(axis=1)
        return chosen
    # The greatest of log weights plus Gumbel noise is drawn as the weights say, and never a column that is not allowed.
    noise = rng.gumbel(size=allowed.shape) + np.log(weights, where=weights > 0, out=np.full(len(weights), -1e9))
    greatest: Ints = np.where(allowed, noise, -np.inf).argmax(axis=1)
    return greatest


def _weighed(has: Bools, weights: Floats | None) -> Floats:
    return has.astype(np.float64) if weights is None else has * weights


def _shares(counts: Floats) -> Floats:
    """Of each row's sum: (rows, columns) float64 -> float64."""
    shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    return shares
