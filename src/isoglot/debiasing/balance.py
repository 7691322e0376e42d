"""Means of languages whose texts are not all the same items: what the items bring is taken out.

A language whose texts are about other things than another's has another mean for that reason, too. Where items exist in
several languages, the languages' effects are the least-squares fit of ``x = item + language`` over all texts there are
(the two-way layout with unequal numbers: Yates 1934, "The analysis of multiple classifications with unequal numbers in
the different classes", J. Am. Stat. Assoc. 29). Where every item exists in every language they are the plain means.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Floats, Ints, Vectors


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The means of one role's languages.

    Attributes:
        means: (languages, width) float64. The mean over all languages is that of the plain means.
        items: how many exist in two languages or more.
        everywhere: how many exist in all languages.
        part: (languages,) int64; languages of one part share enough items, directly or through others, and those of
            two parts are compared by plain means, which differ by what the texts are about, too.
    """

    means: Floats
    items: int
    everywhere: int
    part: Ints


def balance(vectors: Sequence[Vectors], groups: Sequence[Ints], *, least: int) -> Balance:
    """Fit the languages' effects.

    Args:
        vectors: (texts, width) of each language.
        groups: (texts,) of each language; equal numbers are translations of each other. Several texts of an item in
            one language count as one, their mean.
        least: two languages that share fewer items are not compared by them.
    """
    plain = np.stack([found.mean(axis=0, dtype=np.float64) for found in vectors])
    items = np.unique(np.concatenate(groups))
    there = np.zeros((len(items), len(groups)), dtype=bool)
    for column, found in enumerate(groups):
        there[np.searchsorted(items, found), column] = True
    shared = there.T.astype(np.int64) @ there.astype(np.int64)
    _, part = connected_components(csr_array(shared >= least), directed=False)
    means = plain.copy()
    for number in np.unique(part):
        languages = np.flatnonzero(part == number)
        if len(languages) > 1:
            cells = [_cells(vectors[at], groups[at], items) for at in languages.tolist()]
            effects = _effects(cells, there[:, languages])
            means[languages] = plain[languages].mean(axis=0) + effects
    return Balance(
        means=means,
        items=int((there.sum(axis=1) > 1).sum()),
        everywhere=int(there.all(axis=1).sum()),
        part=part.astype(np.int64),
    )


def _cells(vectors: Vectors, groups: Ints, items: Ints) -> Floats:
    """(items, width) the mean of an item's texts in a language; zeros where it has none."""
    order = np.argsort(groups, kind="stable")
    own, first, count = np.unique(groups[order], return_index=True, return_counts=True)
    cells = np.zeros((len(items), vectors.shape[1]))
    cells[np.searchsorted(items, own)] = np.add.reduceat(vectors[order], first, dtype=np.float64) / count[:, None]
    return cells


def _effects(cells: Sequence[Floats], there: np.ndarray) -> Floats:
    """(languages, width) of sum 0, by the normal equations with the items' effects eliminated."""
    several = there.sum(axis=1) > 1
    there = there[several].astype(np.float64)
    size = there.sum(axis=1)
    item_mean = np.sum([found[several] for found in cells], axis=0) / size[:, None]
    right = np.stack([(found[several] - item_mean).T @ there[:, column] for column, found in enumerate(cells)])
    left = np.diag(there.sum(axis=0)) - there.T @ (there / size[:, None])
    found: Floats = np.linalg.pinv(left, hermitian=True) @ right
    effects: Floats = found - found.mean(axis=0)
    return effects
