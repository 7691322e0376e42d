"""Near duplicates among all texts of a column, of which the first stays."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Bools, Hashes, Ints
from isoglot.progress import Progress
from isoglot.text.grams import distinct_grams, shingle_sets
from isoglot.text.near.bands import MOST, Sketches, bands, sketches
from isoglot.text.near.jaccard import gram_jaccard

Buckets = npt.NDArray[np.int32]

_TEXTS_PER_BATCH = 1_000
_CACHED_SETS = 4_096
_ALONE = -1


def near_earlier(read: Callable[[Ints], Sequence[str]], owner: Ints, *, threshold: float, progress: Progress) -> Bools:
    """Which texts go, if of near duplicates with different owners the first stays.

    The texts are gone through in order. One goes if it is near to an earlier one that stays and has another owner; so
    a text that is near only to one that went stays. What is compared agrees in a whole band of minima
    (:mod:`isoglot.text.near.bands`) and is confirmed by its exact Jaccard index.

    The work grows with the number of texts, however many of them are near each other. Of the texts that stay, a bucket
    remembers the first :data:`~isoglot.text.near.bands.MOST`, and a text is compared with at most as many, those of
    its smallest buckets first. So nothing goes without a near duplicate that stays, and what stays would stay again.
    Every near duplicate goes that shares its bands with no more than that many texts that stay, as far as bands
    propose it; of others one can stay.

    Memory: for each text 8 bytes and 12 a band (21 bands at 0.8) at most, of which 4 a band remain when all are
    sketched; then a list for each bucket of texts that stay, and the n-grams of 4,096 texts.

    Args:
        read: gives the texts of these ascending numbers in normal form, none of them empty.
        owner: (texts,) int64.
        threshold: the Jaccard index at which a pair is near, in (0, 1].
        progress: told of every text twice: when it is sketched, and when it has been compared.

    Returns:
        (texts,) bool.
    """
    text, buckets = _shared(_sketched(read, len(owner), threshold, progress), bands(threshold)[0])
    progress(len(owner) - len(text))
    kept = _Kept(read, owner, threshold)
    gone = np.zeros(len(owner), dtype=bool)
    for start in range(0, len(text), _TEXTS_PER_BATCH):
        run = slice(start, start + _TEXTS_PER_BATCH)
        numbers = text[run].tolist()
        for number, own, grams in zip(numbers, buckets[run], shingle_sets(read(text[run])), strict=True):
            gone[number] = kept.has_near(number, own[own != _ALONE].tolist(), grams)
        progress(len(numbers))
    return gone


class _Kept:
    """The texts that stay, by bucket."""

    def __init__(self, read: Callable[[Ints], Sequence[str]], owner: Ints, threshold: float) -> None:
        self._owner: list[int] = owner.tolist()
        self._threshold = threshold
        self._texts: dict[int, list[int]] = defaultdict(list)
        self._grams = lru_cache(_CACHED_SETS)(lambda text: shingle_sets(read(np.array([text])))[0])

    def has_near(self, text: int, buckets: list[int], grams: Hashes) -> bool:
        """Whether one of them is near to this text of another owner; if none is, the text stays too."""
        if any(gram_jaccard(grams, self._grams(other)) >= self._threshold for other in self._likely(text, buckets)):
            return True
        for bucket in buckets:
            if len(self._texts[bucket]) < MOST:
                self._texts[bucket].append(text)
        return False

    def _likely(self, text: int, buckets: list[int]) -> list[int]:
        """Those to compare a text with."""
        own = self._owner[text]
        smallest_first = sorted((self._texts.get(bucket, ()) for bucket in buckets), key=len)
        others = dict.fromkeys(other for texts in smallest_first for other in texts if self._owner[other] != own)
        return list(islice(others, MOST))


def _sketched(
    read: Callable[[Ints], Sequence[str]], count: int, threshold: float, progress: Progress
) -> Iterator[Sketches]:
    for start in range(0, count, _TEXTS_PER_BATCH):
        run = np.arange(start, min(start + _TEXTS_PER_BATCH, count))
        hashes, owner = distinct_grams(read(run), "shingle")
        yield sketches(hashes, owner + start, threshold=threshold)
        progress(len(run))


def _shared(parts: Iterable[Sketches], count: int) -> tuple[Ints, Buckets]:
    """Texts that share a bucket, and their buckets.

    Returns:
        (some,) int64 ascending numbers of the texts; (some, bands) int32, equal where two texts agree in a band, and
        -1 where a text is alone.
    """
    parts = [Sketches(np.empty(0, dtype=np.int64), np.empty((0, count), dtype=np.uint64)), *parts]
    text = np.concatenate([part.text for part in parts])
    buckets = np.empty((len(text), count), dtype=np.int32)
    first = 0
    for band in range(count):
        keys = np.concatenate([part.keys[:, band] for part in parts])
        _, place, size = np.unique(keys, return_inverse=True, return_counts=True)
        shared = size > 1
        buckets[:, band] = np.where(shared, first + np.cumsum(shared) - 1, _ALONE)[place]
        first += int(shared.sum())
    some = (buckets != _ALONE).any(axis=1)
    return text[some], buckets[some]
