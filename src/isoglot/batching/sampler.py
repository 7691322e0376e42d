"""The batch sampler: draws items and languages by a policy, for one process or several."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch.distributed
from torch.utils.data import BatchSampler

from isoglot.arrays import Bools, Ints
from isoglot.batching.collisions import compatible, most_compatible
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.kinds import BatchKind
from isoglot.batching.policies.policy import Policy
from isoglot.batching.pool import Pool, Uses
from isoglot.errors import ConfigError


@dataclass(frozen=True)
class Batch:
    """One global batch: (batch,) int64 arrays of items and of each pair's query and passage language."""

    kind: BatchKind
    items: Ints
    query_language: Ints
    passage_language: Ints


class LanguageBatchSampler(BatchSampler):
    """Batches of pair indices into a :class:`PairDataset`, drawn by a policy.

    An epoch draws as many pairs as the data has items that the policy can use. Every batch comes from one
    source, drawn in proportion to what the sources have left. No two pairs of a batch share a group or a
    passage text. Items are drawn a second time only once those that are unused and have the language that the
    batch needs have run out or are too few for it.

    With several processes a global batch of ``batch_size * processes`` pairs is drawn and handed out in
    consecutive slices, as accelerate's ``BatchSamplerShard`` deals them: one policy draw a global step, and
    no group twice across processes, so gathered negatives are right too. A short last global batch is then
    dropped.

    Args:
        pairs: what the indices point into.
        policy: the batch policy.
        batch_size: pairs a process.
        drop_last: leave out the last batch of a source if it is short.
        seed: seeds the draws, together with the epoch; the same seed and epoch give the same batches.
        processes: how many processes train together; by default as many as there are.

    Raises:
        ConfigError: the policy cannot fill a batch from the data (too few groups, one language only), or a
            group has more items than an epoch has batches of its source.
    """

    def __init__(
        self,
        pairs: PairDataset,
        policy: Policy,
        *,
        batch_size: int,
        drop_last: bool = False,
        seed: int = 0,
        processes: int | None = None,
    ) -> None:
        if batch_size < 2:
            raise ConfigError(f"batch_size must be at least 2, as negatives come from the batch, but is {batch_size}.")
        self.pairs, self.policy, self.seed = pairs, policy, seed
        self.batch_size = batch_size
        self.processes = _processes() if processes is None else processes
        self.drop_last = drop_last or self.processes > 1
        self.epoch = 0
        self._global_size = batch_size * self.processes
        data = pairs.parallel
        self._eligible = {
            kind: kind.eligible(data.has_query, data.has_passage) for kind in policy.kinds(len(data.languages))
        }
        self._sources = _sources(data.sources, self._eligible.values())
        self._check()

    @property
    def sampler(self) -> LanguageBatchSampler:  # type: ignore[override]
        """Itself: accelerate looks here for ``set_epoch`` once it deals the batches to several processes."""
        return self

    def set_epoch(self, epoch: int) -> None:
        """Draw other batches in another epoch; trainers call this."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.processes * sum(self._count(items) for items in self._sources)

    def __iter__(self) -> Iterator[list[int]]:
        for batch in self.batches():
            indices = self.pairs.encode(batch.items, batch.query_language, batch.passage_language).tolist()
            for start in range(0, len(indices), self.batch_size):
                yield indices[start : start + self.batch_size]

    def batches(self) -> Iterator[Batch]:
        """The epoch's global batches, before they are dealt to processes."""
        rng = np.random.default_rng([self.seed, self.epoch])
        data = self.pairs.parallel
        uses = Uses(len(data))
        pools: dict[tuple[int, BatchKind], Pool] = {}
        sizes = [self._sizes(items) for items in self._sources]
        while left := sum(map(len, sizes)):
            source = int(rng.choice(len(sizes), p=[len(size) / left for size in sizes]))
            kind = self.policy.draw(len(data.languages), rng)
            if (source, kind) not in pools:
                items = self._able(self._sources[source], kind)
                pools[source, kind] = Pool(items, self.pairs.collisions, uses, rng)
            chosen = pools[source, kind].take(sizes[source].pop(0))
            query, passage = kind.languages(data.has_query[chosen], data.has_passage[chosen], rng)
            yield Batch(kind, chosen, query, passage)

    def _able(self, items: Ints, kind: BatchKind) -> Ints:
        able: Ints = items[self._eligible[kind][items]]
        return able

    def _count(self, items: Ints) -> int:
        whole, rest = divmod(len(items), self._global_size)
        return whole + (rest > 0 and not self.drop_last)

    def _sizes(self, items: Ints) -> list[int]:
        whole, rest = divmod(len(items), self._global_size)
        return [self._global_size] * whole + ([rest] if rest and not self.drop_last else [])

    def _check(self) -> None:
        data = self.pairs.parallel
        if len(data.languages) < 2 and any(kind.pairs_languages for kind in self._eligible):
            raise ConfigError(
                f"{self.policy!r} needs at least two languages, but the data has only "
                f"{', '.join(data.languages) or 'none'}: add translations, or use Monolingual()."
            )
        if not self._sources:
            raise ConfigError(f"{self.policy!r} cannot use any item of the data: none has the languages that it needs.")
        if not len(self):
            most = max(map(len, self._sources))
            raise ConfigError(
                f"a batch of {self._size()} cannot be filled with the {most} items that there are, and short "
                f"ones are left out: {self._remedy(most)}."
            )
        for kind in self._eligible:
            for number, items in enumerate(self._sources):
                wanted = max(self._sizes(items), default=0)
                found = _can_meet(self.pairs.collisions[self._able(items, kind)], wanted)
                if found < wanted:
                    raise ConfigError(self._too_few(kind, number, found))
        for items in self._sources:
            group, batches = np.bincount(data.groups[items]), self._count(items)
            if group.max() > batches > 0:
                name = data.rows[int(items[data.groups[items] == group.argmax()][0])]["group"]
                raise ConfigError(
                    f"group {name!r} has {group.max()} items, but an epoch has only {batches} batches of its "
                    "source and no two items of a group may share one: lower batch_size or split the group."
                )

    def _too_few(self, kind: BatchKind, source: int, found: int) -> str:
        languages = self.pairs.parallel.languages
        what = f"items {kind.in_words}" if kind.pairs_languages else "items"
        where = "the data" if len(self._sources) == 1 else f"source {source + 1} of {len(self._sources)}"
        remedy = self._remedy(found)
        if kind.language is not None:
            what = f"items in {languages[kind.language]!r}"
            remedy += f", or leave {languages[kind.language]!r} out of languages"
        return (
            f"a batch of {self._size()} needs {what} from as many different groups, but {where} has only "
            f"{found} (no two of a group or of one passage text may share a batch): {remedy}."
        )

    def _size(self) -> str:
        each = f" ({self.batch_size} for each of {self.processes} processes)" if self.processes > 1 else ""
        return f"{self._global_size}{each}"

    def _remedy(self, found: int) -> str:
        most = found // self.processes
        return f"lower batch_size to at most {most}" if most > 1 else "add such items"


