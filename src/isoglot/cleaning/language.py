"""Texts that are in another language than their label says."""

from isoglot.cleaning.config import LanguageConfig
from isoglot.roles import Role
from isoglot.text.identification import Identifier, macrolanguage, macrolanguage_probabilities
from isoglot.text.length import latin_length
from isoglot.text.prose import natural


class LanguageCheck:
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
        found = macrolanguage_probabilities(rest, self._identifier)
        own = found.pop(macrolanguage(language))
        return max(found.values(), default=0.0) > self._odds * own

    def knows(self, language: str) -> bool:
        """Whether texts of this language can be judged."""
        return macrolanguage(language) in self._known
