"""The languages of texts among those that a transform was fitted on: as declared, or else as the text tells."""

import warnings
from collections.abc import Sequence

import numpy as np

from isoglot.arrays import Ints
from isoglot.encoder.affine import numbers_of
from isoglot.errors import ConfigError
from isoglot.languages import english_name
from isoglot.text.identification import Identifier, Py3langid, macrolanguage, macrolanguage_probabilities

_ODDS = 10
"""How many times as probable a language must be that was not fitted. On the headings of LibreOffice's help 10 leaves
85% of fitted languages right, as no limit does (72% with 1), and tells 70% of the others (12% with no limit); of its
passages 99% and 98%."""


def places(texts: Sequence[str], tags: Sequence[str | None], languages: tuple[str, ...]) -> Ints:
    """(n,) int64, each text's place in ``languages``; their number where it is of none of them.

    Args:
        texts: (n,).
        tags: (n,) BCP 47 codes; where one is None the language is :func:`identified`. One that is none of
            ``languages`` is warned of by name.
        languages: BCP 47 codes.

    Raises:
        ConfigError: see :func:`identified`.
    """
    numbers = numbers_of([tag or "" for tag in tags], languages)
    unknown = [number for number, tag in enumerate(tags) if tag is None]
    if unknown:
        numbers[unknown] = identified([texts[number] for number in unknown], languages)
    for tag in sorted({tag for tag in tags if tag is not None} - set(languages)):
        warnings.warn(
            f"the transform was not fitted on {english_name(tag)} ({tag}): its texts are treated as of no language.",
            stacklevel=2,
        )
    return numbers


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
