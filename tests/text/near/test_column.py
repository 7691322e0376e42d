"""Of near duplicates the first stays: as by comparing every two, and with bounded work where that would be too much."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.near import SIMILAR, THRESHOLD, boilerplate, proposed, reader, templated
from isoglot.arrays import Bools, Hashes, Ints
from isoglot.text.near import column
from isoglot.text.near.bands import MOST
from isoglot.text.near.jaccard import gram_jaccard, near_pairs

pytest.importorskip("datasketch")

OWNED = st.lists(st.tuples(SIMILAR, st.integers(0, 4)), max_size=16, unique_by=lambda one: one[0])


def gone(texts: list[str], owner: Ints, told: list[int] | None = None) -> Bools:
    progress = (told if told is not None else []).append
    return column.near_earlier(reader(texts), owner, threshold=THRESHOLD, progress=progress)


@settings(max_examples=50)
@given(OWNED)
def test_what_goes_is_what_comparing_every_two_says(items: list[tuple[str, int]]) -> None:
    texts, owner = [text for text, _ in items], np.array([own for _, own in items], dtype=np.int64)
    near = proposed(texts) if texts else np.zeros((0, 0), dtype=bool)
    expected: list[bool] = []
    for late in range(len(texts)):
        stays = [early for early in range(late) if not expected[early] and owner[early] != owner[late]]
        expected.append(bool(near[late, stays].any()))
    told: list[int] = []
    assert gone(texts, owner, told).tolist() == expected
    assert sum(told) == 2 * len(texts)


@settings(max_examples=50)
@given(OWNED, st.integers(1, 3))
def test_a_text_that_goes_is_near_to_one_that_stays_however_few_are_compared(
    items: list[tuple[str, int]], most: int
) -> None:
    texts, owner = [text for text, _ in items], np.array([own for _, own in items], dtype=np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(column, "MOST", most)
        went = gone(texts, owner)
        stays = np.flatnonzero(~went)
        near = near_pairs(texts, threshold=THRESHOLD)
        for late in np.flatnonzero(went).tolist():
            assert any(near[late, early] and owner[early] != owner[late] for early in stays[stays < late].tolist())
        assert not gone([texts[number] for number in stays.tolist()], owner[stays]).any()


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many pairs are compared."""
    counts = Counter[str]()

    def counted(one: Hashes, other: Hashes) -> float:
        counts["pairs"] += 1
        return gram_jaccard(one, other)

    monkeypatch.setattr(column, "gram_jaccard", counted)
    return counts


def test_texts_of_one_template_are_compared_with_the_first(compared: Counter[str]) -> None:
    texts = templated(1_500)
    assert gone(texts, np.arange(len(texts))).sum() == len(texts) - 1
    assert compared["pairs"] < 2 * len(texts)


def test_texts_of_one_owner_are_not_compared(compared: Counter[str]) -> None:
    texts = templated(300)
    owner = np.zeros(len(texts), dtype=np.int64)
    assert not gone(texts, owner).any()
    owner[-1] = 1
    assert gone(texts, owner).tolist() == [False] * (len(texts) - 1) + [True]
    assert compared["pairs"] == 1


def test_in_a_crowd_of_texts_that_are_just_not_near_the_work_is_bounded_and_copies_are_found(
    compared: Counter[str],
) -> None:
    texts = boilerplate(800, middle=42)
    near = near_pairs(texts[:60], threshold=THRESHOLD)
    assert not near.any()
    assert near_pairs(texts[:60], threshold=THRESHOLD - 0.1).sum() == 60 * 59
    copies = [text[:-1] + "1" for text in texts[400:500]]
    went = gone([*texts, *copies], np.arange(len(texts) + len(copies)))
    assert not went[: len(texts)].any()
    assert went[len(texts) :].all()
    assert MOST * 500 < compared["pairs"] <= MOST * len(went)
