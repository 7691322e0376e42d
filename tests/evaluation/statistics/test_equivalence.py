from functools import partial

import numpy as np
import pytest

from helpers.simulated import simulate
from isoglot.evaluation.statistics.contributions import Contributions
from isoglot.evaluation.statistics.equivalence import WithinMargin, within_margin
from isoglot.evaluation.statistics.randomisation import sign_flip

CLUSTERS = 40


def spread() -> float:
    """Standard error of the difference."""
    return float(simulate(clusters=CLUSTERS, datasets=2_000, seed=1).contributions().total().std())


def judged(*, mean: float, margin: float) -> WithinMargin:
    contributions = simulate(clusters=CLUSTERS, datasets=2_000, seed=2, mean=mean).contributions()
    return within_margin(partial(sign_flip, contributions, draws=999, seed=4), margin)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_difference_at_the_margin_passes_for_equivalent_in_one_of_twenty(side: int) -> None:
    margin = 8 * spread()
    found = judged(mean=side * margin, margin=margin)
    assert 0.035 <= (found.equivalent <= 0.05).mean() <= 0.065
    worse = (found.no_worse <= 0.05).mean()
    assert worse == pytest.approx(1) if side > 0 else 0.035 <= worse <= 0.065


def test_no_difference_passes_where_the_margin_is_wide_and_not_where_it_is_narrow() -> None:
    assert (judged(mean=0.0, margin=4 * spread()).equivalent <= 0.05).mean() > 0.95
    assert (judged(mean=0.0, margin=spread()).equivalent <= 0.05).mean() < 0.05


def test_all_topics_alike_are_within_any_margin() -> None:
    same = Contributions(np.zeros((12, 1)), np.full((12, 1), 1 / 12))
    found = within_margin(partial(sign_flip, same, draws=4096, seed=0), 1e-3)
    assert found.equivalent == found.no_worse == pytest.approx(2.0**-12)
