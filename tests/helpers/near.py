"""Texts that share much, and what near duplicates among them are, by comparing every two."""

import random
from collections.abc import Callable, Sequence

import numpy as np
from hypothesis import strategies as st

from isoglot.arrays import Bools, Ints
from isoglot.text.grams import distinct_grams
from isoglot.text.near.bands import sketches
from isoglot.text.near.jaccard import near_pairs

THRESHOLD = 0.7

_PARTS = st.lists(st.sampled_from(["oak chair", "delivery", "of wood", "12", "in days", "warranty"]), max_size=6)

SIMILAR = _PARTS.map(lambda parts: " ".join(["this is the text that all of them begin with", *parts]))
"""Texts in normal form, of which many are near duplicates and many others nearly are."""


def templated(count: int) -> list[str]:
    """Texts of which every two are near duplicates, by whatever threshold up to 0.8."""
    return [
        f"product {n} is a fine chair of oak that we deliver in {n % 29} days to any place at all" for n in range(count)
    ]


def boilerplate(count: int, *, middle: int) -> list[str]:
    """Texts that share some 150 n-grams, and so the keys of most bands, around ``middle`` letters of their own."""
    draw = random.Random(5)
    letters = "abcdefghijklmnopqrstuvwxyz"
    shared = "".join(draw.choices(letters, k=160))
    return [f"{shared[:80]}{''.join(draw.choices(letters, k=middle))}{shared[80:]}" for _ in range(count)]


def reader(texts: Sequence[str]) -> Callable[[Ints], list[str]]:
    """What gives the texts by their numbers."""
    return lambda numbers: [texts[number] for number in numbers.tolist()]


def proposed(texts: Sequence[str]) -> Bools:
    """(texts, texts) bool: near duplicates that agree in a band."""
    found = sketches(*distinct_grams(texts, "shingle"), threshold=THRESHOLD)
    agree = np.zeros((len(texts), len(texts)), dtype=bool)
    agree[np.ix_(found.text, found.text)] = (found.keys[:, None] == found.keys[None]).any(axis=2)
    return agree & near_pairs(texts, threshold=THRESHOLD)
