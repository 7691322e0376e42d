"""Part of a query in another language, where the same question exists in that language.

Without a word aligner, what stands at the same place of the parallel query is taken for the translation: a
contiguous part of the query, from f to g of its length, is replaced by the part from f to g of the parallel one.
The part is s (the strength) long and grows around a point u, uniform on [0, 1): f = u (1 - s), g = f + s, so that a
weaker strength's part lies within a stronger one's. Units are words, or single letters and runs of ASCII letters
and digits in scripts without spaces; a unit belongs to a part where its middle does.

Units with a digit and units that both queries have are kept where they are, and not put in a second time:
numbers, and names where both languages write them alike. There is no recognition of other names, nor of content
words: function words switch with their neighbours. Where the languages order words differently (English and Hindi,
German verbs), the switched part may say again what the rest says, and leave out what it replaced: a mixed query,
not always a sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from isoglot.errors import ConfigError
from isoglot.languages import english_name
from isoglot.perturbation.perturbation import check_strength, kept_whole
from isoglot.text.letters import letters_with_marks
from isoglot.text.scripts import base_language, spaced

_WORD = re.compile(r"\s*\S+\s*")
_RUN = re.compile(r"[0-9A-Za-z]+|[^0-9A-Za-z]+")
_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True)
class CodeSwitching:
    """Part of a query replaced by that of its translation; strength: the share of its words.

    Attributes:
        into: language of the translation, a BCP 47 tag.
    """

    into: str = "en"

    @property
    def name(self) -> str:
        """``code-switch``, or ``code-switch:de`` where it is not into English."""
        return "code-switch" if self.into == "en" else f"code-switch:{self.into}"

    @property
    def summary(self) -> str:
        """What it does."""
        return f"part of the query in {english_name(self.into)}, by its translation; strength: share of the words"

    def offered(self, language: str) -> bool:
        """For every language but the one switched to."""
        return base_language(language) != base_language(self.into)

    def apply(self, text: str, language: str, strength: float, rng: np.random.Generator, *, parallel: str) -> str:
        """The query with a part of it in the other language; strength 0 gives the text itself.

        Args:
            text: the query.
            language: its language.
            strength: expected share of its words (letters, where no spaces are written) that are in the part.
            rng: where chance comes from.
            parallel: the same query in the language ``into``.

        Raises:
            ConfigError: the strength is not in [0, 1], or the query is in the language switched to.
        """
        check_strength(strength)
        if not self.offered(language):
            raise ConfigError(f"{self.name}: a query in {language!r} is in the language to switch to.")
        if strength == 0:
            return text
        start = float(rng.random()) * (1 - strength)
        own, other = _units(text, language), _units(parallel, self.into)
        switched = _switched(own, other, (start, start + strength))
        return kept_whole(text, switched)


def _switched(own: list[str], other: list[str], part: tuple[float, float]) -> str:
    inside = [part[0] <= (place + 0.5) / len(own) < part[1] for place in range(len(own))]
    if not any(inside):
        return "".join(own)
    stays, is_there = _kept(own, other)
    result: list[tuple[bool, str]] = []  # whether a unit is the query's own, and the unit
    for place, unit in enumerate(own):
        if not inside[place] or _core(unit) in stays:
            result.append((True, unit))
        if inside[place]:
            first, last = place / len(own), (place + 1) / len(own)
            span = [word for n, word in enumerate(other) if first <= (n + 0.5) / len(other) < last]
            result += [(False, word) for word in span if _core(word) not in is_there]
    return "".join(_apart(result)).strip()


def _kept(own: list[str], other: list[str]) -> tuple[set[str], set[str]]:
    """Cores of the own units that stay, and of the other units that are not put in beside them."""
    ours, theirs = {_core(unit) for unit in own}, {_core(unit) for unit in other}
    numbers = {core for core in ours if _has_digit(core)}
    repeated = {core for core in theirs if _has_digit(core)} if numbers else set()
    return (ours & theirs) | numbers, (ours & theirs) | repeated


def _apart(units: list[tuple[bool, str]]) -> Iterator[str]:
    """The units, with a space where the language changes and none is there."""
    for number, (mine, unit) in enumerate(units):
        if number:
            before, text = units[number - 1]
            if before != mine and not text[-1].isspace() and not unit[0].isspace():
                yield " "
        yield unit


def _has_digit(core: str) -> bool:
    return any(letter.isdigit() for letter in core)


def _core(unit: str) -> str:
    return _EDGES.sub("", unit.strip()).casefold()


def _units(text: str, language: str) -> list[str]:
    """Words, or letters where no spaces are written, with the white space around them."""
    if spaced(language):
        return _WORD.findall(text)
    units: list[str] = []
    for run in _RUN.findall(text):
        for unit in [run] if run.isascii() and run.isalnum() else letters_with_marks(run):
            if unit.isspace() and units:
                units[-1] += unit
            else:
                units.append(unit)
    return units
