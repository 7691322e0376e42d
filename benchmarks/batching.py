"""Time to draw a batch: 1M items in 9 languages, batches of 100, against torch's own random batches.

    python benchmarks/batching.py

Prints milliseconds a batch for each policy and the ratio to `BatchSampler(RandomSampler)`, which knows nothing of
languages or groups, on this machine.
"""

import time
from collections.abc import Iterable
from itertools import islice
from types import SimpleNamespace
from typing import cast

import numpy as np
from machine import machine
from torch.utils.data import BatchSampler, RandomSampler

from isoglot.batching.pairs import PairDataset, Samplers
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.policies.mixed import Mixed
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.sampler import LanguageBatchSampler

ITEMS, LANGUAGES, BATCH, BATCHES = 1_000_000, 9, 100, 1_000


def main() -> None:
    """Print the table."""
    print(f"{ITEMS:,} items x {LANGUAGES} languages, batches of {BATCH}\n{machine('numpy', 'torch')}")
    plain = _milliseconds(BatchSampler(RandomSampler(range(ITEMS)), BATCH, drop_last=False))
    print(f"{'torch, random':20} {plain:7.3f} ms a batch")
    pairs = _pairs()
    for policy in (Monolingual(), CrossLingual(), Hybrid(0.5), Mixed()):
        spent = _milliseconds(LanguageBatchSampler(pairs, policy, batch_size=BATCH, processes=1))
        print(f"{policy!s:20} {spent:7.3f} ms a batch, {spent / plain:.1f} times torch's")


def _milliseconds(batches: Iterable[list[int]]) -> float:
    stream = iter(batches)
    next(stream)  # the shuffles of the epoch's first batch are not a batch's cost
    start = time.perf_counter()
    drawn = sum(1 for _ in islice(stream, BATCHES))
    return 1_000 * (time.perf_counter() - start) / drawn


def _pairs() -> PairDataset:
    """The arrays that the sampler reads, without a million texts: 5 items a group, 90% of the languages each."""
    rng = np.random.default_rng(0)
    has = rng.random((ITEMS, LANGUAGES)) < 0.9
    groups = np.arange(ITEMS) // 5
    parallel = _Items(
        languages=tuple(f"l{n}" for n in range(LANGUAGES)),
        has_query=has,
        has_passage=has,
        groups=groups,
        sources=np.zeros(ITEMS, dtype=np.int64),
    )
    return cast(PairDataset, _Pairs(parallel, np.stack([groups, np.arange(ITEMS)], axis=1)))


class _Items(SimpleNamespace):
    def __len__(self) -> int:
        return ITEMS


class _Pairs:
    encode = PairDataset.encode

    def __init__(self, parallel: _Items, collisions: np.ndarray) -> None:
        self.parallel, self.collisions, self.samplers = parallel, collisions, Samplers()


if __name__ == "__main__":
    main()
