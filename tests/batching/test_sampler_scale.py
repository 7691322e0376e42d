"""A million items in nine languages: time and memory of drawing batches."""

import time
import tracemalloc
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from isoglot.arrays import Ints
from isoglot.batching.pairs import PairDataset, Samplers
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.sampler import LanguageBatchSampler

ITEMS, LANGUAGES = 1_000_000, ("ar", "de", "el", "en", "es", "hi", "ru", "th", "zh")


class _Million(SimpleNamespace):
    def __len__(self) -> int:
        return ITEMS


def encode(items: Ints, query_language: Ints, passage_language: Ints) -> Ints:
    size = len(LANGUAGES)
    indices: Ints = (items * size + query_language) * size + passage_language
    return indices


@pytest.fixture(scope="module")
def million() -> PairDataset:
    """What the sampler reads of a million items: nine texts in ten are there, and groups have four items."""
    rng = np.random.default_rng(0)
    shape = (ITEMS, len(LANGUAGES))
    has_query, has_passage = (rng.random(shape, dtype=np.float32) < 0.9 for _ in range(2))
    groups = np.arange(ITEMS) // 4
    data = _Million(
        languages=LANGUAGES,
        has_query=has_query,
        has_passage=has_passage,
        groups=groups,
        sources=np.zeros(ITEMS, dtype=np.int64),
    )
    keys = np.stack([groups, np.arange(ITEMS)], axis=1)
    return cast(PairDataset, SimpleNamespace(parallel=data, collisions=keys, encode=encode, samplers=Samplers()))


def test_a_batch_is_drawn_in_less_than_a_millisecond(million: PairDataset) -> None:
    batches = iter(LanguageBatchSampler(million, Hybrid(0.5), batch_size=100))
    next(batches)
    wall, work = time.perf_counter(), time.process_time()
    for _ in range(1000):
        next(batches)
    wall, work = time.perf_counter() - wall, time.process_time() - work
    print(f"a batch of 100 from {ITEMS:,} items: {wall:.2f} ms, of which {work:.2f} ms of processor time")
    assert work < 3  # seconds a thousand batches, so ms a batch; a quiet machine needs a sixth of it


def test_memory_stays_modest(million: PairDataset) -> None:
    tracemalloc.start()
    batches = LanguageBatchSampler(million, Hybrid(0.5), batch_size=100).batches()
    kinds = {next(batches).kind for _ in range(60)}
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(kinds) == len(LANGUAGES) + 1
    assert held < 150 * 2**20
    assert peak < 200 * 2**20
