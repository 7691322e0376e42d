"""``PairDataset``: the texts of a pair by its index, in a data set that trainers and workers can handle."""

import pickle
from typing import Any

import numpy as np
import pytest
from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from helpers.random_parallel import LANGUAGES, build, complete, parallel_data, row
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError


def texts(data: ParallelDataset) -> dict[int, dict[str, str]]:
    """Every pair that exists, by the index it should have, from the rows alone."""
    size = len(data.languages)
    return {
        (number * size + data.languages.index(query)) * size + data.languages.index(passage): {
            "query": item["query"][query],
            "passage": item["passage"][passage],
        }
        for number, item in enumerate(data)
        for query in item["query"]
        for passage in item["passage"]
    }


@given(parallel_data(), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_every_pair_that_exists_is_found_by_its_index(data: ParallelDataset, order: Any) -> None:
    expected = texts(data)
    pairs, keys = PairDataset(data), list(expected)
    order.shuffle(keys)
    assert pairs.__getitems__(keys) == [expected[key] for key in keys]
    assert pairs[keys[0]] == pairs[np.int64(keys[0])] == expected[keys[0]]
    parts = pairs.decode(np.array(keys))
    assert pairs.encode(*parts).tolist() == keys


@given(parallel_data(), st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_parts_of_the_data_give_their_own_texts(data: ParallelDataset, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shuffled = data.select(rng.permutation(len(data))[: len(data) // 2])
    for part in (shuffled, data.select(range(3, 9)), shuffled.select([5, 1]), data.restrict(["de"])):
        expected, pairs = texts(part), PairDataset(part)
        assert pairs.__getitems__(list(expected)) == list(expected.values())
        assert len(pairs) == len(pairs["query"]) == len(list(pairs)) == len(part)


def test_data_of_several_sources_give_their_own_texts() -> None:
    data = ParallelDataset.concatenate([complete(4, ["de", "en"]), complete(5, ["de", "es"]).select([4, 1])])
    expected = texts(data)
    assert len(expected) == 4 * 4 + 2 * 4
    assert PairDataset(data).__getitems__(list(expected)) == list(expected.values())


def test_read_as_a_data_set_it_has_one_pair_an_item_in_its_first_language() -> None:
    has = [("en", "de en"), ("ar en", "en"), ("es", "de en"), ("ar de", "ar de")]
    data = build([row(n, query=query.split(), passage=passage.split()) for n, (query, passage) in enumerate(has)])
    pairs = PairDataset(data)
    query, passage = ["q 0 en", "q 1 en", "q 2 es", "q 3 ar"], ["p 0 en", "p 1 en", "p 2 de", "p 3 ar"]
    assert isinstance(pairs, Dataset)
    assert len(pairs) == 4
    assert pairs.column_names == list(pairs.features) == ["query", "passage"]
    assert pairs[:] == {"query": query, "passage": passage}
    assert pairs[1:3] == pairs[[1, 2]] == {"query": query[1:3], "passage": passage[1:3]}
    assert pairs["passage"] == pairs[:3]["passage"] + passage[3:] == passage
    assert list(pairs) == [{"query": q, "passage": p} for q, p in zip(query, passage, strict=True)]
    assert pairs[0] == {
        "query": "q 0 en",
        "passage": "p 0 en",
    }  # index 0 says Arabic, which item 0 does not have
    chosen = pairs.select_columns(["passage"]).select(iter([3, 0]))
    assert type(chosen) is Dataset
    assert list(chosen) == [{"passage": "p 3 ar"}, {"passage": "p 0 en"}]
    assert pairs.column_names == ["query", "passage"]
    assert pairs.select([]).column_names == ["query", "passage"]
    with pytest.raises(ValueError, match=r"\['id'\] are not among"):
        pairs.select_columns(["query", "id"])


def test_negatives_are_columns_in_the_language_of_the_passage() -> None:
    pairs = PairDataset(complete(6), negatives=2)
    assert pairs.column_names == list(pairs.features) == ["query", "passage", "negative_1", "negative_2"]
    index = pairs.encode(np.array([4]), np.array([1]), np.array([3]))
    assert pairs.__getitems__(index.tolist()) == [
        {"query": "q 4 de", "passage": "p 4 es", "negative_1": "n1 4 es", "negative_2": "n2 4 es"}
    ]
    assert pairs.select_columns(["negative_2"])[2:4] == {"negative_2": ["n2 2 ar", "n2 3 ar"]}
    assert PairDataset(complete(6), negatives=1).column_names == ["query", "passage", "negative_1"]


def test_too_few_negatives_are_refused_with_their_item_and_language() -> None:
    has = [["de", "en"] if n < 1200 else ["de"] for n in range(2500)]
    rows = [row(n, query=some, passage=some) for n, some in enumerate(has)]
    rows[900]["negatives"]["en"] = ["only one"]
    del rows[2300]["negatives"]["de"]
    data = build(rows, ["de", "en"])
    with pytest.raises(DataError, match=r"^item 'i900': negatives.en has fewer than the 2 .* or set negatives = 0\.$"):
        PairDataset(data, negatives=2)
    with pytest.raises(DataError, match=r"^item 'i2300': negatives.de has fewer than the 1 "):
        PairDataset(data, negatives=1)
    assert len(PairDataset(data.restrict(["en"]), negatives=1)) == 1200


def test_a_pickle_has_no_texts_and_reads_the_same_pairs() -> None:
    data = complete(40)
    for part in (data, data.select(np.arange(0, 40, 3))):
        pairs = PairDataset(part, negatives=1)
        sent = pickle.dumps(pairs)
        assert b"q 3 de" not in sent  # memory-mapped texts are opened again, not sent
        back = pickle.loads(sent)
        batches = list(LanguageBatchSampler(pairs, Hybrid(0.5), batch_size=4))
        assert list(LanguageBatchSampler(back, Hybrid(0.5), batch_size=4)) == batches
        assert [back.__getitems__(batch) for batch in batches] == [pairs.__getitems__(batch) for batch in batches]


def test_workers_read_the_same_pairs() -> None:
    pairs: Any = PairDataset(complete(20, LANGUAGES[:3]))
    sampler = LanguageBatchSampler(pairs, CrossLingual(), batch_size=4)
    loader = DataLoader(pairs, batch_sampler=sampler, collate_fn=list, num_workers=2)
    assert list(loader) == [pairs.__getitems__(batch) for batch in sampler]
