"""The script that a language is written in, and what its writing has: case, spaces between words."""

from functools import cache

import langcodes

CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
# Between words; Thai and Lao put spaces between phrases.
UNSPACED = frozenset({"Hans", "Hant", "Hani", "Jpan", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"})


@cache
def script(language: str) -> str:
    """ISO 15924 code of a BCP 47 tag's script, the likely one (CLDR) where it names none: ``"hi"`` -> ``"Deva"``.

    ``"Zyyy"`` where none is known.
    """
    return langcodes.get(language).maximize().script or "Zyyy"


@cache
def base_language(language: str) -> str:
    """The tag's language without script and region: ``"pt-BR"`` -> ``"pt"``."""
    return langcodes.get(language).language or language


def cased(language: str) -> bool:
    """Whether its letters come in two cases."""
    return script(language) in CASED


def spaced(language: str) -> bool:
    """Whether its words are written apart; not known counts as yes."""
    return script(language) not in UNSPACED
