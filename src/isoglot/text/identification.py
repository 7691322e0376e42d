"""The language that a text is in, as an identifier tells it."""

from functools import cache
from typing import Any, Protocol, runtime_checkable

import langcodes

from isoglot.extras import need

# Languages that an identifier tells apart though one label may stand for all: macrolanguages of ISO 639-3.
_MACROLANGUAGES = {
    "ar": ("arz",),
    "hbs": ("bs", "hr", "sh", "sr"),
    "ms": ("id",),
    "no": ("nb", "nn"),
    "zh": ("cmn", "gan", "hak", "lzh", "nan", "wuu", "yue"),
}
_WIDER = {member: language for language, members in _MACROLANGUAGES.items() for member in members}


@runtime_checkable
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
    """

    def __init__(self, *, instead: str = "") -> None:
        """Load the model.

        Args:
            instead: what can be done without the package, for the message.

        Raises:
            ConfigError: the package is not installed.
        """
        langid = need("py3langid.langid", extra="cleaning", what="identifying languages needs", instead=instead)
        self._identifier = _load(langid)
        self.languages = frozenset(self._identifier.labels)

    def probabilities(self, text: str) -> dict[str, float]:
        """See :class:`Identifier`."""
        return dict(self._identifier.rank(text))


@cache
def _load(langid: Any) -> Any:
    """Unpacked once in a process, which takes a second."""
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


@cache
def macrolanguage(tag: str) -> str:
    """What an identifier can tell of a code: ``"pt-BR"`` -> ``"pt"``, ``"wuu"`` -> ``"zh"``."""
    language = tag if tag.isalpha() else langcodes.Language.get(tag).language or tag
    return _WIDER.get(language, language)


def macrolanguage_probabilities(text: str, identifier: Identifier) -> dict[str, float]:
    """Macrolanguage -> the probabilities of its languages, added up."""
    found: dict[str, float] = {}
    for code, probability in identifier.probabilities(text).items():
        language = macrolanguage(code)
        found[language] = found.get(language, 0.0) + probability
    return found
