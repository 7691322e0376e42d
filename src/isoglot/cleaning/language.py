"""Texts that are in another language than their label says."""

from functools import cache
from typing import Any, Protocol

import langcodes

from isoglot.cleaning.config import LanguageConfig
from isoglot.cleaning.length import latin_length
from isoglot.extras import need
from isoglot.roles import Role
from isoglot.text.prose import natural

# Languages that an identifier tells apart though one label may stand for all: macrolanguages of ISO 639-3.
_MACROLANGUAGES = {
    "ar": ("arz",),
    "hbs": ("bs", "hr", "sh", "sr"),
    "ms": ("id",),
    "no": ("nb", "nn"),
    "zh": ("cmn", "gan", "hak", "lzh", "nan", "wuu", "yue"),
}
_WIDER = {member: language for language, members in _MACROLANGUAGES.items() for member in members}


class Identifier(Protocol):
    """Tells languages.

    Attributes:
        languages: the codes that it knows.
    """

    languages: frozenset[str]

    def probabilities(self, text: str) -> dict[str, float]:
        """Language code -> probability."""
        ...


class Py3langid:
    """The identifier of the package py3langid, whose model is in the package: nothing is downloaded.

    Naive Bayes over byte n-grams (Lui and Baldwin 2012, "langid.py: An Off-the-shelf Language Identification Tool").
    Its scores are divided by the square root of the text's bytes, so that a heading is judged with less confidence than
    a passage. docs/cleaning.md compares it with others.

    Raises:
        ConfigError: the package is not installed.
    """

    def __init__(self) -> None:
        self._identifier = _load()
        self.languages = frozenset(self._identifier.labels)

    def probabilities(self, text: str) -> dict[str, float]:
        """See :class:`Identifier`."""
        return dict(self._identifier.rank(text))


@cache
def _load() -> Any:
    """Unpacked once in a process, which takes a second."""
    langid = need(
        "py3langid.langid",
        extra="cleaning",
        what="identifying languages needs",
        instead='or leave the check out (skip = ["language"])',
    )
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


class WrongLanguage:
    """Texts that are much more probably in another language; those that tell too little are left alone."""

    def __init__(self, config: LanguageConfig, identifier: Identifier) -> None:
        self._odds, self._least = config.odds, config.least
        self._identifier = identifier
        self._known = frozenset(map(macrolanguage, identifier.languages))

    def __call__(self, text: str, *, language: str, side: Role) -> bool:
        """See :class:`isoglot.cleaning.texts.TextJudge`."""
        rest = natural(text)
        if not self.knows(language) or latin_length(rest) < self._least:
            return False
        found: dict[str, float] = {}
        for code, probability in self._identifier.probabilities(rest).items():
            found[macrolanguage(code)] = found.get(macrolanguage(code), 0.0) + probability
        own = found.pop(macrolanguage(language))
        return max(found.values(), default=0.0) > self._odds * own

    def knows(self, language: str) -> bool:
        """Whether texts of this language can be judged."""
        return macrolanguage(language) in self._known


def macrolanguage(tag: str) -> str:
    """What an identifier can tell of a code: ``"pt-BR"`` -> ``"pt"``, ``"wuu"`` -> ``"zh"``."""
    language = tag if tag.isalpha() else langcodes.Language.get(tag).language or tag
    return _WIDER.get(language, language)
