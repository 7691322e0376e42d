"""Batch policies: which languages meet in a batch (arXiv 2408.10536, section 3; its names in brackets).

A policy draws, for every global training step, the kind of the batch; the kind says which items can take part
and in which languages each item's query and passage appear.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from isoglot.arrays import Bools, Ints
from isoglot.errors import ConfigError


class BatchKind(Protocol):
    """What one batch looks like. Kinds are hashable values."""

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        """(items, languages) bool, twice -> (items,) bool: which items can be in such a batch."""
        ...

    def languages(self, has_query: Bools, has_passage: Bools, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """(batch, languages) bool, twice -> (batch,) int64, twice: each pair's query and passage language."""
        ...


@dataclass(frozen=True)
class OneLanguage:
    """All queries and passages in one language."""

    language: int

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        both: Bools = has_query[:, self.language] & has_passage[:, self.language]
        return both

    def languages(self, has_query: Bools, has_passage: Bools, rng: np.random.Generator) -> tuple[Ints, Ints]:
        column = np.full(len(has_query), self.language, dtype=np.int64)
        return column, column


@dataclass(frozen=True)
class TwoLanguages:
    """Each pair's query and passage in two different languages, uniform over the item's ordered pairs."""

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


@dataclass(frozen=True)
class AnyLanguage:
    """Each pair in one language, drawn for each pair uniformly over the item's languages."""

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        some: Bools = np.any(has_query & has_passage, axis=1)
        return some

    def languages(self, has_query: Bools, has_passage: Bools, rng: np.random.Generator) -> tuple[Ints, Ints]:
        chosen = _choose(has_query & has_passage, rng)
        return chosen, chosen


class Policy(Protocol):
    """Draws the kind of the next batch."""

    def kinds(self, languages: int) -> tuple[BatchKind, ...]:
        """Every kind that can be drawn, for a data set of so many languages."""
        ...

    def draw(self, languages: int, rng: np.random.Generator) -> BatchKind:
        """The kind of the next batch."""
        ...


@dataclass(frozen=True)
class Monolingual:
    """One language a batch, the language drawn uniformly (X-X-mono)."""

    def kinds(self, languages: int) -> tuple[BatchKind, ...]:
        return tuple(OneLanguage(language) for language in range(languages))

    def draw(self, languages: int, rng: np.random.Generator) -> BatchKind:
        return OneLanguage(int(rng.integers(languages)))


@dataclass(frozen=True)
class CrossLingual:
    """Two different languages a pair, drawn for each pair (X-Y)."""

    def kinds(self, languages: int) -> tuple[BatchKind, ...]:
        return (TwoLanguages(),)

    def draw(self, languages: int, rng: np.random.Generator) -> BatchKind:
        return TwoLanguages()


@dataclass(frozen=True)
class Hybrid:
    """A monolingual batch with probability ``alpha``, else a cross-lingual one (hybrid; .5 in the paper).

    Raises:
        ConfigError: ``alpha`` outside [0, 1].
    """

    alpha: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.alpha <= 1:
            raise ConfigError(f"alpha must lie in [0, 1], the share of monolingual batches, but is {self.alpha}.")

    def kinds(self, languages: int) -> tuple[BatchKind, ...]:
        mono = Monolingual().kinds(languages) if self.alpha > 0 else ()
        return mono + (CrossLingual().kinds(languages) if self.alpha < 1 else ())

    def draw(self, languages: int, rng: np.random.Generator) -> BatchKind:
        policy: Policy = Monolingual() if rng.random() < self.alpha else CrossLingual()
        return policy.draw(languages, rng)


@dataclass(frozen=True)
class Mixed:
    """Same-language pairs of several languages in one batch (X-X).

    What a default sampler over a concatenated multilingual set does. The language tells most negatives from
    the positive, so the encoder learns to match languages (LAReQA, section 5: mAP .23 against .66): a
    baseline only.
    """

    def kinds(self, languages: int) -> tuple[BatchKind, ...]:
        return (AnyLanguage(),)

    def draw(self, languages: int, rng: np.random.Generator) -> BatchKind:
        return AnyLanguage()


def _choose(allowed: Bools, rng: np.random.Generator) -> Ints:
    """One true column of every row, uniformly: (rows, columns) bool -> (rows,) int64."""
    counts = np.cumsum(allowed, axis=1, dtype=np.int64)
    target = (rng.random(len(allowed)) * counts[:, -1]).astype(np.int64)
    chosen: Ints = (counts <= target[:, None]).sum(axis=1)
    return chosen
