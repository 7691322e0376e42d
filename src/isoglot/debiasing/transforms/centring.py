"""Per-language centring: every language's mean moved onto the common mean.

Libovický et al. 2020, "On the Language Neutrality of Pre-trained Multilingual Representations" (arXiv 2004.05160),
section 2, centre each language; here the common mean is added back, and queries and passages have means of their own,
since prompts move them.
"""

from typing import ClassVar

import numpy as np

from isoglot.debiasing.sample import Sample
from isoglot.debiasing.transforms.estimator import Estimator
from isoglot.encoder.affine import Affine, affine
from isoglot.roles import ROLES, Role


class Centring(Estimator):
    """``x - strength (mean of x's language - mean of these means)``.

    Every language has the same weight in the common mean, however many texts it has. A language that was not fitted
    stays where it is.
    """

    kind = "centring"
    what = "moves each language's mean vector towards the common mean"
    strengths: ClassVar[tuple[float, ...]] = (0.5, 0.75, 1.0)
    roles: ClassVar[tuple[Role, ...]] = ROLES

    def _fitted(self, sample: Sample) -> Affine:
        offsets = np.zeros((len(ROLES), len(sample.languages) + 1, sample.width))
        for role in self.roles:
            means = sample.means(role)
            offsets[ROLES.index(role), :-1] = self.strength * (means.mean(axis=0) - means)
        return affine(sample.languages, sample.width, offsets=offsets, unit=self.unit)


class CentringIndex(Centring):
    """Queries are left alone: for those who can change the index only."""

    kind = "centring-index"
    what = "moves each language's mean passage towards the common mean, and no query"
    roles: ClassVar[tuple[Role, ...]] = ("passage",)
