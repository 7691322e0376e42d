"""Where an answer is: in its context, and in which passages of many.

The passages that hold answers are found with token sequences in a trie, against which each passage is read once.
Tokens are those by which Karpukhin et al. (2020, arXiv 2004.04906, section 4) find answers in passages: Unicode NFD,
lower case, runs of letters, digits and marks, and every other character that is not white space by itself. Scripts
that are written without spaces have a token a character, as in MKQA's own scores (Longpre et al. 2020).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from isoglot.text.scripts import stands_alone

_WORDS = ("L", "N", "M")
_NOTHING = ("Z", "C")
_END = 0  # a key that no token equals, for what ends at a node


def answer_start(text: str | None, said: int, context: str) -> int | None:
    """Where an answer starts in its context: where its text is, nearest to where it is said to be.

    Args:
        text: of the answer; None where a file does not give it, so that what is said is believed.
        said: the start that the file gives.
        context: what the answer is in.

    Returns:
        None if the text is nowhere.
    """
    if text is None:
        return said
    text = text.strip()
    places = [match.start() for match in re.finditer(re.escape(text), context)] if text else []
    return min(places, key=lambda place: abs(place - said), default=None)


class _Characters(dict[int, str]):
    """Character -> what stands for it so that splitting at white space gives tokens; filled as they are met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)[0]
        if category in _NOTHING:
            found = " "
        elif category in _WORDS and not stands_alone(character):
            found = character
        else:
            found = f" {character} "
        self[code] = found
        return found


_CHARACTERS = _Characters()


def tokens(text: str) -> list[str]:
    """The tokens of a text."""
    return unicodedata.normalize("NFD", text).lower().translate(_CHARACTERS).split()


class Answers:
    """Answers, each with a number that stands for its question."""

    def __init__(self, answers: Iterable[tuple[str, int]]) -> None:
        """Take (answer, question) pairs; an answer without a token is found nowhere."""
        self._root: dict[Any, Any] = {}
        for answer, question in answers:
            node = self._root
            for token in tokens(answer):
                node = node.setdefault(token, {})
            if node is not self._root:
                node.setdefault(_END, set()).add(question)

    def found_in(self, text: str) -> set[int]:
        """The questions that have an answer among the text's tokens, as a whole and in order."""
        words = tokens(text)
        questions: set[int] = set()
        for start, word in enumerate(words):
            if word in self._root:
                for held in _ends(self._root, words, start):
                    questions |= held
        return questions


def _ends(root: dict[Any, Any], words: Sequence[str], start: int) -> Iterator[set[int]]:
    node = root
    for place in range(start, len(words)):
        if words[place] not in node:
            return
        node = node[words[place]]
        if _END in node:
            yield node[_END]
