"""Texts that stream by an index: the near ones as by comparing every two, and with bounded work where all are near."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.near import SIMILAR, THRESHOLD, boilerplate, proposed, templated
from isoglot.arrays import Hashes
from isoglot.text.near import index
from isoglot.text.near.index import NearIndex, NearSearch, NearText
from isoglot.text.near.jaccard import gram_jaccard

pytest.importorskip("datasketch")

TEXTS = st.lists(SIMILAR, max_size=12, unique=True)


def searched(known: list[str], others: list[str]) -> tuple[list[NearText], NearSearch]:
    told: list[int] = []
    search = NearSearch(NearIndex(known, threshold=THRESHOLD, progress=told.append))
    assert sum(told) == len(known)
    cut = len(others) // 2
    found = list(search.near(others[:cut]))
    found += [NearText(near.text + cut, near.known, near.jaccard) for near in search.near(others[cut:])]
    return found, search


@settings(max_examples=50)
@given(TEXTS, TEXTS)
def test_what_is_found_is_what_comparing_every_two_says(known: list[str], others: list[str]) -> None:
    found, search = searched(known, others)
    near = proposed([*others, *known])[: len(others), len(others) :] if known and others else np.zeros((0, 0))
    expected = {(a, b) for a, b in np.argwhere(near).tolist() if others[a] != known[b]}
    assert {(one.text, one.known) for one in found} == expected
    assert len(found) == len(expected)
    assert np.flatnonzero(search.found).tolist() == sorted({b for _, b in expected})


@pytest.mark.parametrize("others", [1, 700])
def test_of_texts_of_one_template_every_one_is_found_without_comparing_every_two(
    others: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = Counter[str]()

    def counted(one: Hashes, other: Hashes) -> float:
        pairs["compared"] += 1
        return gram_jaccard(one, other)

    monkeypatch.setattr(index, "gram_jaccard", counted)
    texts = templated(700 + others)
    found, search = searched(texts[:700], texts[700:])
    assert search.found.all()
    assert {near.text for near in found} == set(range(others))
    assert pairs["compared"] <= 700 + 10 * others


def test_a_copy_is_found_in_a_crowd_of_texts_that_are_just_not_near() -> None:
    known = boilerplate(800, middle=42)
    copied = range(300, 400)
    found, search = searched(known, [known[number][:-1] + "1" for number in copied])
    assert [(near.text, near.known) for near in found] == list(enumerate(copied))
    assert np.flatnonzero(search.found).tolist() == list(copied)
