"""Removal of directions that tell languages apart: those in which languages differ, or each language's own."""

import numpy as np

from isoglot.arrays import Floats, Vectors
from isoglot.debiasing.affine import Affine, affine
from isoglot.debiasing.sample import Sample
from isoglot.errors import ConfigError, DataError
from isoglot.roles import ROLES

_FLAT = 1e-6  # singular values below this part of the largest are rounding


def fit_directions(sample: Sample, *, strength: float, rank: int, unit: bool = True) -> Affine:
    """``x - strength V V' x``, whatever the language and role.

    V holds the ``rank`` directions in which the languages' means spread most: the first right singular vectors of the
    means less their own mean, queries' and passages' means one below the other. As LSAR does (Xie et al. 2022,
    arXiv 2401.05792), with the arithmetic mean for what languages share.

    Args:
        strength: 1 leaves nothing in these directions, 0 does nothing.
        rank: at least 1.

    Raises:
        ConfigError: the means do not spread in so many directions.
    """
    means = np.concatenate([_spread(sample.means(role)) for role in ROLES])
    _, values, directions = np.linalg.svd(means, full_matrices=False)
    found = int((values > _FLAT * values[0]).sum()) if values[0] else 0
    if rank > found:
        raise ConfigError(
            f"the means of {len(sample.languages)} languages spread in {found} directions, so that {rank} cannot be "
            "removed: use a smaller rank."
        )
    return affine(sample.languages, sample.width, matrices=_without(directions[:rank], strength)[None], unit=unit)


def fit_lir(sample: Sample, *, strength: float, rank: int, unit: bool = True) -> Affine:
    """``x - strength C C' x``, where C holds the first ``rank`` principal components of x's language and role.

    LIR (Yang et al. 2021, "A Simple and Effective Method To Eliminate the Self Language Bias in Multilingual
    Representations", EMNLP): singular vectors of the vectors as they are, uncentred, so that the first is close to the
    language's mean. A language that was not fitted loses the components of all fitted ones together, each with the same
    weight: else what all texts have in common would be left to it alone, and set it apart.

    Args:
        strength: 1 leaves nothing of these components, 0 does nothing.
        rank: at least 1.

    Raises:
        DataError: a language has no more texts than the rank.
    """
    matrices = []
    for role in ROLES:
        moments = [_moment(role, tag, sample.vectors[role][tag], rank) for tag in sample.languages]
        together: Floats = np.mean(moments, axis=0)
        matrices += [_without(_components(moment, rank), strength) for moment in (*moments, together)]
    numbers = np.arange(len(matrices)).reshape(len(ROLES), -1)
    return affine(sample.languages, sample.width, matrices=np.stack(matrices), matrix=numbers, unit=unit)


def _spread(means: Floats) -> Floats:
    spread: Floats = means - means.mean(axis=0)
    return spread


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


def _without(directions: Floats, strength: float) -> Floats:
    """(width, width) from (rank, width) orthonormal directions."""
    matrix: Floats = np.eye(directions.shape[1]) - strength * directions.T @ directions
    return matrix
