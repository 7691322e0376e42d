"""The parts that checks are made of."""

import unicodedata
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isoglot.cleaning.config import LanguageConfig, MarkupConfig, RepeatsConfig
from isoglot.cleaning.language import LanguageCheck
from isoglot.cleaning.majority import at_fault
from isoglot.cleaning.markup import MarkupCheck
from isoglot.cleaning.mending import mend
from isoglot.cleaning.repeats import RepeatsCheck


@given(
    text=st.text(st.characters(codec="utf-8"), max_size=40)
    | st.text("e\u0301\u00ad \u0307\u0323\u200c\n\u1100\u1161", max_size=8)
)
def test_mending_once_is_enough_and_leaves_only_text(text: str) -> None:
    mended = mend(text)
    assert mend(mended) == mended == unicodedata.normalize("NFC", mended) == " ".join(mended.split())
    assert {character for character in mended if unicodedata.category(character)[0] == "C"} <= {"\u200c", "\u200d"}
    assert not {unicodedata.category(character) for character in mended} & {"Zl", "Zp"}


def test_mending_keeps_words_whole() -> None:
    assert mend("\ufeffein\u00adzeln\u00a0\tda\x00s e\u0301") == "einzeln da s é"
    assert mend("می\u200cخواهم") == "می\u200cخواهم"


def test_pages_about_markup_are_no_markup() -> None:
    judge = MarkupCheck(MarkupConfig())
    about = "Write <b> before and </b> after a word to make it bold; a cell is named <A1>, and x < y > z holds. " * 2
    assert not judge(about, language="en", side="passage")
    for remains in ("<p>text here</p>", "Tom &amp; Jerry", "Hello {{user.name}}, hi", "caf\ufffd"):
        assert judge(remains, language="en", side="query")
    assert not judge("AT&T; and &c. in a sentence", language="en", side="query")


@pytest.mark.parametrize("text", ["1 2 1 2 1 2 1 2 1 2", "no, no, no: that is not so", "我们天天向上，天天学习"])
def test_what_repeats_a_little_or_in_figures_is_let_be(text: str) -> None:
    assert not RepeatsCheck(RepeatsConfig())(text, language="en", side="query")


@pytest.mark.parametrize(
    "text", ["ha ha ha ha ha", "der Hund der Hund der Hund der Hund", "的的的的的的", "คือคือคือคือคือ", "aaaaaaaa"]
)
def test_what_repeats_itself_is_found_in_words_and_in_characters(text: str) -> None:
    assert RepeatsCheck(RepeatsConfig())(text, language="en", side="query")


class _Fixed:
    """An identifier that always says the same."""

    def __init__(self, **probabilities: float) -> None:
        self.languages = frozenset(probabilities)
        self.probabilities: Callable[[str], dict[str, float]] = lambda text: dict(probabilities)


@pytest.mark.parametrize(
    ("probabilities", "label", "wrong"),
    [
        ({"es": 0.9, "ca": 0.1}, "ca", False),  # nine to one is not sure enough
        ({"es": 0.99, "ca": 0.01}, "ca", True),
        ({"es": 0.99, "ca": 0.01}, "es", False),
        ({"wuu": 0.98, "zh": 0.01, "en": 0.01}, "zh-Hant", False),  # Wu is Chinese
        ({"es": 1.0}, "qu", False),  # a language that the identifier does not know
        ({"es": 1.0, "pt": 0.0}, "pt-BR", True),
    ],
)
def test_a_language_is_wrong_only_where_another_is_much_more_probable(
    probabilities: dict[str, float], label: str, wrong: bool
) -> None:
    judge = LanguageCheck(LanguageConfig(), _Fixed(**probabilities))
    assert judge("una casa en el campo", language=label, side="query") is wrong
    assert not judge("casa X2", language=label, side="query")


def test_the_text_that_fits_no_other_is_at_fault_and_of_two_the_rarer_language() -> None:
    misfits = np.zeros((3, 3, 3), dtype=bool)
    misfits[0, 2, :2] = misfits[0, :2, 2] = True  # the third fits neither of the others
    misfits[1] = ~np.eye(3, dtype=bool)  # none fits any
    comparable = np.broadcast_to(~np.eye(3, dtype=bool), misfits.shape).copy()
    misfits[2, 0, 1] = misfits[2, 1, 0] = True  # two texts only
    comparable[2, 2] = comparable[2, :, 2] = False
    found = at_fault(misfits, comparable, rank=[1, 0, 2])
    assert found.tolist() == [[False, False, True], [True, False, True], [True, False, False]]
