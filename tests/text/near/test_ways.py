"""Three ways to near duplicates find the same: in a batch, in a column, and in an index as others stream by."""

import random

import numpy as np
import pytest

from helpers.near import THRESHOLD, reader
from helpers.planted import words
from isoglot.text.near.column import near_earlier
from isoglot.text.near.index import NearIndex, NearSearch
from isoglot.text.near.jaccard import near_pairs

pytest.importorskip("datasketch")


def silent(count: int) -> None:
    """Tell nobody."""


def edited(text: str, count: int, draw: random.Random) -> str:
    letters = list(text)
    for place in draw.sample(range(len(letters)), count):
        letters[place] = draw.choice("0123456789")
    return "".join(letters)


def test_three_ways_find_the_same() -> None:
    draw = random.Random(3)
    texts = [words(number, size, language) for number in range(20) for size, language in ((10, "en"), (60, "zh"))]
    texts += [edited(text, round(share * len(text)), draw) for text in texts for share in (0.01, 0.02, 0.04)]
    texts += ["ab", "abcd"]  # too short for an n-gram

    in_batch = near_pairs(texts, threshold=THRESHOLD)
    search = NearSearch(NearIndex(texts, threshold=THRESHOLD, progress=silent))
    in_index = [(near.text, near.known) for near in search.near(texts)]
    assert len(in_index) > 80
    assert sorted(in_index) == [(one, other) for one, other in np.argwhere(in_batch).tolist()]

    went: list[bool] = []
    for late in range(len(texts)):
        went.append(any(in_batch[late, early] and not went[early] for early in range(late)))
    in_column = near_earlier(reader(texts), np.arange(len(texts)), threshold=THRESHOLD, progress=silent)
    assert in_column.tolist() == went


def test_nothing_is_near_to_nothing() -> None:
    for texts in ([], ["ab", "abc"]):
        owner = np.arange(len(texts))
        assert not near_earlier(reader(texts), owner, threshold=THRESHOLD, progress=silent).any()
    for known, texts in (([], ["some text", "ab"]), (["some text"], [])):
        assert not list(NearSearch(NearIndex(known, threshold=THRESHOLD, progress=silent)).near(texts))
