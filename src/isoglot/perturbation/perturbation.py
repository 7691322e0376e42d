"""What a perturbation is, and what all of them keep to.

Every place of a text where a perturbation could make an edit draws its lot whatever the strength, and is edited
where the lot, uniform on [0, 1), is below the strength. The expected share of edited places is therefore the
strength, and a weaker strength's edits are among those of a stronger one.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Bools
from isoglot.errors import ConfigError

Rewrite = Callable[[str, str, float, np.random.Generator], str]


@dataclass(frozen=True, kw_only=True)
class Perturbation:
    """A way in which queries get written differently.

    Attributes:
        name: what it is called on the command line and in results.
        summary: what it does, and what its strength is the share of.
        offered: whether it is defined for a language, a BCP 47 tag.
        rewrite: (text, language, strength above 0, generator) -> text; see the module for what it keeps to.
    """

    name: str
    summary: str
    offered: Callable[[str], bool]
    rewrite: Rewrite

    def apply(self, text: str, language: str, strength: float, rng: np.random.Generator) -> str:
        """The text with a share of its eligible places changed.

        Strength 0 gives the text itself. Text in Unicode's form NFC stays in it. Where nothing but white space
        would be left, the text is given back unchanged.

        Args:
            text: the query.
            language: its language.
            strength: expected share of the eligible places that are changed, from 0 to 1.
            rng: where chance comes from; the same state gives the same text.

        Raises:
            ConfigError: the strength is not in [0, 1], or the perturbation is not defined for the language.
        """
        check_strength(strength)
        if not self.offered(language):
            raise ConfigError(f"the perturbation {self.name!r} is not defined for {language!r}.")
        return text if strength == 0 else kept_whole(text, self.rewrite(text, language, strength, rng))


def check_strength(strength: float) -> None:
    """Raises:
    ConfigError: the strength is not a number from 0 to 1.
    """
    if not 0 <= strength <= 1:
        raise ConfigError(f"the strength of a perturbation must be from 0 to 1, but got {strength}.")


def kept_whole(before: str, after: str) -> str:
    """``after``, composed if ``before`` was; ``before`` where ``after`` is blank."""
    if unicodedata.is_normalized("NFC", before):
        after = unicodedata.normalize("NFC", after)
    return after if after.strip() else before


def chosen(places: int, strength: float, rng: np.random.Generator) -> Bools:
    """(places,) bool: which places are edited."""
    return rng.random(places) < strength
