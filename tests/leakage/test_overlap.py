"""The share of a text's 13-grams in training text, against the same by slicing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from isoglot.leakage.overlap import Overlap
from isoglot.leakage.sides import TrainingPlace

TEXT = st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=60).map(" ".join)
TEXTS = st.lists(TEXT, min_size=1, max_size=6)


def grams(text: str) -> set[str]:
    words = text.split()
    return {" ".join(words[start : start + 13]) for start in range(len(words) - 12)}


@given(TEXTS, TEXTS, TEXTS)
def test_shares_and_their_sources(tests: list[str], first: list[str], second: list[str]) -> None:
    overlap = Overlap(tests, sources=2)
    for source, texts in enumerate((first, second)):
        for start in range(0, len(texts), 2):
            run = texts[start : start + 2]
            overlap.add(run, [TrainingPlace(source, (start + number,), "en") for number in range(len(run))])
    cases: list[tuple[int | None, list[str]]] = [(0, first), (1, second), (None, first + second)]
    for case, texts in cases:
        known = set().union(*map(grams, texts))
        expected = [len(grams(text) & known) / max(1, len(grams(text))) for text in tests]
        np.testing.assert_allclose(overlap.shares(case), expected)
    for number, text in enumerate(tests):
        contributing = {overlap.places[place] for place in overlap.contributing(np.array([number]))}
        shared = {
            TrainingPlace(source, (row,), "en"): len(grams(other) & grams(text))
            for source, texts in enumerate((first, second))
            for row, other in enumerate(texts)
        }
        assert contributing == {place for place, count in shared.items() if count}
        if contributing:
            assert shared[overlap.places[overlap.closest(number)]] == max(shared.values())


def test_nothing_is_shared_where_there_is_nothing() -> None:
    overlap = Overlap(["too short"], sources=1)
    overlap.add(["a " * 20 + "a"], [TrainingPlace(0, (0,), "en")])
    assert overlap.shares().tolist() == [0.0]
    assert overlap.contributing(np.array([0])) == []
