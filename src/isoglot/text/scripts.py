"""The script that a language is written in, and what its writing has: case, spaces between words."""

from functools import cache

import langcodes

from isoglot.languages import UNSPACED, script

CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})


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
