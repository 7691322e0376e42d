"""The batch sampler: draws items and languages by a policy, for one process or several."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch.distributed
from torch.utils.data import BatchSampler

from isoglot.arrays import Floats, Ints
from isoglot.batching.collisions import compatible, most_compatible
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.kinds import BatchKind
from isoglot.batching.policies.policy import Policy, pairs_languages
from isoglot.batching.pool import Pool, Uses
from isoglot.batching.sources import BatchSource, Drawable, asked_sources, drawables
from isoglot.batching.thinning import Thinned, thinned
from isoglot.errors import ConfigError
from isoglot.wording import shown


@dataclass(frozen=True)
class Batch:
    """One global batch: (batch,) int64 arrays of items and of each pair's query and passage language.

    Attributes:
        source: its place among the sampler's sources.
        kind: what was drawn.
    """

    source: int
    kind: BatchKind
    items: Ints
    query_language: Ints
    passage_language: Ints


class LanguageBatchSampler(BatchSampler):
    """Batches of pair indices into a :class:`PairDataset`, drawn by a policy.

    An epoch draws as many pairs as the data has items that the policy can use. Every batch comes from one
    source, drawn in proportion to what the sources have left, or by the sources' weights. No two items of a batch share
    a group or a passage text. Items are drawn a second time only once those that are unused and have the language that
    the batch needs have run out or are too few for it. Of a group with more items than an epoch has batches of its
    source, so many are drawn at random in each epoch.

    With several processes a global batch of ``batch_size * processes`` pairs is drawn and handed out in
    consecutive slices, as accelerate's ``BatchSamplerShard`` deals them: one policy draw a global step, and
    no group twice across processes, so gathered negatives are right too. A short last global batch is then
    dropped.

    Args:
        pairs: what the indices point into.
        policy: the batch policy of all sources of the data, or sources with a policy each.
        batch_size: pairs a process.
        drop_last: leave out the last batch of a source if it is short.
        seed: seeds the draws, together with the epoch; the same seed and epoch give the same batches.
        processes: how many processes train together; by default as many as there are.

    Attributes:
        sources: those that are drawn from.
        thinned: groups that were too large, and how many of their items an epoch draws.

    Raises:
        ConfigError: a policy cannot fill a batch from its source (too few groups, one language only), or some sources
            have a weight and others none.
    """

    def __init__(
        self,
        pairs: PairDataset,
        policy: Policy | Sequence[BatchSource],
        *,
        batch_size: int,
        drop_last: bool = False,
        seed: int = 0,
        processes: int | None = None,
    ) -> None:
        if batch_size < 2:
            raise ConfigError(f"batch_size must be at least 2, as negatives come from the batch, but is {batch_size}.")
        self.pairs, self.seed = pairs, seed
        self.batch_size = batch_size
        self.processes = process_count() if processes is None else processes
        self.drop_last = drop_last or self.processes > 1
        self.epoch = 0
        self._global_size = batch_size * self.processes
        asked = asked_sources(pairs.parallel, policy)
        self.sources = drawables(asked, pairs.parallel)
        self._check_usable(asked, each=isinstance(policy, Sequence))
        self._shares = _shares(self.sources)
        self.thinned: tuple[Thinned, ...] = tuple(
            group for source in self.sources for group in thinned(source, pairs.parallel, self._sizes)
        )
        self._counts = [self._count(len(self._items(source, epoch=0))) for source in self.sources]
        self._check()
        pairs.samplers.add(self)

    @property
    def sampler(self) -> LanguageBatchSampler:  # type: ignore[override]
        """Itself: accelerate looks here for ``set_epoch`` once it deals the batches to several processes."""
        return self

    def set_epoch(self, epoch: int) -> None:
        """Draw other batches in another epoch; trainers call this."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.processes * sum(self._counts)

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
        items = [self._items(source, epoch=self.epoch) for source in self.sources]
        for number, size in self._turns([len(some) for some in items], rng):
            source = self.sources[number]
            kind = source.source.policy.draw(source.languages, rng)
            if (number, kind) not in pools:
                able = source.able(kind)
                if len(items[number]) < len(source.items):
                    able = np.intersect1d(able, items[number], assume_unique=True)
                pools[number, kind] = Pool(able, self.pairs.collisions, uses, rng)
            chosen = pools[number, kind].take(size // kind.copies)
            query, passage = kind.languages(data.has_query[chosen], data.has_passage[chosen], rng, source.weights)
            yield Batch(number, kind, np.repeat(chosen, kind.copies), query, passage)

    def _turns(self, items: list[int], rng: np.random.Generator) -> Iterator[tuple[int, int]]:
        """(Source, pairs) of each batch of an epoch."""
        if self._shares is not None:
            for _ in range(sum(self._counts)):
                yield int(rng.choice(len(items), p=self._shares)), self._global_size
            return
        sizes = [self._sizes(count) for count in items]
        while left := sum(map(len, sizes)):
            source = int(rng.choice(len(sizes), p=[len(size) / left for size in sizes]))
            yield source, sizes[source].pop(0)

    def _items(self, source: Drawable, *, epoch: int) -> Ints:
        """Those of an epoch: of each group that is too large others are drawn in each."""
        items = source.items
        for number, group in enumerate(self.thinned):
            if group.source is source:
                rng = np.random.default_rng([self.seed, epoch, number])
                left_out = rng.choice(group.items, size=len(group.items) - group.kept, replace=False)
                items = np.setdiff1d(items, left_out, assume_unique=True)
        return items

    def _count(self, items: int) -> int:
        return len(self._sizes(items))

    def _sizes(self, items: int) -> list[int]:
        whole, rest = divmod(items, self._global_size)
        return [self._global_size] * whole + ([rest] if rest and not self.drop_last else [])

    def _check_usable(self, asked: Sequence[BatchSource], *, each: bool) -> None:
        """Whether a policy can use an item of every source, or of any where one policy is asked for all."""
        data = self.pairs.parallel
        used = {source.name for source in self.sources}
        for source in asked:
            languages = np.flatnonzero((data.has_query | data.has_passage)[source.items].any(axis=0))
            if len(languages) < 2 and pairs_languages(source.policy):
                where = "the data" if len(asked) == 1 else source.name
                raise ConfigError(
                    f"{source.policy!r} needs at least two languages, but {where} has only "
                    f"{', '.join(data.languages[column] for column in languages) or 'none'}: add translations, or use "
                    "Monolingual()."
                )
            if source.name not in used and (each or not used):
                where = source.name if each else "the data"
                raise ConfigError(
                    f"{source.policy!r} cannot use any item of {where}: none has the languages that it needs."
                )

    def _check(self) -> None:
        if not len(self):
            most = max(len(source.items) for source in self.sources)
            raise ConfigError(
                f"a batch of {self._size()} cannot be filled with the {most} items that there are, and short "
                f"ones are left out: {self._remedy(most)}."
            )
        for source in self.sources:
            sizes = self._sizes(len(self._items(source, epoch=0)))
            wanted = self._global_size if self._shares is not None else max(sizes, default=0)
            for kind in source.kinds:
                if wanted % kind.copies:
                    raise ConfigError(
                        f"{source.source.policy!r} needs batches of a multiple of {kind.copies} pairs, not {wanted}."
                    )
                found = _can_meet(self.pairs.collisions[source.able(kind)], wanted // kind.copies)
                if found < wanted // kind.copies:
                    raise ConfigError(self._too_few(kind, source, found))

    def _too_few(self, kind: BatchKind, source: Drawable, found: int) -> str:
        languages = self.pairs.parallel.languages
        what = f"items {kind.in_words}" if kind.pairs_languages else "items"
        where = "the data" if len(self.sources) == 1 else source.name
        remedy = self._remedy(found * kind.copies)
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


def batch_sampler(policy: Policy | Sequence[BatchSource]) -> Callable[..., LanguageBatchSampler]:
    """A ``batch_sampler`` for ``SentenceTransformerTrainingArguments`` over a :class:`PairDataset`.

    Example::

        args = SentenceTransformerTrainingArguments("out", batch_sampler=isoglot.batch_sampler(Hybrid(0.5)))
        SentenceTransformerTrainer(model, args, train_dataset=isoglot.PairDataset(data), loss=loss)

    Raises:
        ConfigError: it is no policy.
    """

    known = isinstance(policy, Sequence) and all(isinstance(each, BatchSource) for each in policy)
    if isinstance(policy, str | type) or not (known or hasattr(policy, "draw")):
        raise ConfigError(f"a policy is an object, such as isoglot.Hybrid(alpha=0.5), but is {shown(policy)}.")
    return partial(_build, policy)  # the trainer pickles its arguments, so this cannot be a closure


def _build(
    policy: Policy | Sequence[BatchSource],
    dataset: object,
    *,
    batch_size: int,
    drop_last: bool = False,
    seed: int = 0,
    **_: object,
) -> LanguageBatchSampler:
    if not isinstance(dataset, PairDataset):
        raise ConfigError(
            "batch_sampler(policy) needs a train_dataset (and an eval_dataset, if any) made by "
            f"isoglot.PairDataset(data), not a {type(dataset).__name__}: only that knows an item's languages."
        )
    return LanguageBatchSampler(dataset, policy, batch_size=batch_size, drop_last=drop_last, seed=seed)


def process_count() -> int:
    """How many processes train together."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_world_size()
    return int(os.environ.get("WORLD_SIZE", "1"))


def _shares(sources: Sequence[Drawable]) -> Floats | None:
    """(sources,) float64 that add to 1; None where sources are drawn by their size."""
    weights = [source.source.weight for source in sources]
    if all(weight is None for weight in weights):
        return None
    if unsaid := [source.name for source, weight in zip(sources, weights, strict=True) if weight is None]:
        raise ConfigError(f"{unsaid[0]} has no weight and others have one: give all sources a weight, or none.")
    shares: Floats = np.array(weights, dtype=np.float64)
    shares /= shares.sum()
    return shares


def most_that_can_meet(collisions: Ints, source: Drawable, *, wanted: int) -> int:
    """How many items of a source can be in one batch, whatever its kind; ``wanted`` at most.

    Args:
        collisions: (items, 2), of all the data.
        source: that is drawn from.
        wanted: more need not be looked for.
    """
    found = [_can_meet(collisions[source.able(kind)], wanted) for kind in source.kinds]
    return min([wanted, *found]) if found else 0


def _can_meet(keys: Ints, wanted: int) -> int:
    """How many of some items can be in one batch: (items, 2) -> exact if fewer than ``wanted``."""
    some = keys[:: len(keys) // max(1, 8 * wanted) or 1]  # mostly enough, and quick
    quick = len(compatible(some, keys[:0]))
    return quick if quick >= wanted else len(most_compatible(keys))
