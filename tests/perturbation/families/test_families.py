"""Perturbations at full strength on short sentences, language by language, and what stays."""

import sys
import unicodedata

import numpy as np
import pytest

from isoglot.errors import ConfigError
from isoglot.perturbation.families.code_switching import CodeSwitching
from isoglot.perturbation.families.homophones import homophones
from isoglot.perturbation.families.ocr import confusions
from isoglot.perturbation.families.romanisation import romaniser
from isoglot.perturbation.registry import for_language


def full(name: str, language: str, text: str, seed: int = 0) -> str:
    found = for_language(name, language)
    assert not isinstance(found, CodeSwitching)
    return found.apply(text, language, 1.0, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("name", "language", "text", "expected"),
    [
        ("diacritics", "de", "Welche Größe hat ein Löwe?", "Welche Große hat ein Lowe?"),
        ("diacritics", "pl", "Łódź", "Lodz"),
        ("diacritics", "tr", "Kaç ışık yılı, Ağrı?", "Kac isik yili, Agri?"),
        ("diacritics", "vi", "Đường nào dài nhất?", "Duong nao dai nhat?"),
        ("tones", "vi", "Đường nào dài nhất?", "Đương nao dai nhât?"),
        ("diacritics", "el", "Πόσο ψηλή είναι η μαϊμού;", "Ποσο ψηλη ειναι η μαιμου;"),
        ("diacritics", "ru", "Ещё зелёный трамва́й", "Еще зеленый трамвай"),
        ("diacritics", "uk", "Київ і Йосип", "Київ і Йосип"),
        ("diacritics", "ar", "مَتَى أُسِّسَتْ آسيا؟", "متى اسست اسيا؟"),
        ("diacritics", "hi", "ज़मीन और चाँद", "जमीन और चांद"),
        ("diacritics", "th", "น้ำแข็งและแมวไม่รู้", "นำแขงและแมวไมรู"),
        ("tones", "th", "น้ำแข็งและแมวไม่รู้", "นำแข็งและแมวไมรู"),
        ("lowercase", "tr", "ISPARTA ve İzmir", "ısparta ve izmir"),
        ("uppercase", "tr", "izmir ılık", "İZMİR ILIK"),
        ("uppercase", "el", "ποιος", "ΠΟΙΟΣ"),
        ("random-case", "ru", "Москва", "мОСКВА"),
        ("spaces", "ko", "한국의  수도는 어디?", "한국의수도는어디?"),
        ("keyboard-drop", "en", "Who won it?", "W w i?"),
        ("keyboard-double", "en", "Who won it in 1066?", "Whhoo woonn itt inn 1066?"),
        ("keyboard-double", "th", "แมว", "แมมวว"),
        ("keyboard-drop", "es", "¿El niño?", "¿E n?"),
    ],
)
def test_full_strength(name: str, language: str, text: str, expected: str) -> None:
    assert full(name, language, text) == expected


def test_a_slip_keeps_capitals_and_first_letters() -> None:
    after = full("keyboard-adjacent", "tr", "ANKARA Iğdır")
    assert after[0] == "A"
    assert after[7] == "I"
    assert after[:6].isupper()


def test_swaps_do_not_overlap() -> None:
    assert {full("keyboard-swap", "en", "abcde", seed) for seed in range(20)} == {"badce", "acbed"}


def test_ocr_readings_are_other_glyphs() -> None:
    for script in ("Latn", "Cyrl", "Grek"):
        table = confusions(script)
        assert table
        assert all(reads and glyphs not in reads for glyphs, reads in table.items())
    assert full("ocr", "en", "rn") == "m"  # two glyphs before one of them


def test_romanisation_of_each_script() -> None:
    pytest.importorskip("uroman")
    assert full("romanise", "ru", "Москва, NATO") == "Moskva, NATO"
    assert full("romanise", "el", "Νεπάλ") == "Nepal"
    for language, text in (("ar", "متى"), ("hi", "कितने अंक"), ("th", "เท่าไร"), ("zh", "多少分"), ("ko", "몇 점")):
        assert full("romanise", language, text).isascii()


def test_homophones_are_common_characters_of_one_syllable() -> None:
    lazy_pinyin = pytest.importorskip("pypinyin").lazy_pinyin
    for language, text in (("zh", "黑豹队的防守在2015年"), ("zh-TW", "黑豹隊的防守")):
        found = full("homophone", language, text)
        assert [lazy_pinyin(a) for a in found] == [lazy_pinyin(b) for b in text]
        assert sum(a != b for a, b in zip(found, text, strict=True)) > 4


@pytest.mark.parametrize(
    ("name", "language", "library"), [("romanise", "ru", "uroman"), ("homophone", "zh", "pypinyin")]
)
def test_a_missing_library_is_named(name: str, language: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    romaniser.cache_clear()
    homophones.cache_clear()
    with pytest.raises(ConfigError, match=rf"{library}: pip install 'isoglot\[robustness\]'"):
        full(name, language, "Москва 北京")


def test_marks_that_change_places_go_back_to_their_order() -> None:
    word = "กุ่กุ่"  # vowel below, then tone above: the canonical order
    after = {full("keyboard-swap", "th", word, seed) for seed in range(20)}
    assert len(after) == 2
    assert all(unicodedata.is_normalized("NFC", found) for found in after)
