"""What every perturbation keeps to, on text in every script it is offered for."""

import unicodedata
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isoglot.errors import ConfigError
from isoglot.perturbation.families.code_switching import CodeSwitching
from isoglot.perturbation.registry import PERTURBATIONS, AnyPerturbation, find_perturbation, for_language

# Letters, marks, digits and punctuation of each language, and capitals where it has them.
LETTERS = {
    "en": "abcdefghijklmnopqrstuvwxyzABCXYZ0159?'-é",
    "de": "aäbcdeghiklmnoöprsßtuüzÄÖÜSZ2015?",
    "fr": "aàâbcçdeéèêilmnoôpqrstuùûÉÀL'?",
    "vi": "aăâbcdđeêghiklmnoôơprstuưvyáàảãạếềểễệộĐĂ?",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyzİIŞ’?",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАЁЙ«»?",
    "el": "αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύφχψωώΑΆ;",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئٱَُِّْ؟",
    "hi": "अआइकखगघचजटडतथदनपफबमयरलवशसहािीुेैोौ्ंँ़?",
    "th": "กขคงจชดตทนบปพมยรลวสหอะาำิีึืุูเแโใไ็่้๊๋์",
    "zh": "中国的一是不了人我在有他这为之大来以个上们到说时要就出会也你对生能而子那得于着下自年？",
    "ko": "가나다라마바사아자차카타파하각난달람맙삿앙?",
}
NO_LIBRARY = tuple(known for known in PERTURBATIONS if known.name not in ("romanise", "homophone"))
CASES = [(known, language) for known in NO_LIBRARY for language in LETTERS if known.offered(language)]
STRENGTHS = st.sampled_from([0.05, 0.2, 0.5, 1.0])


@st.composite
def queries(draw: st.DrawFn) -> tuple[AnyPerturbation, str, str, str]:
    """A perturbation, a language that has it, a text, and another one."""
    perturbation, language = draw(st.sampled_from(CASES))
    letters = st.text(LETTERS[language] + "  ", min_size=1, max_size=30).filter(str.strip)
    text, other = draw(letters), draw(letters)
    return perturbation, language, unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), text), other


def perturbed(case: tuple[AnyPerturbation, str, str, str], strength: float, seed: int = 0) -> str:
    perturbation, language, text, other = case
    rng = np.random.default_rng(seed)
    if isinstance(perturbation, CodeSwitching):
        return perturbation.apply(text, language, strength, rng, parallel=other)
    return perturbation.apply(text, language, strength, rng)


@given(case=queries())
def test_strength_0_is_the_text_itself(case: tuple[AnyPerturbation, str, str, str]) -> None:
    assert perturbed(case, 0.0) == case[2]


@given(case=queries(), strength=STRENGTHS, seed=st.integers(0, 99))
def test_a_generator_in_one_state_gives_one_text(
    case: tuple[AnyPerturbation, str, str, str], strength: float, seed: int
) -> None:
    assert perturbed(case, strength, seed) == perturbed(case, strength, seed)


@given(case=queries(), strength=STRENGTHS, seed=st.integers(0, 99))
def test_composed_text_stays_composed_and_no_query_is_blank(
    case: tuple[AnyPerturbation, str, str, str], strength: float, seed: int
) -> None:
    found = perturbed(case, strength, seed)
    assert found.strip()
    found.encode()  # no lone surrogate
    if unicodedata.is_normalized("NFC", case[2]):
        assert unicodedata.is_normalized("NFC", found)


def longer(text: str, after: str) -> int:
    return abs(len(after) - len(text))


def letters(text: str, after: str) -> int:
    return sum(a != b for a, b in zip(text, after, strict=True))


def words(text: str, after: str) -> int:
    return sum(a != b for a, b in zip(text.split(), after.split(), strict=True))


# Perturbation, language, a word, how many places of it are eligible, how edits are counted.
COUNTED = [
    ("keyboard-adjacent", "en", "asdfghjkl ", 8, letters),
    ("keyboard-drop", "ru", "фывапролд ", 8, longer),
    ("keyboard-double", "el", "ασδφγηξκλ ", 8, longer),
    ("ocr", "de", "m ", 1, longer),  # read as rn or nn
    ("diacritics", "fr", "été ", 2, letters),
    ("tones", "vi", "thế ", 1, letters),
    ("lowercase", "tr", "Iğdır ", 1, words),
    ("uppercase", "ru", "слово ", 1, words),
    ("random-case", "en", "Word ", 4, letters),
    ("spaces", "ko", "가나 ", 1, longer),
]


@pytest.mark.parametrize(("name", "language", "word", "places", "count"), COUNTED, ids=[row[0] for row in COUNTED])
@pytest.mark.parametrize("strength", [0.1, 0.5])
def test_the_share_of_edits_is_the_strength(
    name: str, language: str, word: str, places: int, count: Callable[[str, str], int], strength: float
) -> None:
    times = 2_000 // places
    text = word * times
    found = for_language(name, language)
    assert not isinstance(found, CodeSwitching)
    edits = count(text, found.apply(text, language, strength, np.random.default_rng(5)))
    spread = (places * times * strength * (1 - strength)) ** 0.5
    assert abs(edits - places * times * strength) < 4 * spread


@given(seed=st.integers(0, 999), weak=st.floats(0.01, 0.98), more=st.floats(0.01, 1.0))
def test_a_weaker_strengths_edits_are_among_a_stronger_ones(seed: int, weak: float, more: float) -> None:
    text, strong = "Ärger über Öl überall", weak + more * (1 - weak)
    for name in ("keyboard-adjacent", "diacritics", "uppercase", "random-case"):  # these keep every letter's place
        found = for_language(name, "de")
        assert not isinstance(found, CodeSwitching)
        less, much = (found.apply(text, "de", strength, np.random.default_rng(seed)) for strength in (weak, strong))
        assert all(b == c for a, b, c in zip(text, less, much, strict=True) if a != b)


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_out_of_range_is_refused(strength: float) -> None:
    with pytest.raises(ConfigError, match="from 0 to 1"):
        for_language("spaces", "en").apply("a b", "en", strength, np.random.default_rng(0))  # type: ignore[call-arg]


def test_what_a_language_does_not_have_is_refused_with_what_it_has() -> None:
    with pytest.raises(ConfigError, match="'tones' is not defined for 'ko': there is spaces, romanise, code-switch"):
        for_language("tones", "ko")
    with pytest.raises(ConfigError, match=r"no perturbation 'typo': there is keyboard, .*code-switch"):
        find_perturbation("typo")
    with pytest.raises(ConfigError, match="not a language code"):
        find_perturbation("code-switch:klingonish")
    found = find_perturbation("keyboard")
    assert not isinstance(found, CodeSwitching)
    with pytest.raises(ConfigError, match="not defined for 'ja'"):
        found.apply("守備", "ja", 0.5, np.random.default_rng(0))
