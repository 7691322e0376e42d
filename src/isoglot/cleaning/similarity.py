"""Translations that mean something else: texts of an item that an encoder finds too unlike each other."""

import numpy as np

from isoglot.arrays import Bools
from isoglot.cleaning.config import SimilarityConfig
from isoglot.cleaning.majority import at_fault
from isoglot.cleaning.texts import Masks, RemainingTexts
from isoglot.data.parallelblocks import ItemBlock
from isoglot.encoder.embed import announce, embed
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.similarity import similarity_of
from isoglot.errors import EncoderError
from isoglot.progress import StartProgress
from isoglot.roles import ROLES, Role


class SimilarityCheck:
    """Texts whose cosine with most of their item's texts on the same side is below a floor.

    Raises:
        EncoderError: the encoder compares vectors by a distance.
    """

    name = "similarity"

    def __init__(self, config: SimilarityConfig, encoder: Encoder) -> None:
        if (similarity := similarity_of(encoder)).distance:
            raise EncoderError(
                f"the check of similarity is by cosine, but the encoder compares vectors by {similarity}: take one "
                "that compares by cosine or dot product, or leave the check out."
            )
        self._floor, self._encoder = config.floor, encoder
        self._fingerprint = encoder_fingerprint(encoder)  # so that a killed cleaning goes on where it was
        self._seen: Masks | None = None

    def faults(self, texts: RemainingTexts, begin: StartProgress) -> Masks:
        """See :class:`isoglot.cleaning.texts.Check`. Memory: a block's vectors at a time.

        Raises:
            EncoderError: see :func:`isoglot.encoder.embed.embed`.
        """
        told = begin(self.name, len(texts), unit="items")
        announce(self._encoder, ((side, texts.column(side, tag)) for side in ROLES for tag in texts.languages))
        found = texts.none()
        rank = texts.rank
        seen, self._seen = self._seen, {side: texts.left[side].copy() for side in ROLES}
        for block in texts.blocks():
            for side in ROLES:
                left = self._changed(texts, side, block.span, seen)
                found[side][block.span] = self._block(block, side, texts, left, rank)
            told(len(block))
        return found

    def _changed(self, texts: RemainingTexts, side: Role, span: slice, seen: Masks | None) -> Bools:
        """The texts to compare: of items with two or more, and other ones than when this was last asked."""
        left = texts.left[side][span]
        fresh = left.sum(axis=1) > 1
        if seen is not None:
            fresh &= (left != seen[side][span]).any(axis=1)
        changed: Bools = left & fresh[:, None]
        return changed

    def _block(self, block: ItemBlock, side: Role, texts: RemainingTexts, left: Bools, rank: list[int]) -> Bools:
        items, languages = np.nonzero(left)
        if not len(items):
            return left
        columns = [block.texts(side, language) for language in texts.languages]
        chosen = [columns[language][item] for item, language in zip(items.tolist(), languages.tolist(), strict=True)]
        there = [text for text in chosen if text is not None]
        tags = [texts.languages[language] for language in languages.tolist()]
        found = np.asarray(embed(self._encoder, there, role=side, languages=tags, fingerprint=self._fingerprint))
        vectors = np.zeros((*left.shape, found.shape[1]), dtype=np.float32)
        vectors[items, languages] = found / np.linalg.norm(found, axis=1, keepdims=True)
        cosines = vectors @ vectors.transpose(0, 2, 1)  # (items, languages, languages)
        comparable = left[:, :, None] & left[:, None, :] & ~np.eye(left.shape[1], dtype=bool)
        return at_fault(cosines < self._floor, comparable, rank)
