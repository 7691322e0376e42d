"""How families of translation models name the languages that BCP 47 codes stand for."""

from collections.abc import Collection

import langcodes

from isoglot.languages import normalise

# NLLB and FLORES-200 name one language where BCP 47 has a code for several (ISO 639-3's macrolanguages).
_INDIVIDUAL = {
    "ar": "arb",
    "ay": "ayr",
    "az": "azj",
    "din": "dik",
    "fa": "pes",
    "ff": "fuv",
    "fil": "tgl",
    "kr": "knc",
    "ku": "kmr",
    "lv": "lvs",
    "mg": "plt",
    "mn": "khk",
    "ms": "zsm",
    "ne": "npi",
    "no": "nob",
    "om": "gaz",
    "or": "ory",
    "ps": "pbt",
    "qu": "quy",
    "sq": "als",
    "sw": "swh",
    "uz": "uzn",
    "yi": "ydd",
}
_M2M = {"nb": "no", "nso": "ns", "fil": "tl"}  # where M2M-100 has its own


def flores(tag: str) -> str:
    """The code of FLORES-200 and NLLB (arXiv 2207.04672): ``"es"`` -> ``"spa_Latn"``, ``"ar"`` -> ``"arb_Arab"``.

    Regions are not told apart; scripts are: ``"zh-TW"`` is ``"zho_Hant"``.

    Raises:
        DataError: not a code of BCP 47.
    """
    language = langcodes.Language.get(normalise(tag)).maximize()
    code = str(language.language)
    return f"{_INDIVIDUAL.get(code) or _alpha3(code)}_{language.script}"


def m2m(tag: str) -> str | None:
    """The code of M2M-100 (Fan et al. 2020): ``"fil"`` -> ``"tl"``; None in a script that is not the language's usual.

    Raises:
        DataError: not a code of BCP 47.
    """
    language = langcodes.Language.get(normalise(tag)).maximize()
    code = str(language.language)
    usual = langcodes.Language.get(code).maximize()
    return _M2M.get(code, code) if language.script == usual.script else None


def opus(tag: str, known: Collection[str]) -> str | None:
    """The one of an Opus-MT model's target codes (``spa``, ``es``, ``zho_Hant``, ``cmn_Hans``) that is meant.

    Raises:
        DataError: not a code of BCP 47.
    """
    language = langcodes.Language.get(normalise(tag))
    full = language.maximize()
    code = str(full.language)
    names = [code, _alpha3(code), _INDIVIDUAL.get(code, code), *({"zh": ["cmn"]}.get(code, []))]
    region = [f"{name}_{language.territory}" for name in names if language.territory]
    usual = langcodes.Language.get(code).maximize().script == full.script
    wanted = [*region, *(f"{name}_{full.script}" for name in names), *(names if usual else [])]
    return next((name for name in wanted if name in known), None)


def same(one: str, other: str) -> bool:
    """Whether two codes, of BCP 47 or ISO 639-3, are of one language, whatever the region."""
    try:
        return langcodes.Language.get(one).maximize().language == langcodes.Language.get(other).maximize().language
    except ValueError:  # such as ROMANCE, a group of Opus-MT's
        return False


def _alpha3(code: str) -> str:
    try:
        return langcodes.Language.get(code).to_alpha3()
    except LookupError:  # a family of languages
        return code
