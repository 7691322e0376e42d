"""Candidates for near duplicates: texts that agree in a whole band of MinHash minima.

MinHash (Broder 1997, "On the resemblance and containment of documents") estimates the Jaccard index of two texts' sets
of character n-grams, J = |A and B| / |A or B|: they agree in one minimum with probability J. In b bands of r minima
they agree in a whole band, and are then a candidate, with probability 1 - (1 - J^r)^b (Leskovec et al., "Mining of
Massive Datasets", section 3.4). Whoever asks for candidates confirms them (:func:`~isoglot.text.near.jaccard.jaccard`).
"""

from typing import NamedTuple

import numpy as np

from isoglot.arrays import Hashes, Ints
from isoglot.text.grams import powers

PERMUTATIONS = 128
RECALL = 0.99  # of pairs whose Jaccard index is the threshold; more of those above it
MOST = 64  # texts of a bucket that one text looks at, and texts that it is compared with and in vain

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
