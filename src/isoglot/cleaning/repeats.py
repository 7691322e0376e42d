"""Degenerate translations: the same words over and over."""

import re

from isoglot.cleaning.config import RepeatsConfig
from isoglot.roles import Role
from isoglot.text.normal import normal_form

_LONGEST = 60  # characters of what is repeated: ten English words


class RepeatsCheck:
    """Texts of which a share is one piece repeated without a break.

    The piece is found among characters in normal form, so a word, a phrase, a syllable and a Chinese word are all the
    same to it. Runs without a letter, as of figures in a table, do not count.
    """

    def __init__(self, config: RepeatsConfig) -> None:
        self._share = config.share
        self._runs = re.compile(rf"(\S.{{0,{_LONGEST - 1}}}?)\1{{{config.times - 1},}}")

    def __call__(self, text: str, *, language: str, side: Role) -> bool:
        """See :class:`isoglot.cleaning.texts.TextJudge`."""
        normal = normal_form(text)
        # With a space at its end, the last of a run of words is as long as the others.
        repeated = sum(
            len(run[0]) for run in self._runs.finditer(f"{normal} ") if any(character.isalpha() for character in run[1])
        )
        return repeated > 0 and repeated >= self._share * len(normal)
