"""Removal of each language's own principal components.

LIR: Yang et al. 2021, "A Simple and Effective Method To Eliminate the Self Language Bias in Multilingual
Representations", EMNLP.
"""

import numpy as np

from isoglot.arrays import Floats, Vectors
from isoglot.debiasing.sample import Sample
from isoglot.debiasing.transforms.directions import without
from isoglot.debiasing.transforms.estimator import Estimator
from isoglot.encoder.affine import Affine, affine
from isoglot.errors import DataError
from isoglot.roles import ROLES


class Lir(Estimator):
    """``x - strength C C' x``, where C holds the first ``rank`` principal components of x's language and role.

    Singular vectors of the vectors as they are, uncentred, so that the first is close to the language's mean. A
    language that was not fitted loses the components of all fitted ones together, each with the same weight: else what
    all texts have in common would be left to it alone, and set it apart. A language with no more texts than the rank
    is a DataError.
    """

    kind = "lir"
    what = "removes each language's first principal components"
    strengths = (1.0,)
    ranks = (1, 4)

    def _fitted(self, sample: Sample) -> Affine:
        matrices = []
        for role in ROLES:
            moments = [_moment(role, tag, sample.vectors[role][tag], self.rank) for tag in sample.languages]
            together: Floats = np.mean(moments, axis=0)
            matrices += [without(_components(moment, self.rank), self.strength) for moment in (*moments, together)]
        numbers = np.arange(len(matrices)).reshape(len(ROLES), -1)
        return affine(sample.languages, sample.width, matrices=np.stack(matrices), matrix=numbers, unit=self.unit)


def _moment(role: str, tag: str, vectors: Vectors, rank: int) -> Floats:
    """(width, width) mean of ``x x'``: its eigenvectors are the right singular vectors, and texts may be many."""
    if len(vectors) <= rank:
        raise DataError(
            f"{rank} principal components need more than {rank} texts of a language, but {tag} has "
            f"{len(vectors)} {role} texts: add texts or use a smaller rank."
        )
    columns = vectors.astype(np.float64)
    moment: Floats = columns.T @ columns / len(columns)
    return moment


def _components(moment: Floats, rank: int) -> Floats:
    """(rank, width) its first eigenvectors."""
    _, directions = np.linalg.eigh(moment)  # ascending
    first: Floats = directions[:, -rank:].T
    return first
