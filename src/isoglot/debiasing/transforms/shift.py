"""Relative language vectors: the index is moved to one language, and queries stay.

The idea is SHIFT's (arXiv 2606.18801): documents lose, when they are indexed, a vector of their language relative to a
source language, estimated from pairs of translations. This is our reading of its abstract; the paper was not at hand,
and where it differs the paper is right.
"""

import numpy as np

from isoglot.debiasing.sample import Sample
from isoglot.debiasing.transforms.estimator import Estimator
from isoglot.encoder.affine import Affine, affine
from isoglot.roles import ROLES

_PIVOT = "en"


class Shift(Estimator):
    """``x + strength r(l -> pivot)`` for passages of language l.

    ``r`` is the difference of the languages' means, which are of the same items as far as these exist in several
    languages (:mod:`isoglot.debiasing.balance`). The pivot is English, or, where that is not fitted, the language with
    the most passages. A language that was not fitted stays where it is.
    """

    kind = "shift"
    what = "moves passages onto one language by the difference of the languages' means"
    strengths = (0.5, 1.0)

    def _fitted(self, sample: Sample) -> Affine:
        pivot = _pivot(sample)
        offsets = np.zeros((len(ROLES), len(sample.languages) + 1, sample.width))
        means = sample.means("passage")
        offsets[ROLES.index("passage"), :-1] = self.strength * (means[sample.languages.index(pivot)] - means)
        return affine(sample.languages, sample.width, offsets=offsets, unit=self.unit)


def _pivot(sample: Sample) -> str:
    if _PIVOT in sample.languages:
        return _PIVOT
    return max(sample.languages, key=lambda tag: len(sample.vectors["passage"][tag]))
