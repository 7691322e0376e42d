"""``BatchSource``: items that share a policy, and what a batch sampler draws of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.batching.policies.chances import LanguageChances, capped
from isoglot.batching.policies.kinds import BatchKind
from isoglot.batching.policies.policy import Policy
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class BatchSource:
    """What is drawn from together; every batch comes from one source.

    Attributes:
        name: in messages and the log.
        items: (n,) int64, of the data.
        policy: of its batches.
        weight: its share of the steps, beside the other sources' weights; None draws it by its size.
        language_weights: language -> how often it is drawn beside the others; 1 for those that are not named.
        capped: draw a language with few items less often (:func:`isoglot.batching.policies.chances.capped`); the
            paper draws all of them evenly, in data in which all have about as many.
    """

    name: str
    items: Ints
    policy: Policy
    weight: float | None = None
    language_weights: Mapping[str, float] | None = None
    capped: bool = True


class Drawable:
    """A source, and which of its items each kind of batch can use.

    Attributes:
        source: as it was asked for.
        items: (n,) int64, the items that some kind can use.
        languages: what its policy draws from.
        kinds: every kind of batch that can come.
    """

    def __init__(self, source: BatchSource, data: ParallelDataset) -> None:
        self.source, self._data = source, data
        self.has_query, self.has_passage = data.has_query[source.items], data.has_passage[source.items]
        columns = np.flatnonzero(self.has_query.any(axis=0) | self.has_passage.any(axis=0))
        self.kinds = source.policy.kinds(columns)
        self._eligible = {kind: kind.eligible(self.has_query, self.has_passage) for kind in self.kinds}
        usable = np.any(list(self._eligible.values()), axis=0) if self.kinds else np.zeros(len(source.items), bool)
        self.items: Ints = source.items[usable]
        self.languages = LanguageChances(columns=columns, chances=self._chances(columns))

    @property
    def name(self) -> str:
        return self.source.name

    def able(self, kind: BatchKind) -> Ints:
        """(n,) int64: the items that a kind of batch can use."""
        able: Ints = self.source.items[self._eligible[kind]]
        return able

    @cached_property
    def weights(self) -> Floats | None:
        """(languages of the data,) float64, for languages that are drawn for each pair."""
        return self.languages.weights(len(self._data.languages))

    def _chances(self, columns: Ints) -> Floats | None:
        """None where the paper's even draw is asked for and every language has the items for it."""
        given = self.source.language_weights or {}
        if unknown := sorted(set(given) - set(self._data.languages)):
            raise ConfigError(f"language_weights: {unknown} not in the data of {self.name}.")
        names = [self._data.languages[column] for column in columns]
        weights = np.array([given.get(name, 1.0) for name in names], dtype=np.float64)
        items = (self.has_query & self.has_passage)[:, columns].sum(axis=0)
        # Of languages of queries or passages alone none is capped: only what pairs two languages can draw them.
        if self.source.capped and items.all() and len(self.items):
            chances = capped(weights, items, len(self.items))
        else:
            chances = weights / weights.sum()
        return None if np.allclose(chances, 1 / len(columns)) else chances


def asked_sources(data: ParallelDataset, policy: Policy | Sequence[BatchSource]) -> tuple[BatchSource, ...]:
    """The sources as they are given; under one policy those of the data, drawn by size."""
    if isinstance(policy, Sequence):
        return tuple(policy)
    items = items_by_source(data)
    return tuple(
        BatchSource(name=f"source {number + 1} of {len(items)}", items=some, policy=policy, capped=False)
        for number, some in enumerate(items)
    )


def items_by_source(data: ParallelDataset) -> list[Ints]:
    """The items of each of the data sets that were joined."""
    count = int(data.sources.max(initial=-1)) + 1
    return [np.flatnonzero(data.sources == number) for number in range(count)]


def drawables(sources: Sequence[BatchSource], data: ParallelDataset) -> tuple[Drawable, ...]:
    """Those that have an item that their policy can use."""
    made = (Drawable(source, data) for source in sources)
    return tuple(drawable for drawable in made if len(drawable.items))
