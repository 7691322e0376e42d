"""What the project asks of a machine translation engine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from isoglot.errors import TranslationError
from isoglot.extras import need

engine_needs = partial(need, what="this translation engine needs", error=TranslationError)
"""A library that only some engines need (:func:`isoglot.extras.need`)."""


@dataclass(frozen=True)
class Failed:
    """What stands for a translation that could not be had, though the engine works.

    Attributes:
        reason: a few words, the same for texts that failed in the same way.
    """

    reason: str


Outcome = str | Failed
"""A translation, or why there is none."""


@runtime_checkable
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


@runtime_checkable
class StreamingTranslator(Translator, Protocol):
    """An engine that is slow or costs money: it gives what it has as it goes, and may fail at single texts."""

    def stream(self, texts: Sequence[str], *, source: str, target: str) -> Iterator[Mapping[int, Outcome]]:
        """Outcomes by place in ``texts``, as they become known: in any order, each place once.

        Raises:
            TranslationError: nothing more will come; what came before is good.
        """


def outcomes(
    translator: Translator, texts: Sequence[str], *, source: str, target: str
) -> Iterator[Mapping[int, Outcome]]:
    """The outcomes of all texts by place, from any engine, after which each is sure to have one.

    Raises:
        TranslationError: the engine returned another number of translations, or something else than texts, or failed.
    """
    if not isinstance(translator, StreamingTranslator):
        yield dict(enumerate(translate_all(translator, texts, source=source, target=target)))
        return
    left = set(range(len(texts)))
    for part in translator.stream(texts, source=source, target=target):
        if not part.keys() <= left or not all(isinstance(outcome, str | Failed) for outcome in part.values()):
            raise TranslationError(f"{translator.name} returned what it was not asked for ({source} to {target}).")
        left -= part.keys()
        yield part
    if left:
        _refuse_count(translator, len(texts) - len(left), len(texts), source, target)


def translate_all(translator: Translator, texts: Sequence[str], *, source: str, target: str) -> list[str]:
    """``translator.translate``, after which the number of translations is sure to be right.

    Raises:
        TranslationError: the engine returned another number of translations, or something else than texts, or failed.
    """
    found = translator.translate(texts, source=source, target=target)
    if len(found) != len(texts):
        _refuse_count(translator, len(found), len(texts), source, target)
    for translation in found:
        if not isinstance(translation, str):
            raise TranslationError(
                f"{translator.name} returned {type(translation).__name__} for a text ({source} to {target}): "
                "an engine must return texts."
            )
    return found


def in_order(translator: StreamingTranslator, texts: Sequence[str], *, source: str, target: str) -> list[str]:
    """What ``stream`` gives as a list, for ``translate``.

    Raises:
        TranslationError: a text could not be translated, or the engine failed.
    """
    found: dict[int, Outcome] = {}
    for part in translator.stream(texts, source=source, target=target):
        found.update(part)
    translations = []
    for place in sorted(found):
        outcome = found[place]
        if isinstance(outcome, Failed):
            raise TranslationError(f"{translator.name}: text {place + 1} could not be translated: {outcome.reason}.")
        translations.append(outcome)
    return translations


def _refuse_count(translator: Translator, found: int, wanted: int, source: str, target: str) -> None:
    raise TranslationError(
        f"{translator.name} returned {found} translations for {wanted} texts ({source} to {target}): "
        "an engine must return one for each text, in order."
    )
