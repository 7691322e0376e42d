"""Candidates for near duplicates: texts that agree in a whole band of MinHash minima.

MinHash (Broder 1997, "On the resemblance and containment of documents") estimates the Jaccard index of two texts' sets
of character n-grams, J = |A and B| / |A or B|: they agree in one minimum with probability J. In b bands of r minima
they agree in a whole band, and are then a candidate, with probability 1 - (1 - J^r)^b (Leskovec et al., "Mining of
Massive Datasets", section 3.4). Whoever asks for candidates confirms them (:func:`~isoglot.text.near.jaccard.jaccard`).
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from isoglot.arrays import Hashes, Ints
from isoglot.text.grams import powers

PERMUTATIONS = 128
RECALL = 0.99  # of pairs whose Jaccard index is the threshold; more of those above it

_LOW = np.uint64(0xFFFFFFFF)


class Sketches(NamedTuple):
    """What MinHash keeps of some texts; a text without grams has none.

    Attributes:
        text: (sketches,) int64, ascending: the texts' numbers.
        keys: (sketches, bands) uint64, equal in a column where all minima of the band are.
    """

    text: Ints
    keys: Hashes


def bands(threshold: float) -> tuple[int, int]:
    """(Bands, minima in each): as selective as it goes while a pair at the threshold is found with ``RECALL``."""
    for rows in range(PERMUTATIONS // 2, 1, -1):  # two bands at least
        count = PERMUTATIONS // rows
        if 1 - (1 - threshold**rows) ** count >= RECALL:
            return count, rows
    return PERMUTATIONS, 1


def sketches(hashes: Hashes, owner: Ints, *, threshold: float) -> Sketches:
    """Sketch texts by their n-grams, as :func:`~isoglot.text.grams.distinct_grams` gives them.

    The package datasketch has to be there: whoever offers a search for near duplicates asks for it, with its remedy.
    """
    from datasketch import MinHash

    count, rows = bands(threshold)
    text, start = np.unique(owner, return_index=True)
    low = (hashes & _LOW).tolist()
    ends = np.append(start, len(low))[1:].tolist()
    sets = (low[first:end] for first, end in zip(start.tolist(), ends, strict=True))
    made = [sketch.hashvalues for sketch in MinHash.generator(sets, num_perm=PERMUTATIONS, hashfunc=int)]
    minima = np.array(made, dtype=np.uint64).reshape(len(text), PERMUTATIONS)[:, : count * rows]
    return Sketches(text, (minima.reshape(len(text), count, rows) * powers(rows)).sum(axis=2))


class Buckets:
    """Texts by the keys of their bands, sorted: those with one key are next to each other."""

    def __init__(self, parts: Iterable[Sketches], *, threshold: float) -> None:
        """Sort sketches that were made for this threshold. Memory: 16 bytes for each text and band."""
        nothing = Sketches(np.empty(0, dtype=np.int64), np.empty((0, bands(threshold)[0]), dtype=np.uint64))
        parts = [nothing, *parts]
        self._text = np.concatenate([part.text for part in parts])
        self._keys = np.empty((nothing.keys.shape[1], len(self._text)), dtype=np.uint64)  # (bands, texts)
        np.concatenate([part.keys.T for part in parts], axis=1, out=self._keys)
        del parts  # as much memory as the order takes
        self._order = np.empty(self._keys.shape, dtype=np.int64)
        for keys, order in zip(self._keys, self._order, strict=True):
            order[:] = np.argsort(keys, kind="stable")
            keys[:] = keys[order]

    def candidates(self, keys: Hashes) -> tuple[Ints, Ints]:
        """Look others up.

        Args:
            keys: (others, bands) uint64.

        Returns:
            (pairs,) int64 row of ``keys`` and (pairs,) int64 text that agrees with it in a band, each pair once, by
            row and then by text.
        """
        found = [
            _paired(np.searchsorted(known, band), np.searchsorted(known, band, side="right"))
            for known, band in zip(self._keys, keys.T, strict=True)
        ]
        return self._distinct((row, order[place]) for (row, place), order in zip(found, self._order, strict=True))

    def pairs(self) -> tuple[Ints, Ints]:
        """(pairs,) int64 later and (pairs,) int64 earlier text that agree in a band, by the later and then the earlier.

        A bucket of n texts gives n(n - 1) / 2 pairs, and memory grows with them.
        """
        later, earlier = self._distinct(
            (order[row], order[place])
            for known, order in zip(self._keys, self._order, strict=True)
            for row, place in [_paired(np.searchsorted(known, known), np.arange(len(known)))]
        )
        return self._text[later], earlier

    def _distinct(self, found: Iterable[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
        """Pairs of a row and a place among the texts, each once and sorted; the place as its text."""
        size = max(1, len(self._text))
        pairs = np.empty(0, dtype=np.int64)
        for row, place in found:
            pairs = np.union1d(pairs, row * size + place)
        return pairs // size, self._text[pairs % size]


def _paired(start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """(pairs,) row and (pairs,) place, for each row every place from its start to before its stop."""
    count = stop - start
    row = np.repeat(np.arange(len(count)), count)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(count) - count - start, count)
