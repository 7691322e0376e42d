"""Relative language vectors: the index is moved to one language, and queries stay.

The idea is SHIFT's (arXiv 2606.18801): documents lose, when they are indexed, a vector of their language relative to a
source language, estimated from pairs of translations. This is our reading of its abstract; the paper was not at hand,
and where it differs the paper is right.
"""

import numpy as np

from isoglot.arrays import Floats, Ints, Vectors
from isoglot.debiasing.sample import LEAST, Sample
from isoglot.debiasing.transforms.estimator import Estimator
from isoglot.encoder.affine import Affine, affine
from isoglot.roles import ROLES

_PIVOT = "en"


class Shift(Estimator):
    """``x + strength r(l -> pivot)`` for passages of language l.

    ``r`` is the mean over passages that both languages have of their translations' difference, where there are 30 or
    more of them; else the difference of the languages' means, which topics may take part in. The pivot is English, or,
    where that is not fitted, the language with the most passages. A language that was not fitted stays where it is.
    """

    kind = "shift"
    what = "passages by the mean difference between translations, onto one language"
    strengths = (0.5, 1.0)

    def _fitted(self, sample: Sample) -> Affine:
        pivot = _pivot(sample)
        offsets = np.zeros((len(ROLES), len(sample.languages) + 1, sample.width))
        for number, tag in enumerate(sample.languages):
            offsets[ROLES.index("passage"), number] = self.strength * _relative(sample, tag, pivot)
        return affine(sample.languages, sample.width, offsets=offsets, unit=self.unit)


def _pivot(sample: Sample) -> str:
    if _PIVOT in sample.languages:
        return _PIVOT
    return max(sample.languages, key=lambda tag: len(sample.vectors["passage"][tag]))


def _relative(sample: Sample, source: str, target: str) -> Floats:
    """(width,) from one language to another."""
    vectors, groups = sample.vectors["passage"], sample.groups["passage"]
    shared = np.intersect1d(groups[source], groups[target])
    if len(shared) < LEAST:
        return _mean(vectors[target]) - _mean(vectors[source])
    ends = (_group_means(vectors[tag], groups[tag], shared).mean(axis=0) for tag in (target, source))
    difference: Floats = np.subtract(*ends)
    return difference


def _group_means(vectors: Vectors, groups: Ints, wanted: Ints) -> Floats:
    """(wanted, width): a group may have several texts in a language, and counts once all the same."""
    kept = np.isin(groups, wanted)
    place = np.searchsorted(wanted, groups[kept])
    sums = np.zeros((len(wanted), vectors.shape[1]))
    np.add.at(sums, place, vectors[kept])
    means: Floats = sums / np.bincount(place)[:, None]
    return means


def _mean(vectors: Vectors) -> Floats:
    mean: Floats = vectors.mean(axis=0, dtype=np.float64)
    return mean
