"""Which items are each other's false negatives."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers.random_parallel import build, complete, parallel_data, row
from isoglot.arrays import Ints
from isoglot.batching.collisions import collision_keys, compatible, most_compatible
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.mixed import Mixed
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.data.parallel import ParallelDataset


@given(parallel_data())
@settings(max_examples=20, deadline=None)
def test_items_collide_by_group_or_by_a_chain_of_passages_in_common(data: ParallelDataset) -> None:
    keys = collision_keys(data)
    assert keys.shape == (len(data), 2)
    rows = list(data)
    classes: list[tuple[set[int], set[tuple[str, str]]]] = []
    for number, item in enumerate(rows):
        members, texts = {number}, set(item["passage"].items())
        for other in [each for each in classes if each[1] & texts]:
            classes.remove(other)
            members |= other[0]
            texts |= other[1]
        classes.append((members, texts))
    together = {pair for members, _ in classes for pair in combinations(sorted(members), 2)}
    for one, two in combinations(range(len(data)), 2):
        assert (keys[one, 0] == keys[two, 0]) == (rows[one]["group"] == rows[two]["group"])
        assert (keys[one, 1] == keys[two, 1]) == ((one, two) in together)


def test_a_passage_is_told_by_languages_that_were_left_out() -> None:
    rows = [row(0, query=["de"], passage=["de", "en"]), row(1, query=["de"], passage=["de", "en"])]
    rows[1]["passage"]["en"] = rows[0]["passage"]["en"]
    first, second = collision_keys(build(rows, ["de", "en"]).restrict(["de"]))
    assert first[0] != second[0]
    assert first[1] == second[1]


def test_the_same_words_in_two_languages_are_two_passages() -> None:
    rows = [row(0, query=["de"], passage=["de"]), row(1, query=["en"], passage=["en"])]
    rows[0]["passage"]["de"] = rows[1]["passage"]["en"] = "Taxi"
    assert len(set(collision_keys(build(rows, ["de", "en"]))[:, 1].tolist())) == 2


@pytest.mark.parametrize("policy", [Monolingual(), CrossLingual(), Mixed()])
def test_a_note_on_two_pages_never_meets_itself_in_any_language(policy: Policy) -> None:
    rows = [row(n, query=["de", "en"], passage=["de", "en"], text=n // 2) for n in range(24)]
    sampler = LanguageBatchSampler(PairDataset(build(rows, ["de", "en"])), policy, batch_size=12)
    for epoch in range(5):
        sampler.set_epoch(epoch)
        for batch in sampler.batches():
            assert len(set((batch.items // 2).tolist())) == 12


def test_a_thousand_rows_and_more_keep_their_places() -> None:
    data = complete(2500, ["de"])
    assert len(set(collision_keys(data)[:, 1].tolist())) == 2500
    twice = data.select(np.arange(5000) % 2500)
    assert (collision_keys(twice)[:2500, 1] == collision_keys(twice)[2500:, 1]).all()


keys = st.tuples(st.integers(0, 14), st.just(2)).flatmap(
    lambda shape: arrays.arrays(np.int64, shape, elements=st.integers(0, 5))
)


def differ(items: Ints) -> bool:
    return all(len(set(column)) == len(column) for column in items.T.tolist())


@given(keys, keys)
@settings(max_examples=100, deadline=None)
def test_what_can_join_a_batch_differs_from_it_and_among_itself(candidates: Ints, chosen: Ints) -> None:
    joining = compatible(candidates, chosen)
    assert joining.tolist() == sorted(set(joining.tolist()))
    assert differ(candidates[joining])
    for column, taken in zip(candidates[joining].T, chosen.T, strict=True):
        assert not set(column.tolist()) & set(taken.tolist())
    if len(candidates) and not any(
        set(c) & set(t) for c, t in zip(candidates.T.tolist(), chosen.T.tolist(), strict=True)
    ):
        assert joining[0] == 0


@given(keys)
@settings(max_examples=100, deadline=None)
def test_no_larger_batch_exists(items: Ints) -> None:
    positions = most_compatible(items)
    assert differ(items[positions])
    pairs = sorted({tuple(pair) for pair in items.tolist()})
    if len(pairs) <= 9:
        larger = combinations(range(len(pairs)), len(positions) + 1)
        assert not any(differ(np.array([pairs[place] for place in places])) for places in larger)
