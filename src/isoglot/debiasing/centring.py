"""Per-language centring: every language's mean moved onto the common mean.

Libovický et al. 2020, "On the Language Neutrality of Pre-trained Multilingual Representations" (arXiv 2004.05160),
section 2, centre each language; here the common mean is added back, and queries and passages have means of their own,
since prompts move them.
"""

import numpy as np

from isoglot.debiasing.affine import Affine, affine
from isoglot.debiasing.sample import Sample
from isoglot.roles import ROLES


def fit_centring(sample: Sample, *, strength: float, passages_only: bool = False, unit: bool = True) -> Affine:
    """``x - strength (mean of x's language - mean of these means)``.

    Every language has the same weight in the common mean, however many texts it has. A language that was not fitted
    stays where it is.

    Args:
        strength: 1 moves means onto each other, 0 does nothing.
        passages_only: leave queries alone; for those who can change the index only.
    """
    offsets = np.zeros((len(ROLES), len(sample.languages) + 1, sample.width))
    for number, role in enumerate(ROLES):
        if role == "passage" or not passages_only:
            means = sample.means(role)
            offsets[number, :-1] = strength * (means.mean(axis=0) - means)
    return affine(sample.languages, sample.width, offsets=offsets, unit=unit)