def batch_sampler(policy: Policy) -> Callable[..., LanguageBatchSampler]:
    """A ``batch_sampler`` for ``SentenceTransformerTrainingArguments`` over a :class:`PairDataset`.

    Example::

        args = SentenceTransformerTrainingArguments("out", batch_sampler=isoglot.batch_sampler(Hybrid(0.5)))
        SentenceTransformerTrainer(model, args, train_dataset=isoglot.PairDataset(data), loss=loss)
    """

    return partial(_build, policy)  # the trainer pickles its arguments, so this cannot be a closure


def _build(
    policy: Policy, dataset: object, *, batch_size: int, drop_last: bool = False, seed: int = 0, **_: object
) -> LanguageBatchSampler:
    if not isinstance(dataset, PairDataset):
        raise ConfigError(
            "batch_sampler(policy) needs a train_dataset (and an eval_dataset, if any) made by "
            f"isoglot.PairDataset(data), not a {type(dataset).__name__}: only that knows an item's languages."
        )
    return LanguageBatchSampler(dataset, policy, batch_size=batch_size, drop_last=drop_last, seed=seed)


def _processes() -> int:
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_world_size()
    return int(os.environ.get("WORLD_SIZE", "1"))


def _sources(sources: Ints, eligible: Iterable[Bools]) -> list[Ints]:
    """The usable items of every source that has any."""
    usable: Bools = np.zeros(len(sources), dtype=bool)
    for able in eligible:
        usable |= able
    count = int(sources.max(initial=-1)) + 1
    items = [np.flatnonzero(usable & (sources == number)) for number in range(count)]
    return [some for some in items if len(some)]


def _can_meet(keys: Ints, wanted: int) -> int:
    """How many of some items can be in one batch: (items, 2) -> exact if fewer than ``wanted``."""
    some = keys[:: len(keys) // max(1, 8 * wanted) or 1]  # mostly enough, and quick
    quick = len(compatible(some, keys[:0]))
    return quick if quick >= wanted else len(most_compatible(keys))
