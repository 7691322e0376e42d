"""Language codes: BCP 47 tags, checked, normalised and named in one place, with the script they are written in."""

from collections.abc import Sequence
from functools import cache

import langcodes
from langcodes.tag_parser import LanguageTagError

from isoglot.errors import DataError


@cache
def normalise(tag: str) -> str:
    """The standard form of a BCP 47 tag: ``"EN"`` becomes ``"en"``, ``"pt_br"`` becomes ``"pt-BR"``.

    Raises:
        DataError: the tag is not a language of BCP 47 (RFC 5646).
    """
    try:
        standard = langcodes.standardize_tag(tag)
    except LanguageTagError:
        standard = ""
    if not standard or not langcodes.tag_is_valid(standard):
        raise DataError(f"{tag!r} is not a language code: use BCP 47, such as 'en', 'zh' or 'pt-BR'.")
    return standard


def check_there(data: str, wanted: Sequence[str], languages: Sequence[str]) -> None:
    """Refuse languages that data does not have.

    Args:
        data: what it is called.
        wanted: the languages asked for, in standard form.
        languages: those that it has.

    Raises:
        DataError: one of them is not there; with those that are.
    """
    if missing := [language for language in wanted if language not in languages]:
        raise DataError(f"{data} has nothing in {', '.join(missing)}; its languages are {', '.join(languages)}.")


@cache
def english_name(tag: str) -> str:
    """``"hi"`` -> ``"Hindi"``, ``"zh-Hant"`` -> ``"Chinese (Traditional)"``."""
    return langcodes.Language.get(tag).display_name("en")


@cache
def script(tag: str) -> str:
    """ISO 15924 code of a BCP 47 tag's script, the likely one (CLDR) where it names none: ``"hi"`` -> ``"Deva"``.

    ``"Zyyy"`` where none is known.
    """
    return langcodes.get(tag).maximize().script or "Zyyy"


@cache
def alpha3(tag: str) -> str:
    """ISO 639-3 code of a BCP 47 tag's language: ``"hi"`` -> ``"hin"``; ``"und"`` where it has none."""
    try:
        return langcodes.get(tag).to_alpha3()
    except LookupError:
        return "und"
