"""Scripts: which of them have no spaces between words, by language and by character, and what a character is worth."""

import unicodedata
from dataclasses import dataclass
from functools import cache

import langcodes

from isoglot.languages import script

CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Script:
    """A script that is not like Latin in some way.

    Attributes:
        codes: ISO 15924 codes of the languages that are written in it; Japanese has one for Han and kana together.
        names: first words of its characters' names in Unicode.
        blocks: its main blocks in Unicode, as a regular expression's class has them, without the extensions for
            minority languages and old texts.
        spaced: whether words are told by spaces. Thai and Lao put spaces between phrases.
        letters: how many letters of Latin script a character is worth; docs/cleaning.md says how this was measured.
    """

    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    blocks: str = ""
    spaced: bool = False
    letters: float = 1.0


HAN = Script(
    codes=("Hans", "Hant", "Hani", "Jpan"),
    names=("CJK",),
    blocks="\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    letters=2.8,
)
KANA = Script(
    codes=("Jpan",),
    names=("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"),  # the last for the mark of a long vowel
    blocks="\u3040-\u30ff\u31f0-\u31ff",
    letters=1.2,
)
THAI = Script(codes=("Thai",), names=("THAI",), blocks="\u0e00-\u0e7f")
LAO = Script(codes=("Laoo",), names=("LAO",), blocks="\u0e80-\u0eff")
KHMER = Script(codes=("Khmr",), names=("KHMER",), blocks="\u1780-\u17ff")
MYANMAR = Script(codes=("Mymr",), names=("MYANMAR",), blocks="\u1000-\u109f")
HANGUL = Script(codes=("Kore", "Hang"), names=("HANGUL",), spaced=True, letters=2.1)
# Beside Han and kana, in glosses and in old writing: no text consists of them.
BOPOMOFO = Script(names=("BOPOMOFO",))
HENTAIGANA = Script(names=("HENTAIGANA",))
# A mark ends every syllable, so that its characters need not stand for words.
TIBETAN = Script(codes=("Tibt",))

SCRIPTS = (HAN, KANA, THAI, LAO, KHMER, MYANMAR, HANGUL, BOPOMOFO, HENTAIGANA, TIBETAN)

FIRST_UNSPACED = min(one.blocks[0] for one in SCRIPTS if one.blocks)
"""Where Thai begins: all characters below are of scripts with spaces."""

_BY_NAME = {name: one for one in SCRIPTS for name in one.names}
_UNSPACED_CODES = frozenset(code for one in SCRIPTS if not one.spaced for code in one.codes)


@cache
def base_language(language: str) -> str:
    """The tag's language without script and region: ``"pt-BR"`` -> ``"pt"``."""
    return langcodes.get(language).language or language


def cased(language: str) -> bool:
    """Whether its letters come in two cases."""
    return script(language) in CASED


def spaced(language: str) -> bool:
    """Whether its words are written apart; not known counts as yes."""
    return script(language) not in _UNSPACED_CODES


@cache
def script_of(character: str) -> Script | None:
    """The script of a character; None for all that are like Latin."""
    return _BY_NAME.get(unicodedata.name(character, "").partition(" ")[0])


def stands_alone(character: str) -> bool:
    """Whether a character stands for a word where words are counted: it is of a script without spaces."""
    own = script_of(character)
    return own is not None and not own.spaced
