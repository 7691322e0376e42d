"""The normal form makes layout, case and punctuation the same, and the script tells the unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isoglot.text.normal import HAN, JAPANESE, SOUTH_EAST, UNITS, WORDS, normal_form, shingles, unit_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What IS  it?\n", "what is it"),
        ("It`s “so”, then", "it's so - then"),
        ("ＦＵＬＬ width １２", "full width 12"),
        ("Straße", "STRASSE"),
        ("e\u0301te\u0301", "été"),
        ("soft\u00adhyphen and zero\u200cwidth", "softhyphen and zerowidth"),
        ("2015 赛季，黑豹队", "2015赛季 黑豹队。"),
    ],
)
def test_texts_that_read_the_same_are_the_same(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(
    ("one", "other"), [("in 2006", "in 2009"), ("nowhere", "now here"), ("हिंदी", "हद"), ("co-op", "coop")]
)
def test_texts_that_read_differently_stay_apart(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


@given(st.text())
def test_the_normal_form_is_its_own(text: str) -> None:
    normal = normal_form(text)
    assert normal_form(normal) == normal
    assert normal == " ".join(normal.split())


def test_text_without_letters_is_empty() -> None:
    assert normal_form(" …?! → \u200b") == ""


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("plain words", WORDS),
        ("हिंदी में शब्द", WORDS),
        ("한국어 단어", WORDS),
        ("中文没有空格", HAN),
        ("日本語には空白がない", JAPANESE),
        ("ภาษาไทยไม่มีช่องว่าง", SOUTH_EAST),
        ("မြန်မာစာ", SOUTH_EAST),
        ("a word, 中文, and more words", WORDS),
        ("LibreOffice 中文没有空格文字处理软件的帮助", HAN),
        ("", WORDS),
    ],
)
def test_the_script_tells_the_unit(text: str, unit: object) -> None:
    assert unit_of(normal_form(text)) is unit


def test_shingles_are_the_characters_in_a_row() -> None:
    assert shingles("abc de") == {"abc d", "bc de"}
    assert shingles("中文没有") == {"中文没", "文没有"}
    assert shingles("abc") == {"abc"}
    assert [unit.overlap for unit in UNITS] == [13, 23, 34, 72]  # as docs/leakage.md says
