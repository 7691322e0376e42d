"""Three ways to near duplicates find the same: in a batch, in a column, and in an index as others stream by."""

import random

import numpy as np
import pytest

from helpers.planted import words
from isoglot.text.near.column import candidate_pairs
from isoglot.text.near.index import NearIndex
from isoglot.text.near.jaccard import jaccard, near_pairs
from isoglot.text.normal import shingles

pytest.importorskip("datasketch")

THRESHOLD = 0.7


def edited(text: str, count: int, draw: random.Random) -> str:
    letters = list(text)
    for place in draw.sample(range(len(letters)), count):
        letters[place] = draw.choice("0123456789")
    return "".join(letters)


def test_three_ways_find_the_same() -> None:
    draw = random.Random(3)
    texts = [words(number, size, language) for number in range(20) for size, language in ((10, "en"), (60, "zh"))]
    texts += [edited(text, round(share * len(text)), draw) for text in texts for share in (0.01, 0.02, 0.04)]
    texts += ["", "ab", "abcd"]  # too short for an n-gram
    sets = [shingles(text) for text in texts]

    in_batch = np.argwhere(np.tril(near_pairs(texts, threshold=THRESHOLD))).tolist()
    runs = (texts[start : start + 30] for start in range(0, len(texts), 30))
    candidates = list(candidate_pairs(runs, threshold=THRESHOLD))
    in_column = [[late, early] for early, late in candidates if jaccard(sets[early], sets[late]) >= THRESHOLD]
    index = NearIndex(texts, threshold=THRESHOLD)
    in_index = [[near.text, near.known] for near in index.near(texts) if near.known < near.text]
    assert 40 < len(in_batch) < len(candidates)
    assert in_batch == in_column == in_index


def test_nothing_is_near_to_nothing() -> None:
    assert list(candidate_pairs([], threshold=THRESHOLD)) == []
    assert list(candidate_pairs([["", "ab"], []], threshold=THRESHOLD)) == []
    assert list(NearIndex([], threshold=THRESHOLD).near(["some text", "ab"])) == []
    assert list(NearIndex(["some text"], threshold=THRESHOLD).near([])) == []
