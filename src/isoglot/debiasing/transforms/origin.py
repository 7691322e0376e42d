"""The common mean moved to the origin, after a transform that keeps it."""

from dataclasses import replace

import numpy as np

from isoglot.debiasing.sample import Sample
from isoglot.debiasing.transforms.centring import Centring
from isoglot.debiasing.transforms.directions import Directions
from isoglot.debiasing.transforms.leace import Leace
from isoglot.encoder.affine import Affine
from isoglot.roles import ROLES

_ORIGIN = ", then moves the common mean to the origin"


class CentringOrigin(Centring):
    """Centring, then :func:`to_origin`."""

    kind = "centring-origin"
    what = f"{Centring.what}{_ORIGIN}"
    strengths = (0.5, 1.0)

    def _fitted(self, sample: Sample) -> Affine:
        return to_origin(super()._fitted(sample), sample, strength=self.strength)


class DirectionsOrigin(Directions):
    """Directions, then :func:`to_origin`."""

    kind = "directions-origin"
    what = f"{Directions.what}{_ORIGIN}"
    strengths = (0.5, 1.0)
    ranks = (16,)

    def _fitted(self, sample: Sample) -> Affine:
        return to_origin(super()._fitted(sample), sample, strength=self.strength)


class LeaceOrigin(Leace):
    """Leace, then :func:`to_origin`."""

    kind = "leace-origin"
    what = f"{Leace.what}{_ORIGIN}"

    def _fitted(self, sample: Sample) -> Affine:
        return to_origin(super()._fitted(sample), sample, strength=self.strength)


def to_origin(transform: Affine, sample: Sample, *, strength: float) -> Affine:
    """``transform(x) - strength c``, c being the mean over languages of their transformed means, of the text's role.

    What all vectors have in common says nothing of any text, but after scaling to length 1 it hides what does: vectors
    of many encoders lie in a narrow cone (Mu and Viswanath 2018, "All-but-the-Top", arXiv 1702.01417).

    Args:
        transform: before scaling.
        sample: what it was fitted on.
        strength: 1 moves c to the origin, 0 does nothing.
    """
    offsets = transform.offsets.astype(np.float64)
    for number, role in enumerate(ROLES):
        means = sample.means(role)
        used = transform.matrix[number, :-1]
        moved = [mean @ transform.matrices[m] if m >= 0 else mean for mean, m in zip(means, used, strict=True)]
        offsets[number] -= strength * (np.stack(moved) + offsets[number, :-1]).mean(axis=0)
    return replace(transform, offsets=offsets.astype(np.float32))
