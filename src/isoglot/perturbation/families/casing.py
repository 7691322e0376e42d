"""Case: lower and upper, by words, and letters whose case is flipped; in scripts that have case."""

import re
from collections.abc import Callable

import numpy as np

from isoglot.perturbation.perturbation import Perturbation, chosen
from isoglot.text.scripts import base_language, cased

# Dotted and dotless i are two letters here, which Unicode's own mapping takes for one.
_TURKIC = frozenset({"tr", "az"})
_WORD = re.compile(r"\S+")


def lower(text: str, language: str) -> str:
    """Lower case; ``I`` becomes ``ı`` and ``İ`` becomes ``i`` in Turkish and Azerbaijani."""
    if base_language(language) in _TURKIC:
        text = text.replace("İ", "i").replace("I", "ı")
    return text.lower()


def upper(text: str, language: str) -> str:
    """Upper case; ``i`` becomes ``İ`` in Turkish and Azerbaijani."""
    return (text.replace("i", "İ") if base_language(language) in _TURKIC else text).upper()


def _by_word(change: Callable[[str, str], str]) -> Callable[[str, str, float, np.random.Generator], str]:
    def rewrite(text: str, language: str, strength: float, rng: np.random.Generator) -> str:
        words = [word for word in _WORD.finditer(text) if change(word[0], language) != word[0]]
        edited = {word.start() for word, hit in zip(words, chosen(len(words), strength, rng), strict=True) if hit}
        return _WORD.sub(lambda word: change(word[0], language) if word.start() in edited else word[0], text)

    return rewrite


def _flipped(text: str, language: str, strength: float, rng: np.random.Generator) -> str:
    other = [_other_case(letter, language) for letter in text]
    places = [n for n, letter in enumerate(text) if other[n] != letter]
    letters = list(text)
    for place, hit in zip(places, chosen(len(places), strength, rng), strict=True):
        if hit:
            letters[place] = other[place]
    return "".join(letters)


def _other_case(letter: str, language: str) -> str:
    small = lower(letter, language)
    return small if small != letter else upper(letter, language)


CASE = (
    Perturbation(
        name="lowercase",
        summary="words in lower case; strength: share of the words that have a capital",
        offered=cased,
        rewrite=_by_word(lower),
    ),
    Perturbation(
        name="uppercase",
        summary="words in capitals; strength: share of the words that have a small letter",
        offered=cased,
        rewrite=_by_word(upper),
    ),
    Perturbation(
        name="random-case",
        summary="letters in the other case; strength: share of the letters",
        offered=cased,
        rewrite=_flipped,
    ),
)
