"""Lengths are comparable between scripts; words and graphemes are counted as a reader would."""

import numpy as np
import pytest

from helpers.spoilt import LANGUAGES, sample_rows
from isoglot.text.length import common_unit, english_words, latin_length, read_length, solid_length, unit_length
from isoglot.text.normal import normal_form, unit_of


def test_length_is_in_letters_of_latin_script() -> None:
    lengths = {
        language: np.median([latin_length(row["passage"][language]) for row in sample_rows()]) for language in LANGUAGES
    }
    assert all(0.75 < length / lengths["en"] < 1.3 for length in lengths.values()), lengths


@pytest.mark.parametrize(
    ("text", "letters"), [("a b\tc", 3), ("é b", 2), ("它 有", 5.6), ("한국", 4.2), ("これは本", 6.4), ("ไทย", 3)]
)
def test_a_character_is_worth_some_letters(text: str, letters: float) -> None:
    assert latin_length(text) == pytest.approx(letters)


@pytest.mark.parametrize(
    ("text", "unit", "units"),
    [
        ("How tall is it?", "words", 4),
        ("它 有多高", "Han characters", 4),
        ("これは本です", "Japanese characters", 6),
        ("กี่ น้ำ", "Thai, Lao, Khmer or Burmese characters", 2),  # of six code points but for the space
    ],
)
def test_words_are_counted_and_graphemes_where_there_are_no_spaces(text: str, unit: str, units: int) -> None:
    found = common_unit([text])
    assert found.name == unit
    assert read_length(text, found) == units


def test_of_a_normal_form_words_are_counted_or_characters() -> None:
    for text, units, english in (("One, two!", 2, 2), ("这是一个没有空格的句子", 11, 11 * 13 / 23), ("", 0, 0)):
        normal = normal_form(text)
        assert (unit_length(normal, unit_of(normal)), english_words(normal)) == (units, english)
    assert solid_length(" a  bc ") == 3
