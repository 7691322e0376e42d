"""Texts that are too short or too long for what they should be."""

import unicodedata

from isoglot.cleaning.config import LengthConfig
from isoglot.roles import Role


class Length:
    """Queries and passages outside of their bounds, or without a single letter or digit."""

    def __init__(self, config: LengthConfig) -> None:
        self._bounds: dict[Role, tuple[int, int]] = {
            "query": (config.query_least, config.query_most),
            "passage": (config.passage_least, config.passage_most),
        }

    def __call__(self, text: str, *, language: str, side: Role) -> bool:
        """See :class:`isoglot.cleaning.texts.TextJudge`."""
        least, most = self._bounds[side]
        return not least <= latin_length(text) <= most or not any(character.isalnum() for character in text)


def latin_length(text: str) -> float:
    """How many letters of Latin script a text is worth, white space not counted.

    A Chinese character is worth 2.8 letters, a syllable of Hangul 2.1 and a kana 1.2; a letter or mark of any other
    script counts as one. docs/cleaning.md says how this was measured.
    """
    if text.isascii():
        return len(text) - sum(map(text.count, _ASCII_SPACE))
    return sum(map(_WORTH.__getitem__, text))


class _Worth(dict[str, float]):
    """Character -> letters of Latin script, filled as characters turn up."""

    def __missing__(self, character: str) -> float:
        name = unicodedata.name(character, "").split(" ")[0]
        self[character] = 0.0 if character.isspace() else _SCRIPTS.get(name, 1.0)
        return self[character]


_ASCII_SPACE = " \t\n\r\v\f"
_SCRIPTS = {"CJK": 2.8, "HANGUL": 2.1, "HIRAGANA": 1.2, "KATAKANA": 1.2, "KATAKANA-HIRAGANA": 1.2}
_WORTH = _Worth()
