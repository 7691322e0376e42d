"""What a repair gives and costs equals the nested estimate, and is of transforms fitted on other texts."""

import numpy as np
import pytest

from helpers.biased import BIASED, PLANTED, embedded, parallel
from isoglot.debiasing.choose import choose
from isoglot.debiasing.effect import effect_of_choice, effect_of_choices
from isoglot.debiasing.heldout import ranks_of_folds
from isoglot.debiasing.sample import sample_of
from isoglot.debiasing.transforms.kinds import fit
from isoglot.encoder.fitted import Choice
from isoglot.errors import DataError
from isoglot.evaluation.guard.evidence import Guard
from isoglot.evaluation.guard.folds import cluster_folds

CENTRING = Choice(kind="centring")
GUARD = Guard(folds=4, draws=200, flips=500)


def test_the_effect_of_choosing_is_its_nested_estimate() -> None:
    found = choose(BIASED, candidates=[Choice(kind="centring", strength=0.5), CENTRING], guard=GUARD)
    effect = effect_of_choices(BIASED, found.nested.choices, guard=GUARD, fit_on=None).collections["planted"]
    for setting, before, after in (
        ("mono", found.mono, found.nested.change.mono),
        ("multi", found.multi, found.nested.change.multi),
    ):
        row = effect.row(setting, "map").macro
        assert (row.a, row.b) == (pytest.approx(before), pytest.approx(after))
    assert effect.row("bias", "same_language@1").macro.difference < 0
    everything, own, other = (effect.row("bias", f"recall_{which}@10").macro.b for which in ("all", "own", "other"))
    assert everything == pytest.approx((own + 2 * other) / 3)  # one of three relevant passages is in one's own language


def test_folds_with_nothing_done_are_as_they_were_and_the_others_fitted_without_their_texts() -> None:
    folds = cluster_folds(PLANTED, 4, seed=0)
    as_it_is = BIASED.ranks()
    found = ranks_of_folds(BIASED, folds, [None, CENTRING, None, None], fit_on=None)
    np.testing.assert_array_equal(found.query, as_it_is.query)
    moved = folds.of_query[found.query] == 1
    np.testing.assert_array_equal(found.pool_rank[~moved], as_it_is.pool_rank[~moved])
    sample = sample_of(BIASED, keep_queries=~folds.queries(1), keep_passages=~folds.passages(1))
    expected = BIASED.moved(fit(sample, CENTRING)).ranks()
    np.testing.assert_array_equal(found.pool_rank[moved], expected.pool_rank[moved])
    mine = folds.queries(1)
    np.testing.assert_array_equal(found.top_passage[mine], expected.top_passage[mine])
    np.testing.assert_array_equal(found.top_passage[~mine], as_it_is.top_passage[~mine])


def test_what_cannot_be_measured_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="2 clusters of queries cannot be dealt into 4 folds"):
        effect_of_choice(embedded(parallel(clusters=2), bias=1), CENTRING, guard=GUARD)
    monkeypatch.setattr("isoglot.debiasing.effect.MOST_SCORES", 10)
    with pytest.raises(DataError, match="it would take"):
        effect_of_choice(BIASED, CENTRING, guard=GUARD)
