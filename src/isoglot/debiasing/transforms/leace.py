"""LEACE: the least change after which no linear probe can tell the languages apart.

Belrose et al. 2023, "LEACE: Perfect linear concept erasure in closed form" (arXiv 2306.03819), with the
language's one-hot vector as the concept.
"""

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.debiasing.sample import Sample
from isoglot.debiasing.transforms.estimator import Estimator
from isoglot.encoder.affine import Affine, affine
from isoglot.roles import ROLES, Role

_SHRINKAGE = 0.3  # towards a multiple of the identity: with fewer texts than columns the covariance has no inverse
_NOTHING = 1e-4  # standard deviations; a spread of means below this is rounding, far below what sampling leaves


class Leace(Estimator):
    """``x - strength W^-1 P W (x - m)``, whatever the language; queries and passages have an eraser of their own.

    m is the common mean, every language weighing the same; W whitens: it is the inverse square root of the covariance
    of x, shrunk by 30% towards a multiple of the identity; P projects onto the whitened differences between the
    languages' means and m. With strength 1 every language's mean comes to m, whatever the shrinkage, which changes
    what "least change" is measured by and nothing else; scaling to length 1 afterwards moves them apart again a little.
    """

    kind = "leace"
    what = "erases what tells languages apart linearly"
    strengths = (0.5, 1.0)

    def _fitted(self, sample: Sample) -> Affine:
        rows = len(sample.languages) + 1
        offsets, matrices = np.zeros((len(ROLES), rows, sample.width)), []
        for number, role in enumerate(ROLES):
            erased = _erased(sample, role)
            matrices.append(np.eye(sample.width) - self.strength * erased)
            offsets[number] = self.strength * sample.means(role).mean(axis=0) @ erased
        matrix: Ints = np.repeat(np.arange(len(ROLES), dtype=np.int64)[:, None], rows, axis=1)
        return affine(
            sample.languages, sample.width, offsets=offsets, matrices=np.stack(matrices), matrix=matrix, unit=self.unit
        )


def _erased(sample: Sample, role: Role) -> Floats:
    """(width, width) A of ``(x - m) @ A``, what is taken away from a row vector."""
    means = sample.means(role)
    spread = means - means.mean(axis=0)
    values, axes = np.linalg.eigh(_covariance(sample, role))
    root = (axes * np.sqrt(values)) @ axes.T  # the inverse of W; both are symmetric
    whiten = (axes / np.sqrt(values)) @ axes.T
    _, sizes, directions = np.linalg.svd(spread @ whiten, full_matrices=False)
    directions = directions[sizes > _NOTHING]
    erased: Floats = whiten @ directions.T @ directions @ root
    return erased


def _covariance(sample: Sample, role: Role) -> Floats:
    """(width, width), about the common mean, every language weighing the same; positive definite."""
    common = sample.means(role).mean(axis=0)
    total = np.zeros((sample.width, sample.width))
    for tag in sample.languages:
        centred = sample.vectors[role][tag] - common
        total += centred.T @ centred / (len(centred) * len(sample.languages))
    ridge = np.trace(total) / sample.width
    covariance: Floats = (1 - _SHRINKAGE) * total + _SHRINKAGE * ridge * np.eye(sample.width)
    return covariance
