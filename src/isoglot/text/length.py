"""How long a text is: in characters, in letters of Latin script, in words or what stands for them."""

from collections.abc import Sequence
from functools import cache

import regex  # type: ignore[import-untyped, unused-ignore]

from isoglot.text.normal import WORDS, Unit, normal_form, unit_of
from isoglot.text.scripts import script_of

_ASCII_SPACE = " \t\n\r\v\f"
_FOR_UNIT = 200  # texts that tell a language's unit
_GRAPHEME = regex.compile(r"\X")  # extended grapheme clusters (Unicode Standard Annex 29)


def solid_length(text: str) -> int:
    """Characters other than the space."""
    return len(text) - text.count(" ")


def latin_length(text: str) -> float:
    """How many letters of Latin script a text is worth, white space not counted.

    A Chinese character is worth 2.8 letters, a syllable of Hangul 2.1 and a kana 1.2; a letter or mark of any other
    script counts as one. docs/cleaning.md says how this was measured.
    """
    if text.isascii():
        return len(text) - sum(map(text.count, _ASCII_SPACE))
    return sum(map(_letters, text))


def unit_length(normal: str, unit: Unit) -> int:
    """The words of a text in normal form; its characters where the script has no spaces."""
    return len(normal.split()) if unit.spaced else len(normal)


def english_words(normal: str) -> float:
    """How many English words a text in normal form is worth: its words, or as many as its characters carry."""
    unit = unit_of(normal)
    return unit_length(normal, unit) * WORDS.overlap / unit.overlap


def common_unit(texts: Sequence[str]) -> Unit:
    """What stands for words in these texts' script: words, or characters where there are no spaces."""
    return unit_of(normal_form(" ".join(texts[:_FOR_UNIT])))


def read_length(text: str, unit: Unit) -> int:
    """As a reader counts: words (what spaces divide), or graphemes other than space."""
    if unit.spaced:
        return len(text.split())
    return sum(not cluster.isspace() for cluster in _GRAPHEME.findall(text))


@cache
def _letters(character: str) -> float:
    own = script_of(character)
    return 0.0 if character.isspace() else 1.0 if own is None else own.letters
