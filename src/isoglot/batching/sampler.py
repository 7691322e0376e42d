"""The batch sampler: draws items and languages by a policy, for one process or several."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch.distributed
from torch.utils.data import BatchSampler

from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies import BatchKind, Bools, Ints, Policy, TwoLanguages
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

    An epoch draws as many pairs as the data has items that the policy can use. Every batch comes from one source,
    drawn in proportion to what the sources have left. An item is drawn a second time only when no unused item
    has the language that the batch needs. No two pairs of a batch share a group.

    With several processes a global batch of ``batch_size * processes`` pairs is drawn and handed out in
    consecutive slices, as accelerate's ``BatchSamplerShard`` deals them: one policy draw a global step, and no
    group twice across processes, so gathered negatives are right too. A short last global batch is then dropped.

    Args:
        pairs: what the indices point into.
        policy: the batch policy.
        batch_size: pairs a process.
        drop_last: leave out the last batch of a source if it is short.
        seed: seeds the draws, together with the epoch; the same seed and epoch give the same batches.
        processes: how many processes train together; by default as many as there are.

    Raises:
        ConfigError: the policy cannot fill a batch from the data (too few groups, one language only), or a
            group has more items than an epoch has batches.
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
        self._sources = _sources(pairs, policy)
        _check(pairs, policy, self._sources, self._global_size, len(self) // self.processes)

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
        while left := np.array([len(size) for size in sizes]).astype(float).tolist():
            if not sum(left):
                return
            source = int(rng.choice(len(sizes), p=np.array(left) / sum(left)))
            kind = self.policy.draw(len(data.languages), rng)
            if (source, kind) not in pools:
                items = self._sources[source]
                able = kind.eligible(data.has_query[items], data.has_passage[items])
                pools[source, kind] = Pool(items[able], self.pairs.collisions, uses, rng)
            chosen = pools[source, kind].take(sizes[source].pop(0))
            query, passage = kind.languages(data.has_query[chosen], data.has_passage[chosen], rng)
            yield Batch(kind, chosen, query, passage)

    def _count(self, items: Ints) -> int:
        whole, rest = divmod(len(items), self._global_size)
        return whole + (rest > 0 and not self.drop_last)

    def _sizes(self, items: Ints) -> list[int]:
        whole, rest = divmod(len(items), self._global_size)
        return [self._global_size] * whole + ([rest] if rest and not self.drop_last else [])


def batch_sampler(policy: Policy) -> Callable[..., LanguageBatchSampler]:
    """A ``batch_sampler`` for ``SentenceTransformerTrainingArguments``; the train set is a :class:`PairDataset`.

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
            "batch_sampler(policy) needs a train_dataset made by isoglot.PairDataset(data), "
            f"not a {type(dataset).__name__}: only that knows which languages an item has."
        )
    return LanguageBatchSampler(dataset, policy, batch_size=batch_size, drop_last=drop_last, seed=seed)


def _processes() -> int:
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_world_size()
    return int(os.environ.get("WORLD_SIZE", "1"))


def _sources(pairs: PairDataset, policy: Policy) -> list[Ints]:
    """The usable items of every source."""
    data = pairs.parallel
    usable: Bools = np.zeros(len(data), dtype=bool)
    for kind in policy.kinds(len(data.languages)):
        usable |= kind.eligible(data.has_query, data.has_passage)
    sources = [np.flatnonzero(usable & (data.sources == s)) for s in range(int(data.sources.max(initial=-1)) + 1)]
    return [items for items in sources if len(items)]


def _check(pairs: PairDataset, policy: Policy, sources: list[Ints], size: int, batches: int) -> None:
    data = pairs.parallel
    if len(data.languages) < 2 and TwoLanguages() in policy.kinds(len(data.languages)):
        raise ConfigError(
            f"{policy!r} needs at least two languages, but the data has only {', '.join(data.languages) or 'none'}: "
            "add translations, or use Monolingual()."
        )
    if not sources:
        raise ConfigError(f"{policy!r} cannot use any item of the data: none has the languages that it needs.")
    for items in sources:
        for kind in policy.kinds(len(data.languages)):
            able = items[kind.eligible(data.has_query[items], data.has_passage[items])]
            found = len(np.unique(data.groups[able]))
            if found < min(size, len(items)):
                raise ConfigError(_too_few(kind, data.languages, found, size))
        sizes = np.bincount(data.groups[items])
        if sizes.max() > batches:
            group = data.rows[int(items[data.groups[items] == sizes.argmax()][0])]["group"]
            raise ConfigError(
                f"group {group!r} has {sizes.max()} items, but an epoch has only {batches} batches and no two items "
                "of a group may share one: lower batch_size or split the group."
            )


def _too_few(kind: BatchKind, languages: tuple[str, ...], found: int, size: int) -> str:
    language = getattr(kind, "language", None)
    what = "items in two languages" if language is None else f"items in {languages[language]!r}"
    remedy = f"lower batch_size to at most {found}" if found > 1 else "add such items"
    if language is not None:
        remedy += f", or leave {languages[language]!r} out of languages"
    return (
        f"a batch of {size} needs {what} from {size} different groups, but the data has only {found} "
        f"(no two of a group may share a batch): {remedy}."
    )
