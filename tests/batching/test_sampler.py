"""The batch sampler: what a batch holds, what an epoch holds, several processes, resuming."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest
from accelerate import skip_first_batches
from accelerate.data_loader import BatchSamplerShard, prepare_data_loader
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from scipy.stats import chisquare  # type: ignore[import-untyped, unused-ignore]
from torch.utils.data import DataLoader

from helpers.random_parallel import build, complete, parallel_data, row
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.grid import Grid
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.policies.kinds import OneLanguage
from isoglot.batching.policies.mixed import Mixed
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.batching.sources import BatchSource
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError

some_data = parallel_data()
EXAMPLES = settings(max_examples=25, deadline=None)


@st.composite
def samplers(
    draw: st.DrawFn, data: st.SearchStrategy[ParallelDataset] = some_data, *, processes: Sequence[int] = (1, 1, 2, 3)
) -> LanguageBatchSampler:
    every: list[Policy] = [Monolingual(), CrossLingual(), Hybrid(0.5), Mixed()]
    policy, seed, drop_last = draw(st.sampled_from(every)), draw(st.integers(0, 999)), draw(st.booleans())
    world = draw(st.sampled_from(processes))
    size = draw(st.integers(2, 3 if world > 1 else 6))
    pairs = PairDataset(draw(data))
    try:
        return LanguageBatchSampler(pairs, policy, batch_size=size, drop_last=drop_last, seed=seed, processes=world)
    except ConfigError:
        reject()


def policy_of(sampler: LanguageBatchSampler) -> Policy:
    """The one that all of its sources have."""
    return sampler.sources[0].source.policy


@given(samplers())
@EXAMPLES
def test_no_batch_holds_a_false_negative_or_a_text_that_is_missing(sampler: LanguageBatchSampler) -> None:
    data, size = sampler.pairs.parallel, sampler.batch_size * sampler.processes
    items = list(data)
    short = Counter[int]()
    for batch in sampler.batches():
        chosen = [items[item] for item in batch.items]
        assert len({item["group"] for item in chosen}) == len(chosen)
        passages = [{*item["passage"].items()} for item in chosen]
        assert len(set.union(*passages)) == sum(map(len, passages))
        assert len({item["source"] for item in chosen}) == 1
        assert 0 < len(chosen) <= size
        short[data.sources[batch.items[0]]] += len(chosen) < size
        languages = list(zip(batch.query_language.tolist(), batch.passage_language.tolist(), strict=True))
        for (query, passage), item in zip(languages, chosen, strict=True):
            assert data.languages[query] in item["query"]
            assert data.languages[passage] in item["passage"]
        if isinstance(batch.kind, OneLanguage):
            assert set(languages) == {(batch.kind.language, batch.kind.language)}
        else:
            assert {query != passage for query, passage in languages} == {policy_of(sampler) != Mixed()}
    assert max(short.values(), default=0) <= (not sampler.drop_last)


@given(samplers())
@EXAMPLES
def test_an_epoch_has_its_length_and_is_the_same_when_drawn_again(sampler: LanguageBatchSampler) -> None:
    first = list(sampler)
    assert len(first) == len(sampler)
    assert list(sampler) == first
    options = {name: getattr(sampler, name) for name in ("batch_size", "drop_last", "processes")}
    twin = LanguageBatchSampler(sampler.pairs, policy_of(sampler), seed=sampler.seed, **options)
    assert list(twin) == first
    sampler.set_epoch(1)
    second = list(sampler)
    assert len(second) == len(sampler)
    twin.set_epoch(1)
    assert list(twin) == second
    other = list(LanguageBatchSampler(sampler.pairs, policy_of(sampler), seed=sampler.seed + 1, **options))
    assume(len(first) > 2)
    assert second != first
    assert other not in (first, second)


@given(samplers(parallel_data(complete=True, alone=True)))
@EXAMPLES
def test_complete_items_come_exactly_once_an_epoch(sampler: LanguageBatchSampler) -> None:
    data, size = sampler.pairs.parallel, sampler.batch_size * sampler.processes
    count = np.zeros(len(data), dtype=int)
    for batch in sampler.batches():
        np.add.at(count, batch.items, 1)
    assert count.max() == 1
    left_out = np.bincount(data.sources[count == 0], minlength=data.sources.max() + 1)
    expected = np.bincount(data.sources) % size if sampler.drop_last else 0
    assert (left_out == expected).all()


@given(samplers(parallel_data(alone=True)))
@EXAMPLES
def test_items_come_again_only_when_all_that_fit_came_as_often(sampler: LanguageBatchSampler) -> None:
    data = sampler.pairs.parallel
    count = np.zeros(len(data), dtype=int)
    for batch in sampler.batches():
        able = batch.kind.eligible(data.has_query, data.has_passage)
        able &= data.sources == data.sources[batch.items[0]]
        fresher = np.flatnonzero(able & (count < count[batch.items].max()))
        assert set(fresher.tolist()) <= set(batch.items.tolist())
        count[batch.items] += 1


def test_sources_are_drawn_in_proportion_to_their_size() -> None:
    sizes = {"s0": 1200, "s1": 600, "s2": 200}
    names = [name for name, size in sizes.items() for _ in range(size)]
    rows = [row(n, query=["de"], passage=["de"], source=name) for n, name in enumerate(names)]
    data = build(rows, ["de"])
    sampler = LanguageBatchSampler(PairDataset(data), Monolingual(), batch_size=2)
    drawn = [int(data.sources[batch.items[0]]) for batch in sampler.batches()]
    assert Counter(drawn) == {0: 600, 1: 300, 2: 100}
    for part in (drawn[:300], drawn[350:650], drawn[-300:]):
        assert chisquare([part.count(source) for source in range(3)], [180, 90, 30]).pvalue > 1e-3


@given(samplers(processes=(2, 3)))
@EXAMPLES
def test_processes_step_together(sampler: LanguageBatchSampler) -> None:
    pairs, data = sampler.pairs, sampler.pairs.parallel
    size, processes = sampler.batch_size, sampler.processes
    shards = [
        BatchSamplerShard(sampler, processes, index, split_batches=False, even_batches=False)
        for index in range(processes)
    ]
    dealt = [list(shard) for shard in shards]
    assert [len(part) for part in dealt] == [len(shard) for shard in shards]
    assert [len(part) for part in dealt] == [len(sampler) // processes] * processes
    for step, batch in zip(zip(*dealt, strict=True), sampler.batches(), strict=True):
        assert [len(part) for part in step] == [size] * processes
        items, query, passage = pairs.decode(np.concatenate(step))
        assert len(set(data.groups[items].tolist())) == len(items)
        if isinstance(batch.kind, OneLanguage):
            assert {*query.tolist(), *passage.tolist()} == {batch.kind.language}
        else:
            assert {*(query == passage).tolist()} == {policy_of(sampler) == Mixed()}


def test_processes_draw_from_one_source_by_its_policy_in_a_step() -> None:
    pairs = PairDataset(complete(60))
    asked = [
        BatchSource(name="mono", items=np.arange(30), policy=Monolingual(), weight=2.0),
        BatchSource(name="grid", items=np.arange(30, 60), policy=Grid(2), weight=1.0),
    ]
    sampler = LanguageBatchSampler(pairs, asked, batch_size=4, processes=2)
    shards = [BatchSamplerShard(sampler, 2, index, even_batches=False) for index in range(2)]
    seen = Counter[str]()
    for epoch in range(8):
        sampler.set_epoch(epoch)
        for step in zip(*map(list, shards), strict=True):
            items, query, passage = pairs.decode(np.concatenate(step))
            source = asked[int(items[0] >= 30)]
            seen[source.name] += 1
            assert set(items.tolist()) <= set(source.items.tolist())
            assert len(set(items.tolist())) == (8 if source.name == "mono" else 4)
            assert len({*query.tolist(), *passage.tolist()}) == (1 if source.name == "mono" else 2)
    assert seen["mono"] > seen["grid"] > 0


def loader(sampler: LanguageBatchSampler) -> DataLoader[Any]:
    return DataLoader(cast(Any, sampler.pairs), batch_sampler=sampler, collate_fn=list)


@given(samplers(), st.integers(0, 5))
@settings(max_examples=10, deadline=None)
def test_skipping_batches_leaves_exactly_the_rest(sampler: LanguageBatchSampler, skipped: int) -> None:
    whole = list(loader(sampler))
    assert whole == [sampler.pairs.__getitems__(batch) for batch in sampler]
    assert list(skip_first_batches(loader(sampler), skipped)) == whole[skipped:]


@pytest.mark.parametrize("processes", [1, 2])
def test_the_epoch_reaches_the_sampler_through_what_accelerate_puts_around_it(processes: int) -> None:
    pairs = PairDataset(complete(24))
    sampler = LanguageBatchSampler(pairs, Hybrid(0.5), batch_size=3, processes=processes)
    epochs = []
    for epoch in range(3):
        sampler.set_epoch(epoch)
        epochs.append([pairs.__getitems__(batch) for batch in sampler][::processes])
    sampler.set_epoch(0)
    prepared = prepare_data_loader(
        loader(sampler), num_processes=processes, process_index=0, even_batches=False, put_on_device=False
    )
    assert [list(prepared) for _ in range(3)] == epochs
    rest = skip_first_batches(prepared, 2)  # a run is resumed in its second epoch
    rest.set_epoch(1)
    assert list(rest) == epochs[1][2:]
