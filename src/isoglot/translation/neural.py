"""Translation by a sequence-to-sequence model, whatever runs it: sentences, batches, and what cannot be trusted."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from isoglot.errors import TranslationError
from isoglot.languages import normalise
from isoglot.text.scripts import spaced
from isoglot.text.sentences import Sentences, split
from isoglot.translation.engine import Failed, Outcome, in_order
from isoglot.translation.families import Family
from isoglot.translation.options import NeuralOptions

FORM = 1  # of what is done to texts before and after; part of the name of engines

_WINDOW = 64_000  # characters whose sentences are sorted together, and are remembered together
_SURROGATE = re.compile("[\ud800-\udfff]")
_TOO_LONG = "a sentence is too long for the model, and has no place for a cut"
_ENDLESS = "a translation did not end within the tokens allowed"
_BROKEN = "half a character (a lone surrogate) in the text"
_NOTHING = "a sentence was translated to nothing"


@dataclass(frozen=True, kw_only=True)
class Generated:
    """What a model wrote.

    Attributes:
        tokens: without the start.
        ended: whether the model ended it; if not, it was cut off.
    """

    tokens: list[int]
    ended: bool


class Generator(Protocol):
    """Runs a model."""

    def generate(
        self, inputs: Sequence[list[int]], *, start: str | None, beams: int, max_tokens: int
    ) -> list[Generated]:
        """One translation for each input, by beam search (greedily where ``beams`` is 1), no longer than asked.

        Args:
            inputs: tokens, of about one length.
            start: the token that translations are made to begin with.

        Raises:
            TranslationError: the memory of the device is full.
        """


class NeuralTranslator:
    """A model that translates a sentence at a time.

    A text is split into sentences (see :mod:`isoglot.text.sentences`), which are translated on their own and
    put back with the white space that stood between them. What has no letter or number stays as it is. A text of which
    a sentence cannot be translated whole is not translated.

    Attributes:
        name: see :class:`isoglot.translation.engine.Translator`.
    """

    def __init__(self, name: str, *, family: Family, generator: Generator, options: NeuralOptions) -> None:
        self.name = name
        self._family, self._generator, self._options = family, generator, options

    def check(self, source: str, target: str) -> None:
        """See :meth:`isoglot.translation.engine.Translator.check`."""
        try:
            self._family.check(source, target)
        except TranslationError as error:
            raise TranslationError(f"{self.name}: {error}") from error

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        """See :meth:`isoglot.translation.engine.Translator.translate`."""
        return in_order(self, texts, source=source, target=target)

    def stream(self, texts: Sequence[str], *, source: str, target: str) -> Iterator[Mapping[int, Outcome]]:
        """See :meth:`isoglot.translation.engine.StreamingTranslator.stream`."""
        self.check(source, target)
        for places in _windows(texts):
            work = _Window(self._family, self._generator, self._options, source=source, target=target)
            yield work.outcomes({place: texts[place] for place in places})


class _Window:
    """The work on a few texts."""

    def __init__(
        self, family: Family, generator: Generator, options: NeuralOptions, *, source: str, target: str
    ) -> None:
        self._family, self._generator, self._options = family, generator, options
        self._source, self._target = source, target
        self._encoded: dict[str, list[int]] = {}
        # Nothing stands between sentences where nothing stands between words.
        self._gap = " " if spaced(normalise(target)) else ""

    def outcomes(self, texts: Mapping[int, str]) -> dict[int, Outcome]:
        whole = {place: text for place, text in texts.items() if not _SURROGATE.search(text)}
        parts = {place: split(text, language=self._source, fits=self._fits) for place, text in whole.items()}
        words = {
            sentence.text: None
            for part in parts.values()
            for sentence in part.sentences
            if any(character.isalnum() for character in sentence.text)
        }
        found = self._translations([text for text in words if self._fits(text)])
        found.update({text: Failed(_TOO_LONG) for text in words if text not in found})
        joined = {place: self._joined(part, found) for place, part in parts.items()}
        return {place: joined.get(place, Failed(_BROKEN)) for place in texts}

    def _joined(self, part: Sentences, found: Mapping[str, Outcome]) -> Outcome:
        translations = []
        for sentence in part.sentences:
            outcome = found.get(sentence.text, sentence.text)
            if isinstance(outcome, Failed):
                return outcome
            translations.append(outcome)
        return part.joined(translations, gap=self._gap)

    def _fits(self, text: str) -> bool:
        # The translation of a sentence may be twice as long in tokens.
        return len(self._tokens(text)) <= self._options.max_tokens // 2

    def _tokens(self, text: str) -> list[int]:
        if text not in self._encoded:
            self._encoded[text] = self._family.encode(text, source=self._source, target=self._target)
        return self._encoded[text]

    def _translations(self, texts: Sequence[str]) -> dict[str, Outcome]:
        found: dict[str, Outcome] = {}
        for batch in _batches({text: len(self._tokens(text)) for text in texts}, self._options.batch_tokens):
            generated = self._generator.generate(
                [self._tokens(text) for text in batch],
                start=self._family.start(self._target),
                beams=self._options.beams,
                max_tokens=self._options.max_tokens,
            )
            found.update((text, self._outcome(one)) for text, one in zip(batch, generated, strict=True))
        return found

    def _outcome(self, generated: Generated) -> Outcome:
        if not generated.ended:
            return Failed(_ENDLESS)
        return self._family.decode(generated.tokens) or Failed(_NOTHING)


def _windows(texts: Sequence[str]) -> Iterator[list[int]]:
    window: list[int] = []
    characters = 0
    for place, text in enumerate(texts):
        if window and characters + len(text) > _WINDOW:
            yield window
            window, characters = [], 0
        window.append(place)
        characters += len(text)
    if window:
        yield window


def _batches(lengths: Mapping[str, int], tokens: int) -> Iterator[list[str]]:
    """Texts of about one length, longest first: no batch has more tokens, padding included, but one of one text."""
    batch: list[str] = []
    longest = 0
    for text, length in sorted(lengths.items(), key=lambda pair: pair[1], reverse=True):
        if batch and (len(batch) + 1) * longest > tokens:
            yield batch
            batch = []
        longest = longest if batch else length
        batch.append(text)
    if batch:
        yield batch
