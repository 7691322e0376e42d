"""Near duplicates: candidates from MinHash and locality-sensitive hashing, each confirmed by its exact Jaccard index.

MinHash (Broder 1997, "On the resemblance and containment of documents") estimates the Jaccard index of two texts' sets
of character n-grams, J = |A and B| / |A or B|: they agree in one minimum with probability J. In b bands of r minima
they agree in a whole band, and are then a candidate, with probability 1 - (1 - J^r)^b (Leskovec et al., "Mining of
Massive Datasets", section 3.4).
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from isoglot.arrays import Hashes, Ints
from isoglot.extras import need
from isoglot.leakage.sides import Place
from isoglot.text.grams import distinct_grams, lookup
from isoglot.text.normal import shingles

PERMUTATIONS = 128
RECALL = 0.99  # of pairs whose Jaccard index is the threshold; more of those above it

_TEXTS_PER_BATCH = 1_000
_CACHED_SETS = 4_096


class Pair(NamedTuple):
    """A near duplicate: index of the test text, index into the places, and the Jaccard index."""

    text: int
    place: int
    jaccard: float


def bands(threshold: float) -> tuple[int, int]:
    """(Bands, minima in each): as selective as it goes while a pair at the threshold is found with ``RECALL``."""
    for rows in range(PERMUTATIONS // 2, 1, -1):  # the library wants two bands at least
        count = PERMUTATIONS // rows
        if 1 - (1 - threshold**rows) ** count >= RECALL:
            return count, rows
    return PERMUTATIONS, 1


class NearDuplicates:
    """An index of the test texts, which training texts are looked up in as they stream by.

    Attributes:
        pairs: what was confirmed; texts that are equal in normal form are no near duplicates.
        places: of the training texts in ``pairs``.
    """

    def __init__(self, texts: Sequence[str], *, threshold: float) -> None:
        """Index texts in normal form.

        Args:
            threshold: the least Jaccard index that counts, in (0, 1].

        Raises:
            ConfigError: the library that makes the hashes is not installed.
        """
        datasketch = need(
            "datasketch",
            extra="leaks",
            what="near duplicates need",
            instead="or leave this check out (near=None, --no-near)",
        )
        self._threshold = threshold
        self._texts = texts
        self._index = datasketch.MinHashLSH(num_perm=PERMUTATIONS, params=bands(threshold))
        self._set = lru_cache(_CACHED_SETS)(lambda text: shingles(texts[text]))
        self.pairs: list[Pair] = []
        self.places: list[Place] = []
        vocabulary = [np.empty(0, dtype=np.uint64)]
        for start in range(0, len(texts), _TEXTS_PER_BATCH):
            hashes, owner = distinct_grams(texts[start : start + _TEXTS_PER_BATCH], "shingle")
            vocabulary.append(np.unique(hashes))
            for text, sketch in _sketches(hashes, owner):
                self._index.insert(start + text, sketch, check_duplication=False)
        self._vocabulary = np.unique(np.concatenate(vocabulary))

    def add(self, texts: Sequence[str], places: Sequence[Place]) -> None:
        """Look up training texts in normal form."""
        hashes, owner = self._possible(*distinct_grams(texts, "shingle"))
        for text, sketch in _sketches(hashes, owner):
            if found := list(self._confirmed(texts[text], self._index.query(sketch))):
                self.pairs += [Pair(number, len(self.places), jaccard) for number, jaccard in found]
                self.places.append(places[text])

    def _possible(self, hashes: Hashes, owner: Ints) -> tuple[Hashes, Ints]:
        """The grams of the texts that can be near duplicates of anything.

        |A and B| >= t |A or B| >= t |A|: of a text's grams at least the threshold's share must be known. This rules
        out most texts for the price of a look-up, and none that counts.
        """
        _, known = lookup(self._vocabulary, hashes)
        count = np.bincount(owner)
        enough = np.bincount(owner[known], minlength=len(count)) >= self._threshold * count
        return hashes[enough[owner]], owner[enough[owner]]

    def _confirmed(self, text: str, candidates: Iterable[int]) -> Iterator[tuple[int, float]]:
        """(Test text, Jaccard index) of the candidates that are near enough."""
        own: frozenset[str] | None = None
        for number in sorted(candidates):
            if self._texts[number] == text:
                continue
            own = own if own is not None else shingles(text)
            other = self._set(number)
            shared = len(own & other)
            jaccard = shared / (len(own) + len(other) - shared)
            if jaccard >= self._threshold:
                yield number, jaccard


def _sketches(hashes: Hashes, owner: Ints) -> Iterator[tuple[int, Any]]:
    """(Text, MinHash) of every text that has grams."""
    from datasketch import MinHash

    texts, starts = np.unique(owner, return_index=True)
    low = (hashes & np.uint64(0xFFFFFFFF)).tolist()
    ends = np.append(starts, len(low))[1:].tolist()
    sets = (low[start:end] for start, end in zip(starts.tolist(), ends, strict=True))
    yield from zip(texts.tolist(), MinHash.generator(sets, num_perm=PERMUTATIONS, hashfunc=int), strict=True)
