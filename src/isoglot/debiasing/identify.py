"""The languages of texts that nobody declared, among those that a transform was fitted on."""

from collections.abc import Sequence

import numpy as np

from isoglot.arrays import Ints
from isoglot.errors import ConfigError
from isoglot.text.identification import Identifier, Py3langid, macrolanguage, macrolanguage_probabilities

_ODDS = 10
"""How many times as probable a language must be that was not fitted. On the headings of LibreOffice's help 10 leaves
85% of fitted languages right, as no limit does (72% with 1), and tells 70% of the others (12% with no limit); of its
passages 99% and 98%."""


def identified(texts: Sequence[str], languages: Sequence[str], *, identifier: Identifier | None = None) -> Ints:
    """(n,) int64, each text's most probable place in ``languages``; their number where it is probably in none.

    Languages that the identifier cannot tell apart (``zh-Hans`` and ``zh-Hant``) all count as the first of them, and
    one that it does not know is never found: declare these.

    Args:
        languages: BCP 47 codes.
        identifier: py3langid if left out.

    Raises:
        ConfigError: py3langid is not installed, or the identifier knows none of the languages.
    """
    identifier = identifier or Py3langid()
    known = {macrolanguage(code) for code in identifier.languages}
    place: dict[str, int] = {}
    for number, tag in enumerate(languages):
        if macrolanguage(tag) in known:
            place.setdefault(macrolanguage(tag), number)
    if not place:
        raise ConfigError(f"none of these languages can be told from text: {', '.join(languages)}; declare them.")
    return np.array([_place(identifier, text, place, len(languages)) for text in texts], dtype=np.int64)


def _place(identifier: Identifier, text: str, place: dict[str, int], none: int) -> int:
    found = macrolanguage_probabilities(text, identifier)
    best = max(place, key=lambda language: found.get(language, 0.0))
    other = max((odds for language, odds in found.items() if language not in place), default=0.0)
    return none if other > _ODDS * found.get(best, 0.0) else place[best]
