"""What the project asks of a machine translation engine."""

from collections.abc import Sequence
from typing import Protocol

from isoglot.errors import TranslationError


class Translator(Protocol):
    """A machine translation engine.

    Attributes:
        name: the engine with its version or model. Translations are kept under it, so whatever changes them changes it.
    """

    @property
    def name(self) -> str: ...

    def check(self, source: str, target: str) -> None:
        """Whether the engine translates from ``source`` to ``target`` (BCP 47 codes).

        Raises:
            TranslationError: it does not, or not on this machine.
        """

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        """The translations, as many as the texts and in their order; each depends on its own text alone.

        Raises:
            TranslationError: see :meth:`check`; or the engine failed.
        """


def translate_all(translator: Translator, texts: Sequence[str], *, source: str, target: str) -> list[str]:
    """``translator.translate``, after which the number of translations is sure to be right.

    Raises:
        TranslationError: the engine returned another number of translations, or failed.
    """
    found = translator.translate(texts, source=source, target=target)
    if len(found) != len(texts):
        raise TranslationError(
            f"{translator.name} returned {len(found)} translations for {len(texts)} texts ({source} to {target}): "
            "an engine must return one for each text, in order."
        )
    return found
