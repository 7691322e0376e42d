"""An index of texts, in which others are looked up for near duplicates as they stream by."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from isoglot.arrays import Bools, Hashes, Ints
from isoglot.text.grams import distinct_grams, lookup
from isoglot.text.near.bands import Buckets, sketches
from isoglot.text.near.jaccard import jaccard
from isoglot.text.normal import shingles

_TEXTS_PER_BATCH = 1_000
_CACHED_SETS = 4_096


class NearText(NamedTuple):
    """A near duplicate.

    Attributes:
        text: number of the text that was looked up.
        known: number of the one in the index.
        jaccard: of the two.
    """

    text: int
    known: int
    jaccard: float


class NearIndex:
    """Texts in normal form."""

    def __init__(self, texts: Sequence[str], *, threshold: float) -> None:
        """Sketch the texts.

        Args:
            threshold: the least Jaccard index that counts, in (0, 1].
        """
        self._threshold = threshold
        self._texts = texts
        self._set = lru_cache(_CACHED_SETS)(lambda text: shingles(texts[text]))
        vocabulary = [np.empty(0, dtype=np.uint64)]
        parts = []
        for start in range(0, len(texts), _TEXTS_PER_BATCH):
            hashes, owner = distinct_grams(texts[start : start + _TEXTS_PER_BATCH], "shingle")
            vocabulary.append(np.unique(hashes))
            parts.append(sketches(hashes, owner + start, threshold=threshold))
        self._buckets = Buckets(parts, threshold=threshold)
        self._vocabulary = np.unique(np.concatenate(vocabulary))

    def near(self, texts: Sequence[str]) -> Iterator[NearText]:
        """The near duplicates of these texts in normal form, text by text; equal texts are none."""
        hashes, owner = distinct_grams(texts, "shingle")
        possible = self._possible(hashes, owner)[owner]
        found = sketches(hashes[possible], owner[possible], threshold=self._threshold)
        row, known = self._buckets.candidates(found.keys)
        own = lru_cache(1)(lambda text: shingles(texts[text]))
        for text, other in zip(found.text[row].tolist(), known.tolist(), strict=True):
            if texts[text] != self._texts[other]:
                index = jaccard(own(text), self._set(other))
                if index >= self._threshold:
                    yield NearText(text, other, index)

    def _possible(self, hashes: Hashes, owner: Ints) -> Bools:
        """(texts,) the texts that can be near duplicates of anything.

        |A and B| >= t |A or B| >= t |A|: of a text's grams at least the threshold's share must be known. This rules
        out most texts for the price of a look-up, and none that counts.
        """
        _, known = lookup(self._vocabulary, hashes)
        count = np.bincount(owner)
        possible: Bools = np.bincount(owner[known], minlength=len(count)) >= self._threshold * count
        return possible
