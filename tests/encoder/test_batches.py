from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models

from isoglot.encoder.batches import batches


class Padding:
    """Has a tokenizer that is called, a token a character, as a transformer has."""

    max_seq_length = 100

    def tokenizer(self, texts: list[str], **_: Any) -> dict[str, list[str]]:
        return {"input_ids": texts}


class Static:
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))


class Unknown:
    pass


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 300).map("x".__mul__), max_size=80))
@pytest.mark.parametrize("encoder", [Padding(), Static(), Unknown()])
def test_every_text_is_in_one_batch_and_longer_ones_come_first(encoder: Any, texts: list[str]) -> None:
    found = list(batches(encoder, texts))
    assert sorted(number for batch in found for number in batch) == list(range(len(texts)))
    for one, next_one in pairwise(found):
        assert min(cost(encoder, texts, one)) >= max(cost(encoder, texts, next_one))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 300).map("x".__mul__), max_size=80))
def test_a_padded_batch_is_within_its_budget_and_the_next_text_would_not_be(texts: list[str]) -> None:
    found = [cost(Padding(), texts, batch) for batch in batches(Padding(), texts)]
    assert all(len(batch) * max(batch) <= 1_024 for batch in found)
    assert all((len(batch) + 1) * max(batch) > 1_024 for batch in found[:-1])


def test_a_static_encoder_gets_many_texts_at_once_and_an_unknown_one_some() -> None:
    texts = [f"a text of some fifty characters, number {n:09}" for n in range(10_000)]
    assert min(len(batch) for batch in list(batches(Static(), texts))[:-1]) > 4_000
    assert {len(batch) for batch in list(batches(Unknown(), texts))[:-1]} == {32}


def test_a_static_encoders_batch_of_long_texts_is_bounded() -> None:
    texts = ["word " * 20_000] * 8
    assert [len(batch) for batch in batches(Static(), texts)] == [2, 2, 2, 2]


def cost(encoder: Any, texts: list[str], batch: Any) -> list[int]:
    """Of its texts."""
    limit = getattr(encoder, "max_seq_length", np.inf)
    return [min(len(texts[number]), limit) for number in batch]
