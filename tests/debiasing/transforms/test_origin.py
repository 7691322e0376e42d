"""What all vectors have in common goes to the origin."""

import numpy as np
import pytest

from helpers.languagevectors import moved, planted
from isoglot.debiasing.transforms.centring import Centring
from isoglot.debiasing.transforms.directions import Directions
from isoglot.debiasing.transforms.estimator import Estimator
from isoglot.debiasing.transforms.leace import Leace
from isoglot.debiasing.transforms.lir import Lir
from isoglot.debiasing.transforms.origin import to_origin
from isoglot.roles import ROLES

KEEPERS = [
    Centring(unit=False),
    Leace(unit=False),
    Directions(rank=2, unit=False),
    Lir(rank=1, unit=False),
]


@pytest.mark.parametrize("estimator", KEEPERS, ids=lambda estimator: estimator.kind)
def test_what_all_have_in_common_goes_to_the_origin_and_differences_stay(estimator: Estimator) -> None:
    sample = planted(3)
    before = estimator.fit(sample)
    kept, centred = moved(before, sample), moved(to_origin(before, sample, strength=1), sample)
    for role in ROLES:
        np.testing.assert_allclose(centred.means(role).mean(axis=0), 0, atol=1e-6)
        shifts = [kept.vectors[role][tag] - centred.vectors[role][tag] for tag in sample.languages]
        np.testing.assert_allclose(
            np.concatenate(shifts), np.tile(shifts[0][:1], (sum(map(len, shifts)), 1)), atol=1e-5
        )
