"""The Jaccard index of two texts, and every near pair of a small batch."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Bools, Hashes
from isoglot.text.grams import distinct_grams

# Of two texts of L characters that differ in k scattered places, J = (L - 5k) / (L + 5k): 0.7 is one character in 28,
# about a word in five. Different paragraphs of one article stay far below (docs/leakage.md).
NEAR = 0.7


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """|A and B| / |A or B| of two texts' :func:`~isoglot.text.normal.shingles`; none is empty."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def gram_jaccard(one: Hashes, other: Hashes) -> float:
    """The same of hashed n-grams, as :func:`~isoglot.text.grams.shingle_sets` gives them: faster and in less memory."""
    both = np.concatenate((one, other))
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / (len(both) - shared)


def near_pairs(forms: Sequence[str], *, threshold: float = NEAR) -> Bools:
    """Which texts are equal or near, (texts, texts) bool: their n-gram sets' Jaccard index reaches ``threshold``.

    Every pair is compared, in memory: for the passages of a batch. Texts are in normal form. The diagonal and texts
    without letters and digits are False.
    """
    some = [place for place, form in enumerate(forms) if form]
    near = np.zeros((len(forms), len(forms)), dtype=bool)
    if not some:
        return near
    hashes, owner = distinct_grams([forms[place] for place in some], "shingle")
    vocabulary, column = np.unique(hashes, return_inverse=True)
    ones = np.ones(len(hashes), dtype=np.int32)
    grams = csr_array((ones, (owner, column)), shape=(len(some), len(vocabulary)))
    shared = (grams @ grams.T).toarray()
    size = np.diag(shared)
    union = size[:, None] + size[None, :] - shared
    _, text = np.unique([forms[place] for place in some], return_inverse=True)
    close = (shared >= threshold * np.maximum(union, 1)) | (text[:, None] == text[None, :])
    np.fill_diagonal(close, False)
    near[np.ix_(some, some)] = close
    return near
