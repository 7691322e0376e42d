"""The form in which texts are compared, and how long a piece of one has to be to tell anything.

Normal form: NFKC, case folded (Unicode 15, section 3.13, toNFKC_Casefold); whatever is no letter, mark or digit
separates words; words stand apart by one space, and by none in scripts without spaces. Characters that only format
(soft hyphens, joiners) are dropped.
"""

import unicodedata
from collections import Counter
from dataclasses import dataclass

from isoglot.text import scripts


@dataclass(frozen=True)
class Unit:
    """What stands for words in a writing system.

    Attributes:
        name: of the writing system.
        spaced: whether words are told by spaces; if not, a character is the unit.
        overlap: units in a row that hardly agree by chance: 13 words (Brown et al. 2020, arXiv 2005.14165, appendix
            C), or as many characters as carry 13 English words.
        shingle: characters in a row whose set stands for a text where near duplicates are sought.
    """

    name: str
    spaced: bool
    overlap: int
    shingle: int


# Characters to 13 English words: 22.5 in Chinese and 72.0 in Thai on XQuAD's 240 paragraphs; in Japanese 41.1 where
# Chinese has 27.0 on the LibreOffice help (which has many Latin words), so 34.3 in plain text.
WORDS = Unit("words", spaced=True, overlap=13, shingle=5)
HAN = Unit("Han characters", spaced=False, overlap=23, shingle=3)
JAPANESE = Unit("Japanese characters", spaced=False, overlap=34, shingle=3)
SOUTH_EAST = Unit("Thai, Lao, Khmer or Burmese characters", spaced=False, overlap=72, shingle=5)
UNITS = (WORDS, HAN, JAPANESE, SOUTH_EAST)

_SOUTH_EAST = (scripts.THAI, scripts.LAO, scripts.KHMER, scripts.MYANMAR)
_KANA_SHARE = 0.1  # of Han and kana; Japanese has about half, and a Japanese name in Chinese text less


def normal_form(text: str) -> str:
    """The text as it is compared; empty if it has neither letter nor digit."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    words = text.translate(_CHARACTERS).split()
    return " ".join(words) if unit_of("".join(words)).spaced else "".join(words)


def unit_of(normal: str) -> Unit:
    """The unit of a text in normal form: that of the script of half its characters or more, else words.

    The text tells, not its language label: a passage that was left untranslated is compared as what it is.
    """
    if max(normal, default="") < scripts.FIRST_UNSPACED:
        return WORDS
    counts = Counter(map(scripts.script_of, normal))
    half = (len(normal) - normal.count(" ")) / 2
    east = counts[scripts.HAN] + counts[scripts.KANA]
    if sum(counts[script] for script in _SOUTH_EAST) >= half:
        return SOUTH_EAST
    if east < half:
        return WORDS
    return JAPANESE if counts[scripts.KANA] > _KANA_SHARE * east else HAN


def shingles(normal: str) -> frozenset[str]:
    """The set of character n-grams that stands for a text in normal form; the text itself if it is shorter."""
    length = unit_of(normal).shingle
    return frozenset(normal[start : start + length] for start in range(max(1, len(normal) - length + 1)))


class _Characters(dict[int, int | str | None]):
    """A table for ``str.translate`` that is filled as characters turn up."""

    def __missing__(self, code: int) -> int | str | None:
        category = unicodedata.category(chr(code))
        kept: int | str | None = code if category[0] in "LMN" else None if category == "Cf" else " "
        self[code] = kept
        return kept


_CHARACTERS = _Characters()
