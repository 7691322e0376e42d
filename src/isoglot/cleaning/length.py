"""Texts that are too short or too long for what they should be."""

from isoglot.cleaning.config import LengthConfig
from isoglot.roles import Role
from isoglot.text.length import latin_length


class LengthCheck:
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
