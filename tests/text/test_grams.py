"""Hashed n-grams agree exactly where the n-grams do, and never across the end of a text."""

from hypothesis import given
from hypothesis import strategies as st

from isoglot.text.grams import GramKind, distinct_grams
from isoglot.text.normal import WORDS, unit_of

SPACED = st.lists(st.sampled_from(["a", "bb", "ab", "ba", "é"]), min_size=1, max_size=20).map(" ".join)
HAN = st.text(st.sampled_from("中文没"), min_size=1, max_size=40)
TEXTS = st.lists(SPACED | HAN, min_size=1, max_size=8)


def grams(text: str, kind: GramKind) -> set[tuple[str, ...]]:
    """By slicing."""
    unit = unit_of(text)
    length = unit.overlap if kind == "overlap" else unit.shingle
    tokens = text.split() if kind == "overlap" and unit is WORDS else list(text)
    return {(unit.name, *tokens[start : start + length]) for start in range(len(tokens) - length + 1)}


@given(TEXTS, st.sampled_from(["overlap", "shingle"]))
def test_hashes_stand_for_grams(texts: list[str], kind: GramKind) -> None:
    hashes, owner = distinct_grams(texts, kind)
    assert owner.tolist() == sorted(owner.tolist())
    own = [set(hashes[owner == number].tolist()) for number in range(len(texts))]
    expected = [grams(text, kind) for text in texts]
    assert len(hashes) == sum(map(len, expected))
    for one, hashed_one in zip(expected, own, strict=True):
        for other, hashed_other in zip(expected, own, strict=True):
            assert len(hashed_one & hashed_other) == len(one & other)
