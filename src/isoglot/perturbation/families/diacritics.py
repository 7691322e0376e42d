"""Marks left out, as in hasty typing: by Unicode's canonical decomposition, and a few letters that have none.

What goes, by script:

- Latin: all combining marks, and the strokes of đ, ł, ø, ħ; dotless ı becomes i. Letters are never spelt out
  (ü becomes u, not ue).
- Vietnamese ``tones``: the five tone marks only; ă, â, ê, ô, ơ, ư and đ stay.
- Greek: tonos, dialytika and the polytonic marks.
- Cyrillic: the dots of ё and stress marks; й and ї are letters of their own and stay.
- Arabic: harakat (tanwin, vowels, shadda, sukun, superscript alef), and hamza and madda on their seats: أ, إ, آ
  and ٱ become ا, ؤ becomes و, ئ becomes ي.
- Devanagari: the nukta, and chandrabindu becomes anusvara.
- Thai ``tones``: the four tone marks; ``diacritics`` takes the thanthakhat and the mai taikhu too. Vowels stay.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from isoglot.languages import script
from isoglot.perturbation.perturbation import Perturbation, Rewrite, chosen
from isoglot.text.letters import STROKED, letters_with_marks
from isoglot.text.scripts import base_language


@dataclass(frozen=True)
class Marks:
    """Attributes:
    dropped: whether a combining mark goes.
    replaced: letters whose mark is not one of those -> what is left of them.
    """

    dropped: Callable[[str], bool]
    replaced: Mapping[str, str] = field(default_factory=dict)

    def without(self, cluster: str) -> str:
        """A letter and its marks without those that go; itself where none goes."""
        if cluster.isascii():
            return cluster
        decomposed = unicodedata.normalize("NFD", cluster)
        left = "".join(letter for letter in decomposed if not self.dropped(letter))
        for letter, bare in self.replaced.items():
            left = left.replace(unicodedata.normalize("NFD", letter), bare)
        return cluster if left == decomposed else unicodedata.normalize("NFC", left)


def _any_mark(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn"


_THAI_TONES = "\u0e48\u0e49\u0e4a\u0e4b"
_CYRILLIC_STRESS = "\u0300\u0301"
_MARKS = {
    "Latn": Marks(_any_mark, STROKED),
    "Grek": Marks(_any_mark),
    "Cyrl": Marks(lambda letter: letter in _CYRILLIC_STRESS, {"ё": "е", "Ё": "Е"}),
    "Arab": Marks(_any_mark, {"ٱ": "ا"}),
    "Deva": Marks(lambda letter: letter == "\u093c", {"\u0901": "\u0902"}),
    "Thai": Marks(lambda letter: letter in _THAI_TONES + "\u0e47\u0e4c"),
}
_TONES = {
    "vi": Marks(lambda letter: letter in "\u0300\u0301\u0303\u0309\u0323"),
    "th": Marks(lambda letter: letter in _THAI_TONES),
}


def _dropping(marks_of: Callable[[str], Marks]) -> Rewrite:
    def rewrite(text: str, language: str, strength: float, rng: np.random.Generator) -> str:
        clusters = letters_with_marks(text)
        bare = [marks_of(language).without(cluster) for cluster in clusters]
        places = [n for n, cluster in enumerate(clusters) if bare[n] != cluster]
        for place, hit in zip(places, chosen(len(places), strength, rng), strict=True):
            if hit:
                clusters[place] = bare[place]
        return "".join(clusters)

    return rewrite


DIACRITICS = (
    Perturbation(
        name="diacritics",
        summary="marks on letters left out; strength: share of the letters that have one",
        offered=lambda language: script(language) in _MARKS,
        rewrite=_dropping(lambda language: _MARKS[script(language)]),
    ),
    Perturbation(
        name="tones",
        summary="tone marks left out (Vietnamese, Thai); strength: share of the letters that have one",
        offered=lambda language: base_language(language) in _TONES,
        rewrite=_dropping(lambda language: _TONES[base_language(language)]),
    ),
)
