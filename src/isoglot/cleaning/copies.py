"""Untranslated copies: an item's text in one language that is its text in another, or nearly."""

from isoglot.cleaning.config import CopiesConfig
from isoglot.cleaning.texts import Masks, RemainingTexts
from isoglot.progress import StartProgress
from isoglot.roles import ROLES
from isoglot.text.near.jaccard import jaccard
from isoglot.text.normal import normal_form, shingles
from isoglot.text.prose import prose_words, share_of_language

_LANGUAGE = 0.5  # of a text's characters that are not code, for it to be prose at all


class CopiesCheck:
    """Of two texts of an item that agree, the one in the rarer language is the copy.

    They agree if their sets of character n-grams (:func:`isoglot.text.normal.shingles`) are nearly equal. Names,
    abbreviations and code are the same in all languages and are let be.
    """

    name = "copies"

    def __init__(self, config: CopiesConfig) -> None:
        self._config = config

    def faults(self, texts: RemainingTexts, begin: StartProgress) -> Masks:
        """See :class:`isoglot.cleaning.texts.Check`."""
        told = begin(self.name, len(texts), unit="items")
        found = texts.none()
        rank = texts.rank
        for block in texts.blocks():
            for side in ROLES:
                columns = [block.texts(side, texts.languages[number]) for number in rank]
                for place, item in enumerate(zip(*columns, strict=True)):
                    for copy in self._copies(item):
                        found[side][block.span.start + place, rank[copy]] = True
            told(len(block))
        return found

    def _copies(self, item: tuple[str | None, ...]) -> list[int]:
        """Places of the texts that are copies of one before them."""
        originals: list[frozenset[str]] = []
        copies = []
        for place, text in enumerate(item):
            if text is None or not self._is_prose(text):
                continue
            own = shingles(normal_form(text))
            if any(jaccard(own, other) >= self._config.jaccard for other in originals):
                copies.append(place)
            else:
                originals.append(own)
        return copies

    def _is_prose(self, text: str) -> bool:
        return prose_words(text) >= self._config.words and share_of_language(text) >= _LANGUAGE
