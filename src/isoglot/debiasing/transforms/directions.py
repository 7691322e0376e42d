"""Removal of the directions in which languages differ."""

from typing import ClassVar

import numpy as np

from isoglot.arrays import Floats
from isoglot.debiasing.sample import Sample
from isoglot.debiasing.transforms.estimator import Estimator
from isoglot.encoder.affine import Affine, affine
from isoglot.errors import ConfigError
from isoglot.roles import ROLES

_FLAT = 1e-6  # singular values below this part of the largest are rounding


class Directions(Estimator):
    """``x - strength V V' x``, whatever the language and role.

    V holds the ``rank`` directions in which the languages' means spread most: the first right singular vectors of the
    means less their own mean, queries' and passages' means one below the other. As LSAR does (Xie et al. 2022,
    arXiv 2401.05792), with the arithmetic mean for what languages share. Means that do not spread in so many
    directions are a ConfigError.
    """

    kind = "directions"
    what = "removes the directions in which the languages' means differ most"
    strengths: ClassVar[tuple[float, ...]] = (1.0,)
    ranks: ClassVar[tuple[int, ...]] = (4, 16)

    def _fitted(self, sample: Sample) -> Affine:
        means = np.concatenate([_spread(sample.means(role)) for role in ROLES])
        _, values, directions = np.linalg.svd(means, full_matrices=False)
        found = int((values > _FLAT * values[0]).sum()) if values[0] else 0
        if self.rank > found:
            raise ConfigError(
                f"the means of {len(sample.languages)} languages spread in {found} directions, so that {self.rank} "
                "cannot be removed: use a smaller rank."
            )
        matrices = without(directions[: self.rank], self.strength)[None]
        return affine(sample.languages, sample.width, matrices=matrices, unit=self.unit)


def without(directions: Floats, strength: float) -> Floats:
    """(width, width) what leaves 1 - strength of (rank, width) orthonormal directions."""
    matrix: Floats = np.eye(directions.shape[1]) - strength * directions.T @ directions
    return matrix


def _spread(means: Floats) -> Floats:
    spread: Floats = means - means.mean(axis=0)
    return spread
