"""The wrong character of the same syllable, the typical slip of writing Chinese through pinyin.

Readings are those of the library pypinyin, tones left out as input methods do, each character by its most common
reading. Only common characters are confused with one another: the first level of GB 2312 for simplified writing
(3,755), of Big5 for traditional (5,401). That words are typed whole, so that input methods rank characters by
context, is left out: real slips are rarer and closer in meaning.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

import numpy as np

from isoglot.extras import need
from isoglot.languages import script
from isoglot.perturbation.perturbation import Perturbation, chosen
from isoglot.text.scripts import base_language

_NAME = "homophone"
# Script -> codec, first and last code of the level.
_COMMON = {"Hans": ("gb2312", 0xB0A1, 0xD7F9), "Hant": ("big5", 0xA440, 0xC67E)}


@cache
def homophones(of: str) -> Mapping[str, tuple[str, ...]]:
    """Common characters of ``"Hans"`` or ``"Hant"`` -> the others that are read alike; never none.

    Raises:
        ConfigError: pypinyin is not installed.
    """
    lazy_pinyin = need("pypinyin", extra="robustness", what=f"the perturbation {_NAME!r} needs").lazy_pinyin
    codec, first, last = _COMMON[of]
    alike: dict[str, list[str]] = defaultdict(list)
    for code in range(first, last + 1):
        character = code.to_bytes(2, "big").decode(codec, errors="ignore")
        if len(character) == 1 and not character.isascii():
            alike[lazy_pinyin(character)[0]].append(character)
    return {
        character: tuple(other for other in same if other != character)
        for same in alike.values()
        if len(same) > 1
        for character in same
    }


def _confused(text: str, language: str, strength: float, rng: np.random.Generator) -> str:
    table = homophones(script(language))
    places = [n for n, character in enumerate(text) if character in table]
    hits, where = chosen(len(places), strength, rng), rng.random(len(places))
    characters = list(text)
    for number in np.flatnonzero(hits):
        same = table[text[places[number]]]
        characters[places[number]] = same[int(where[number] * len(same))]
    return "".join(characters)


HOMOPHONE = Perturbation(
    name=_NAME,
    summary="Chinese characters replaced by another of the same syllable; strength: share of the common characters",
    offered=lambda language: base_language(language) == "zh" and script(language) in _COMMON,
    rewrite=_confused,
)
