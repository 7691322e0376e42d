"""Keyboard layouts, and which keys lie next to each other.

A layout is what its keys write, letters only, without and with Shift: four rows from the digits down, the keys of
a row apart by spaces, ``.`` for a key that writes no letter. Sources: the national standards as everyday systems
ship them (US QWERTY; German T1; French AZERTY; Spanish; Turkish Q; Russian and Ukrainian Windows layouts; Greek
ELOT 220; Arabic 101; Hindi InScript, IS 13194; Thai Kedmanee, TIS 820).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from isoglot.languages import script
from isoglot.text.scripts import base_language

# How far a row's first key stands to the right of the digit 1, in keys.
_INDENT = (0.0, 0.5, 0.75, 1.25)
# Beside each other in a row: 1.00; one row apart: 1.03, 1.12, 1.25; the next but one key: 1.6 and more.
_REACH = 1.3


@dataclass(frozen=True)
class Layout:
    """Attributes:
    name: what the layout is called.
    levels: the rows without Shift and, where letters of a script are there, with Shift.
    """

    name: str
    levels: tuple[tuple[str, str, str, str], ...]


_QWERTY = Layout("US QWERTY", (("", "q w e r t y u i o p", "a s d f g h j k l", "z x c v b n m"),))
_BY_LANGUAGE = {
    "de": Layout(
        "German QWERTZ",
        ((". . . . . . . . . . ß", "q w e r t z u i o p ü", "a s d f g h j k l ö ä", "y x c v b n m"),),
    ),
    "fr": Layout(
        "French AZERTY",
        ((". é . . . . è . ç à", "a z e r t y u i o p", "q s d f g h j k l m ù", "w x c v b n"),),
    ),
    "es": Layout("Spanish QWERTY", (("", "q w e r t y u i o p", "a s d f g h j k l ñ", "z x c v b n m"),)),
    "tr": Layout("Turkish Q", (("", "q w e r t y u ı o p ğ ü", "a s d f g h j k l ş i", "z x c v b n m ö ç"),)),
    "ru": Layout("Russian ЙЦУКЕН", (("", "й ц у к е н г ш щ з х ъ", "ф ы в а п р о л д ж э", "я ч с м и т ь б ю"),)),
    "uk": Layout("Ukrainian ЙЦУКЕН", (("", "й ц у к е н г ш щ з х ї", "ф і в а п р о л д ж є", "я ч с м и т ь б ю"),)),
    "el": Layout("Greek", (("", ". ς ε ρ τ υ θ ι ο π", "α σ δ φ γ η ξ κ λ", "ζ χ ψ ω β ν μ"),)),
    "ar": Layout(
        "Arabic 101",
        (
            ("", "ض ص ث ق ف غ ع ه خ ح ج د", "ش س ي ب ل ا ت ن م ك ط", "ئ ء ؤ ر لا ى ة و ز ظ"),
            ("", ". . . . لإ إ", ". . . . لأ أ", ". . . . لآ آ"),
        ),
    ),
    "hi": Layout(
        "Hindi InScript",
        (
            (". . . . . . . . . . . ृ", "ौ ै ा ी ू ब ह ग द ज ड ़ ॉ", "ो े ् ि ु प र क त च ट", "ॆ ं म न व ल स . . य"),
            (". . . . . . . . . . ः ऋ", "औ ऐ आ ई ऊ भ ङ घ ध झ ढ ञ ऑ", "ओ ए अ इ उ फ ऱ ख थ छ ठ", "ऎ ँ ण ऩ ऴ ळ श ष . य़"),
        ),
    ),
    "th": Layout(
        "Thai Kedmanee",
        (
            ("ๅ . . ภ ถ ุ ึ ค ต จ ข ช", "ๆ ไ ำ พ ะ ั ี ร น ย บ ล ฃ", "ฟ ห ก ด เ ้ ่ า ส ว ง", "ผ ป แ อ ิ ื ท ม ใ ฝ"),
            (". . . . . ู", ". . ฎ ฑ ธ ํ ๊ ณ ฯ ญ ฐ . ฅ", "ฤ ฆ ฏ โ ฌ ็ ๋ ษ ศ ซ", ". . ฉ ฮ ฺ ์ . ฒ ฬ ฦ"),
        ),
    ),
}


def layout(language: str) -> Layout | None:
    """The layout that a language's queries are typed on: its own, or US QWERTY for other Latin-script languages."""
    own = _BY_LANGUAGE.get(base_language(language))
    if own is not None and script(language) == script(base_language(language)):
        return own
    return _QWERTY if script(language) == "Latn" else None


@cache
def neighbours(of: Layout) -> Mapping[str, tuple[str, ...]]:
    """Letter -> the letters on the keys around its own, at the same level of Shift."""
    found: dict[str, tuple[str, ...]] = {}
    for level in of.levels:
        keys = _keys(level)
        for letter, (x, y) in keys.items():
            near = (other for other, (u, v) in keys.items() if 0 < (x - u) ** 2 + (y - v) ** 2 < _REACH**2)
            found[letter] = tuple(near)
    return found


def _keys(rows: tuple[str, str, str, str]) -> dict[str, tuple[float, float]]:
    """Letter -> its key's place."""
    return {
        letter: (_INDENT[y] + x, float(y))
        for y, row in enumerate(rows)
        for x, letter in enumerate(row.split())
        if letter != "."
    }
