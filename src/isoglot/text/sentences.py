"""Texts as sentences, and what stands between them, for models that translate a sentence at a time.

The rules of many languages and scripts are sentencex's, which Wikimedia maintains for its own translation tools.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import langcodes

from isoglot.extras import need

_WHAT = "splitting texts into sentences needs"
_LINE = re.compile(r"(\n+)")
# Where a sentence that is too long may be cut: at white space, or after a clause of a script that has none.
_BREAK = re.compile(r"\s+|(?<=[,;:、，；：،؛·།])")
_STRONG = re.compile(r"(?<=[,;:、，；：،؛·།])\s*|\s*(?=[(（—–])")


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """Attributes:
    before: the white space before it.
    text: without white space at its ends.
    """

    before: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """A text as its sentences.

    Attributes:
        sentences: none is empty.
        end: the white space after the last.
    """

    sentences: tuple[Sentence, ...]
    end: str

    def joined(self, translations: Sequence[str], *, gap: str) -> str:
        """The text with these instead of its sentences; the white space stays.

        Args:
            gap: for where nothing stood between two sentences, as in Chinese.
        """
        parts = []
        for number, (sentence, translation) in enumerate(zip(self.sentences, translations, strict=True)):
            parts += [sentence.before or (gap if number else ""), translation]
        return "".join([*parts, self.end])


def splitter() -> str:
    """The library and its version.

    Raises:
        ConfigError: it is not installed.
    """
    need("sentencex", extra="translate", what=_WHAT)
    return f"sentencex {version('sentencex')}"


def split(text: str, *, language: str, fits: Callable[[str], bool]) -> Sentences:
    """The sentences of a text; lines are never joined.

    A sentence that does not fit is halved, and halved again, after a comma or the like, else at white space; one that
    has no place for a cut stays as it is.

    Args:
        language: BCP 47 code; sentencex has rules of its own for many, and takes those of a related one or of
            English for the rest.
        fits: whether a model takes so much at once.

    Raises:
        ConfigError: sentencex is not installed.
    """
    sentencex = need("sentencex", extra="translate", what=_WHAT)
    code = str(langcodes.Language.get(language).language)
    sentences: list[Sentence] = []
    space = ""
    for line in _LINE.split(text):
        for part in sentencex.segment(code, line) if line.strip() else [line]:
            for piece in _fitting(part, fits):
                word = piece.strip()
                if not word:
                    space += piece
                    continue
                start = piece.index(word)
                sentences.append(Sentence(before=space + piece[:start], text=word))
                space = piece[start + len(word) :]
    return Sentences(sentences=tuple(sentences), end=space)


def sentence_around(text: str, place: int, *, language: str) -> tuple[int, int]:
    """[begin, end) of the sentence that a character is in; of the one behind it where it stands between two.

    Args:
        text: with a sentence or more.
        place: of the character; behind all sentences it counts to the last.
        language: BCP 47 code, see :func:`split`.

    Raises:
        ConfigError: sentencex is not installed.
    """
    begin = end = 0
    for sentence in split(text, language=language, fits=lambda part: True).sentences:
        begin = end + len(sentence.before)
        end = begin + len(sentence.text)
        if place < end:
            break
    return begin, end


def _fitting(text: str, fits: Callable[[str], bool]) -> list[str]:
    if not text.strip() or fits(text.strip()):
        return [text]
    middle = len(text) / 2
    for breaks in (_STRONG, _BREAK):
        places = [match.end() for match in breaks.finditer(text)]
        places = [place for place in places if text[:place].strip() and text[place:].strip()]
        place = min(places, key=lambda place: abs(place - middle), default=0)
        if place and (breaks is _BREAK or len(text) / 5 < place < len(text) * 4 / 5):
            return [*_fitting(text[:place], fits), *_fitting(text[place:], fits)]
    return [text]
