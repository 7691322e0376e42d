"""An index of texts, in which others are looked up for near duplicates as they stream by."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from isoglot.arrays import Bools, Hashes, Ints
from isoglot.progress import Progress
from isoglot.text.grams import distinct_grams, lookup, shingle_sets
from isoglot.text.near.bands import MOST, Sketches, bands, sketches
from isoglot.text.near.jaccard import gram_jaccard

_TEXTS_PER_BATCH = 1_000
_CACHED_SETS = 4_096
_AGAIN = 8  # matches that tell no more than how near the nearest is


class Bucket(NamedTuple):
    """Texts of the index that agree in a band: where they stand in :attr:`NearIndex.order`."""

    band: int
    start: int
    stop: int


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
    """Texts in normal form, sorted by each band of their sketches: those that agree in it are next to each other."""

    def __init__(self, texts: Sequence[str], *, threshold: float, progress: Progress) -> None:
        """Sketch the texts. Memory: 16 bytes for each text and band, and the n-grams of 4,096 texts.

        Args:
            threshold: the least Jaccard index that counts, in (0, 1].
            progress: told of every text once.
        """
        self.threshold = threshold
        self.texts = texts
        self.grams = lru_cache(_CACHED_SETS)(lambda text: shingle_sets([texts[text]])[0])
        vocabulary = [np.empty(0, dtype=np.uint64)]
        parts = [Sketches(np.empty(0, dtype=np.int64), np.empty((0, bands(threshold)[0]), dtype=np.uint64))]
        for start in range(0, len(texts), _TEXTS_PER_BATCH):
            run = texts[start : start + _TEXTS_PER_BATCH]
            hashes, owner = distinct_grams(run, "shingle")
            vocabulary.append(np.unique(hashes))
            parts.append(sketches(hashes, owner + start, threshold=threshold))
            progress(len(run))
        self._vocabulary = np.unique(np.concatenate(vocabulary))
        text = np.concatenate([part.text for part in parts])
        self._keys = np.concatenate([part.keys.T for part in parts], axis=1)  # (bands, texts), ascending in each
        self.order = np.empty(self._keys.shape, dtype=np.int64)
        for keys, order in zip(self._keys, self.order, strict=True):
            place = np.argsort(keys, kind="stable")
            order[:], keys[:] = text[place], keys[place]

    def buckets(self, texts: Sequence[str]) -> Iterator[tuple[int, list[Bucket]]]:
        """The texts that agree with any of the index in a band, and in which buckets those are."""
        hashes, owner = distinct_grams(texts, "shingle")
        possible = self._possible(hashes, owner)[owner]
        found = sketches(hashes[possible], owner[possible], threshold=self.threshold)
        both = list(zip(self._keys, found.keys.T, strict=True))
        start = np.array([np.searchsorted(known, own) for known, own in both])  # (bands, texts)
        stop = np.array([np.searchsorted(known, own, side="right") for known, own in both])
        for place in np.flatnonzero((start < stop).any(axis=0)).tolist():
            band = np.flatnonzero(start[:, place] < stop[:, place])
            spans = zip(band.tolist(), start[band, place].tolist(), stop[band, place].tolist(), strict=True)
            yield int(found.text[place]), [Bucket(*span) for span in spans]

    def _possible(self, hashes: Hashes, owner: Ints) -> Bools:
        """(texts,) the texts that can be near duplicates of anything.

        |A and B| >= t |A or B| >= t |A|: of a text's grams at least the threshold's share must be known. This rules
        out most texts for the price of a look-up, and none that counts.
        """
        _, known = lookup(self._vocabulary, hashes)
        count = np.bincount(owner)
        possible: Bools = np.bincount(owner[known], minlength=len(count)) >= self.threshold * count
        return possible


class NearSearch:
    """One stream of texts that are looked up in an index.

    The work grows with the number of texts looked up and with that of the index, not with their product, however many
    are near each other. A text is compared with those of its smallest buckets first, until
    :data:`~isoglot.text.near.bands.MOST` were not near to it. Of a bucket as many are looked at, at a time; where that
    makes more in all, those that are found already are passed over after eight matches with such.

    So a text that shares bands with no more than that many texts finds all its near duplicates, as far as bands propose
    them (:mod:`isoglot.text.near.bands`). Of one that shares bands with more, whatever is found is a near duplicate,
    but pairs with texts that are found already are left out, and others can be missed if still others came first.

    Memory: at most 8 bytes for each text and band of the index.

    Attributes:
        found: (index,) bool: texts of the index that have a near duplicate in the stream.
    """

    def __init__(self, index: NearIndex) -> None:
        self._index = index
        self._waiting: dict[Bucket, Ints] = {}
        self.found = np.zeros(len(index.texts), dtype=bool)

    def near(self, texts: Sequence[str]) -> Iterator[NearText]:
        """The near duplicates of these texts in normal form, text by text; equal texts are none."""
        sets = shingle_sets(texts)
        for text, buckets in self._index.buckets(texts):
            for known, index in self._matches(texts[text], sets[text], buckets):
                yield NearText(text, known, index)

    def _matches(self, text: str, grams: Hashes, buckets: list[Bucket]) -> Iterator[tuple[int, float]]:
        """(Text of the index, Jaccard index)."""
        tried: set[int] = set()
        vain = again = 0
        news = True
        while news:  # what was found makes room for others of its buckets
            news = False
            likely = self._likely(buckets)
            most = MOST if len(likely) <= MOST else _AGAIN
            for known in likely:
                if vain == MOST:
                    return
                if known in tried or (again >= most and self.found[known]):
                    continue
                tried.add(known)
                index = gram_jaccard(grams, self._index.grams(known))
                if index < self._index.threshold or text == self._index.texts[known]:
                    vain += 1
                    continue
                if self.found[known]:
                    again += 1
                else:
                    self.found[known] = news = True
                yield known, index

    def _likely(self, buckets: list[Bucket]) -> list[int]:
        """Texts of the index to compare a text of these buckets with, the likeliest first."""
        likely: dict[int, None] = {}
        for bucket in sorted(buckets, key=lambda bucket: bucket.stop - bucket.start):
            likely |= dict.fromkeys(self._index.order[bucket.band, bucket.start : bucket.stop][:MOST].tolist())
            if bucket.stop - bucket.start > MOST:
                likely |= dict.fromkeys(self._still_waiting(bucket)[::-1].tolist())
        return list(likely)

    def _still_waiting(self, bucket: Bucket) -> Ints:
        """Texts of a large bucket that are not found yet, as many as are looked at."""
        waiting = self._waiting.get(bucket)
        if waiting is None:  # the first one last: those there are taken away
            waiting = self._index.order[bucket.band, bucket.start : bucket.stop][::-1].copy()
        left, rest = waiting[:0], len(waiting)
        while rest and len(left) < MOST:  # each that is found is met here once
            part = waiting[max(0, rest - MOST) : rest]
            left, rest = np.concatenate((part[~self.found[part]], left)), rest - len(part)
        waiting[rest : rest + len(left)] = left
        self._waiting[bucket] = waiting[: rest + len(left)]
        return left[-MOST:]
