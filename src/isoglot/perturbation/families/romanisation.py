"""Words written in the Latin alphabet, as where a keyboard of one's own script is not at hand.

The romanisation is that of the library uroman (Hermjakob, May and Knight 2018, aclanthology.org/P18-4003), told
the language. It is one scheme, without tones or vowels that are not written: users' own habits (Arabizi,
Greeklish, Hinglish) vary more than it does. Not for Japanese, whose kanji uroman reads as Chinese.
"""

import re
from functools import cache
from typing import Any

import langcodes
import numpy as np

from isoglot.extras import need
from isoglot.languages import script
from isoglot.perturbation.perturbation import Perturbation, chosen

_NAME = "romanise"
_WORD = re.compile(r"\S+")


@cache
def romaniser() -> Any:
    """uroman's, whose tables take some seconds to read.

    Raises:
        ConfigError: uroman is not installed.
    """
    return need("uroman", extra="robustness", what=f"the perturbation {_NAME!r} needs").Uroman()


@cache
def _iso_639_3(language: str) -> str:
    return langcodes.get(language).to_alpha3(variant="T")


def _romanised(text: str, language: str, strength: float, rng: np.random.Generator) -> str:
    def latin(word: str) -> str:
        return str(romaniser().romanize_string(word, lcode=_iso_639_3(language))).strip()

    words = [word for word in _WORD.finditer(text) if not word[0].isascii()]
    edited = {word.start() for word, hit in zip(words, chosen(len(words), strength, rng), strict=True) if hit}
    return _WORD.sub(lambda word: latin(word[0]) if word.start() in edited else word[0], text)


ROMANISE = Perturbation(
    name=_NAME,
    summary="words in the Latin alphabet; strength: share of the words (of the queries, where no spaces are written)",
    offered=lambda language: script(language) not in ("Latn", "Jpan", "Zyyy"),
    rewrite=_romanised,
)
