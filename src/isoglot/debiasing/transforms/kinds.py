"""The transforms by the names of their kinds, and those that are tried when one is chosen."""

from isoglot.debiasing.sample import Sample
from isoglot.debiasing.transforms.centring import Centring, CentringIndex
from isoglot.debiasing.transforms.directions import Directions
from isoglot.debiasing.transforms.estimator import Estimator
from isoglot.debiasing.transforms.leace import Leace
from isoglot.debiasing.transforms.lir import Lir
from isoglot.debiasing.transforms.origin import CentringOrigin, DirectionsOrigin, LeaceOrigin
from isoglot.debiasing.transforms.shift import Shift
from isoglot.encoder.affine import Affine
from isoglot.encoder.fitted import Choice
from isoglot.errors import ConfigError

_ESTIMATORS: tuple[type[Estimator], ...] = (
    Centring,
    CentringIndex,
    Shift,
    Directions,
    Lir,
    Leace,
    CentringOrigin,
    DirectionsOrigin,
    LeaceOrigin,
)
KINDS = {estimator.kind: estimator for estimator in _ESTIMATORS}
"""In the order in which they are tried: of equals the earlier one is chosen."""


def estimator(choice: Choice, *, unit: bool = True) -> Estimator:
    """What fits a transform of this kind, strength and rank.

    Args:
        unit: the vectors have length 1.

    Raises:
        ConfigError: no such kind, or a strength or rank that it cannot have.
    """
    if choice.kind not in KINDS:
        raise ConfigError(f"unknown transform {choice.kind!r}; known: {', '.join(KINDS)}.")
    return KINDS[choice.kind](strength=choice.strength, rank=choice.rank, unit=unit)


def fit(sample: Sample, choice: Choice) -> Affine:
    """Fit a transform for the sample's similarity; see :func:`estimator` and :meth:`Estimator.fit`.

    Only for cosine are vectors scaled to length 1 again once they are moved. Dot products and distances take them as
    they are moved to, for there a length says something.
    """
    return estimator(choice, unit=sample.similarity.unit).fit(sample)


def choices() -> tuple[Choice, ...]:
    """All that are tried."""
    return tuple(choice for estimator in _ESTIMATORS for choice in estimator.tried())
