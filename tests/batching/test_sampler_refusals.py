"""What the batch sampler refuses before training starts, so that nothing has to fail in the middle of it."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.random_parallel import build, complete, parallel_data, row
from isoglot.arrays import Ints
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.policies.mixed import Mixed
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import LanguageBatchSampler, batch_sampler
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError


def most_that_differ(keys: Iterable[tuple[int, int]]) -> int:
    """A maximum matching, by augmenting paths."""
    texts: dict[int, set[int]] = {}
    for group, text in keys:
        texts.setdefault(group, set()).add(text)
    partner: dict[int, int] = {}

    def augment(group: int, seen: set[int]) -> bool:
        for text in texts[group] - seen:
            seen.add(text)
            if text not in partner or augment(partner[text], seen):
                partner[text] = group
                return True
        return False

    return sum(augment(group, set()) for group in texts)


def impossible(pairs: PairDataset, policy: Policy, size: int, *, drop_last: bool) -> bool:
    """Whether an epoch has no batch, or a batch that cannot be made."""
    data = pairs.parallel
    kinds = policy.kinds(np.arange(len(data.languages)))
    able = [kind.eligible(data.has_query, data.has_passage) for kind in kinds]
    sizes: list[int] = []
    for source in range(data.sources.max() + 1):
        usable: Ints = np.flatnonzero((data.sources == source) & np.any(able, axis=0))
        groups = np.bincount(data.groups[usable], minlength=1)
        while True:  # groups are cut until an epoch has a batch for each of their items
            total = int(groups.sum())
            here = [min(size, total - start) for start in range(0, total, size)]
            here = [count for count in here if count == size or not drop_last]
            if not here or groups.max() <= len(here):
                break
            groups = np.minimum(groups, here.count(here[0]))
        sizes += here
        if len(usable) >= size and (not here or here[0] < size):
            return True
        if not here:
            continue
        found = [most_that_differ(map(tuple, pairs.collisions[usable[mask[usable]]].tolist())) for mask in able]
        if min(found) < max(here):
            return True
    return not sizes


@given(
    parallel_data(),
    st.sampled_from([Monolingual(), CrossLingual(), Hybrid(0.5), Mixed()]),
    st.integers(2, 12),
    st.sampled_from([1, 2]),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_a_sampler_is_refused_if_a_batch_is_impossible_and_else_never_fails(
    data: ParallelDataset, policy: Policy, size: int, processes: int, drop_last: bool
) -> None:
    pairs = PairDataset(data)

    def batches() -> list[int]:
        sampler = LanguageBatchSampler(pairs, policy, batch_size=size, processes=processes, drop_last=drop_last)
        return [len(batch.items) for batch in sampler.batches()]

    if impossible(pairs, policy, size * processes, drop_last=drop_last or processes > 1):
        with pytest.raises(ConfigError):
            batches()
    else:
        assert batches()


def test_a_batch_is_found_where_taking_items_as_they_come_would_leave_it_short() -> None:
    # Three times: two items of group b have text t; of group a's two, one has t as well and would shut b out.
    groups_and_texts = [(f"{group}{n}", f"{text}{n}") for n in range(3) for group, text in ("at", "au", "bt", "bt")]
    rows = [
        row(n, query=["de"], passage=["de"], group=group, text=text) for n, (group, text) in enumerate(groups_and_texts)
    ]
    pairs = PairDataset(build(rows, ["de"]))
    for seed in range(20):
        sampler = LanguageBatchSampler(pairs, Monolingual(), batch_size=6, seed=seed)
        for batch in sampler.batches():
            assert len({groups_and_texts[item][0] for item in batch.items}) == 6
            assert len({groups_and_texts[item][1] for item in batch.items}) == 6


Block = tuple[int, str, str, dict[str, Any]]
APART: list[Block] = [(5, "de", "de", {}), (4, "en", "en", {})]
PLENTY: Block = (12, "de en", "de en", {})
PAGE = {"group": "page"}


def test_a_group_with_more_items_than_batches_is_thinned_and_named() -> None:
    rows = [row(n, query=["de"], passage=["de"], group="page" if n < 20 else f"g{n}") for n in range(60)]
    sampler = LanguageBatchSampler(PairDataset(build(rows, ["de"])), Monolingual(), batch_size=5)
    [thinned] = sampler.thinned
    assert (thinned.group, len(thinned.items), thinned.kept) == ("page", 20, 10)
    drawn = set()
    for epoch in range(30):
        sampler.set_epoch(epoch)
        page = [[item for item in batch.items.tolist() if item < 20] for batch in sampler.batches()]
        assert max(map(len, page)) == 1
        assert len(set(chain.from_iterable(page))) <= 10
        drawn |= set(chain.from_iterable(page))
    assert len(sampler) == 10
    assert drawn == set(range(20))


@pytest.mark.parametrize(
    ("blocks", "policy", "options", "message"),
    [
        ([(9, "de", "de", {})], CrossLingual(), {}, "at least two languages.* only de: add .* or use Mono"),
        ([(9, "de", "de", {})], Hybrid(0.3), {}, r"^Hybrid\(alpha=0.3\) needs at least two languages"),
        (APART, CrossLingual(), {}, r"^CrossLingual\(\) cannot use any item"),
        (APART, Hybrid(0.5), {}, "of 4 needs items in two languages .* only 0 .* add such items"),
        (
            [PLENTY, (1, "es", "es", {})],
            Monolingual(),
            {},
            "of 4 needs items in 'es' .* only 1 .* leave 'es'",
        ),
        ([PLENTY, (3, "es", "en", {})], Monolingual(), {}, "of 4 needs items in 'es' .* has only 0 "),
        ([PLENTY, (3, "es", "es", {})], Hybrid(0.1), {}, "'es' .* only 3 .* lower batch_size to at most 3"),
        (
            [PLENTY, (7, "es", "es", {})],
            Monolingual(),
            {"processes": 2},
            r"of 8 \(4 for each of 2 processes\) needs items in 'es' .* lower batch_size to at most 3,",
        ),
        ([(2, "de", "de", {}), (6, "de", "de", PAGE)], Mixed(), {}, "only 3 .* to at most 3"),
        ([(9, "de", "de", {"text": "one"})], Mixed(), {}, "of 4 needs items from .* only 1 .*passage text"),
        ([PLENTY], Mixed(), {"batch_size": 1}, "batch_size must be at least 2, .* but is 1"),
        ([PLENTY], Mixed(), {"batch_size": 7, "processes": 2}, "with the 12 items .* to at most 6"),
        ([(3, "de", "de", {})], Mixed(), {"drop_last": True}, "with the 3 items .* to at most 3"),
        (
            [PLENTY, (5, "de", "en", {"source": "small"})],
            Hybrid(0.5),
            {},
            "needs items in 'de' .* but source 2 of 2 has only 0",
        ),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(
    blocks: list[Block], policy: Policy, options: dict[str, Any], message: str
) -> None:
    wanted = [block for block in blocks for _ in range(block[0])]
    rows = [
        row(n, query=query.split(), passage=passage.split(), **other)
        for n, (_, query, passage, other) in enumerate(wanted)
    ]
    languages = sorted({language for _, query, passage, _ in blocks for language in (query + " " + passage).split()})
    with pytest.raises(ConfigError, match=message) as error:
        LanguageBatchSampler(PairDataset(build(rows, languages)), policy, **{"batch_size": 4, **options})
    assert str(error.value).count(". ") == 0
    assert str(error.value).endswith(".")


def test_the_trainers_call_needs_a_pair_dataset() -> None:
    pairs = PairDataset(complete(12))
    make = batch_sampler(Hybrid(0.5))
    drawn = make(pairs, batch_size=4, drop_last=False, valid_label_columns=["label"], generator=None, seed=3)
    assert list(drawn) == list(LanguageBatchSampler(pairs, Hybrid(0.5), batch_size=4, seed=3))
    with pytest.raises(ConfigError, match=r"made by isoglot.PairDataset\(data\), not a Dataset"):
        make(pairs.select(range(8)), batch_size=4)
