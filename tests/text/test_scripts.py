"""The table of scripts says the same of languages, of characters by their names, and of blocks."""

import re
import sys
import unicodedata

import pytest

from isoglot.text.scripts import FIRST_UNSPACED, SCRIPTS, Script, script_of, spaced, stands_alone

LETTERS = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] == "L"]


@pytest.mark.parametrize("script", [one for one in SCRIPTS if one.blocks], ids=lambda one: one.names[0])
def test_the_letters_of_a_block_are_of_the_script_by_name(script: Script) -> None:
    inside = re.compile(f"[{script.blocks}]").match
    letters = [letter for letter in LETTERS if inside(letter)]
    assert len(letters) > 30
    assert {script_of(letter) for letter in letters} == {script}


def test_nothing_below_thai_is_without_spaces() -> None:
    alone = [letter for letter in LETTERS if stands_alone(letter)]
    assert min(alone) == unicodedata.lookup("THAI CHARACTER KO KAI") > FIRST_UNSPACED
    assert not any(stands_alone(letter) for letter in "aжक한ག")
    assert all(stands_alone(letter) for letter in "字かカーกກកကㄅ")


@pytest.mark.parametrize(
    ("language", "has_spaces"),
    [("en", True), ("ko", True), ("hi", True), ("x-klingon", True), ("zh", False), ("zh-TW", False), ("ja", False)]
    + [(language, False) for language in ("th", "lo", "km", "my", "bo", "yue")],
)
def test_a_language_has_spaces_as_its_script_does(language: str, has_spaces: bool) -> None:
    assert spaced(language) is has_spaces
