"""No difference, or no loss, within a margin: what a large p value does not show."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from isoglot.arrays import Floats
from isoglot.evaluation.statistics.randomisation import Alternative


class DifferenceTest(Protocol):
    """A one-sided test of a difference against any null value."""

    def __call__(self, *, null: float, alternative: Alternative) -> Floats:
        """(columns,) p values."""
        ...


@dataclass(frozen=True)
class WithinMargin:
    """Attributes:
    equivalent: (columns,) p of "the difference is outside -margin to margin"; small: they are equivalent.
    no_worse: (columns,) p of "the difference is -margin or below"; small: B is no worse by the margin.
    """

    equivalent: Floats
    no_worse: Floats


def within_margin(test: DifferenceTest, margin: float) -> WithinMargin:
    """Two one-sided tests (TOST, Schuirmann 1987, doi 10.1007/BF01068419), and the lower one alone.

    Each tests the difference shifted by the margin, and both must reject: the equivalence p is the greater of
    theirs, with no correction for two tests, since "outside" is their union (Berger 1982,
    doi 10.1080/00401706.1982.10487790).

    Args:
        test: of the difference B - A, such as :func:`~isoglot.evaluation.statistics.randomisation.sign_flip`.
        margin: above 0, in the measure's units.
    """
    above = test(null=-margin, alternative="greater")
    below = test(null=margin, alternative="less")
    return WithinMargin(equivalent=np.maximum(above, below), no_worse=above)
