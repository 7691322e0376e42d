"""Which of an item's texts is to blame when they do not fit each other: the one that does not fit most others."""

from collections.abc import Sequence

import numpy as np

from isoglot.arrays import Bools


def at_fault(misfits: Bools, comparable: Bools, rank: Sequence[int]) -> Bools:
    """The texts that do not fit more than half of those that they can be compared with.

    Where that is all of an item's texts, as it is where there are two, the one in the commonest language is spared:
    translations are rarer than what they are made of.

    Args:
        misfits: (items, languages, languages), symmetric, whether two texts do not fit.
        comparable: (items, languages, languages), symmetric, whether they can be compared at all.
        rank: the languages, commonest first.

    Returns:
        (items, languages).
    """
    others = comparable.sum(axis=2)
    blamed: Bools = 2 * (misfits & comparable).sum(axis=2) > others
    everyone = blamed.any(axis=1) & (blamed == (others > 0)).all(axis=1)
    commonest = np.argmax(blamed[:, rank], axis=1)
    spared = np.flatnonzero(everyone)
    blamed[spared, np.asarray(rank)[commonest[spared]]] = False
    return blamed
