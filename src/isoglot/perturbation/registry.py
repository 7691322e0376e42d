"""All perturbations, by name and by language."""

from isoglot.errors import ConfigError, DataError
from isoglot.languages import normalise
from isoglot.perturbation.families.casing import CASE
from isoglot.perturbation.families.code_switching import CodeSwitching
from isoglot.perturbation.families.diacritics import DIACRITICS
from isoglot.perturbation.families.homophones import HOMOPHONE
from isoglot.perturbation.families.keyboard import KEYBOARD
from isoglot.perturbation.families.ocr import OCR
from isoglot.perturbation.families.romanisation import ROMANISE
from isoglot.perturbation.families.spaces import SPACES
from isoglot.perturbation.perturbation import Perturbation

AnyPerturbation = Perturbation | CodeSwitching

PERTURBATIONS: tuple[AnyPerturbation, ...] = (
    *KEYBOARD,
    HOMOPHONE,
    OCR,
    *DIACRITICS,
    *CASE,
    SPACES,
    ROMANISE,
    CodeSwitching(),
)


def find_perturbation(name: str) -> AnyPerturbation:
    """The perturbation of a name; ``code-switch:de`` switches to German instead of English.

    Raises:
        ConfigError: there is none of this name.
    """
    for known in PERTURBATIONS:
        if known.name == name:
            return known
    kind, colon, language = name.partition(":")
    if kind == "code-switch" and colon:
        try:
            return CodeSwitching(normalise(language))
        except DataError as error:
            raise ConfigError(f"the perturbation {name!r}: {error}") from error
    raise ConfigError(f"there is no perturbation {name!r}: there is {_listed(PERTURBATIONS)}.")


def for_language(name: str, language: str) -> AnyPerturbation:
    """The perturbation of a name, which must be defined for a language.

    Raises:
        ConfigError: there is none of this name, or it is not defined for the language.
    """
    found = find_perturbation(name)
    if not found.offered(language):
        raise ConfigError(f"the perturbation {name!r} is not defined for {language!r}: there is {offered(language)}.")
    return found


def offered(language: str) -> str:
    """The names of all perturbations that are defined for a language, as a list in words."""
    return _listed(tuple(known for known in PERTURBATIONS if known.offered(language)))


def _listed(perturbations: tuple[AnyPerturbation, ...]) -> str:
    return ", ".join(known.name for known in perturbations)
