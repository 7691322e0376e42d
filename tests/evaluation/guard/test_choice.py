"""The guarded choice is held to the same choice made the slow, plain way."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.biased import BIASED, PLANTED
from isoglot.arrays import Floats
from isoglot.errors import ConfigError
from isoglot.evaluation.guard.choice import choose_guarded
from isoglot.evaluation.guard.evidence import GUARDED, CandidateValues, Guard
from isoglot.evaluation.guard.folds import cluster_folds
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.settings import Setting, score
from isoglot.evaluation.statistics.bootstrap import Bounded


def macro(values: Floats, rows: list[int]) -> float:
    """Mean over languages of the mean over their queries; ``PLANTED`` has one topic a query in both settings."""
    tags = PLANTED.query_language[rows]
    return float(np.mean([values[rows][tags == tag].mean() for tag in np.unique(tags)]))


def p_no_loss(difference: Floats, rows: list[int], margin: float) -> float:
    """By every sign of every cluster."""
    shifted, tags = difference[rows] + margin, PLANTED.query_language[rows]
    share = 1 / (np.bincount(tags)[tags] * len(np.unique(tags)))
    clusters = PLANTED.query_cluster[rows]
    sums = [float((shifted * share)[clusters == cluster].sum()) for cluster in np.unique(clusters)]
    flips = [np.dot(signs, sums) for signs in itertools.product([1, -1], repeat=len(sums))]
    return float(np.mean([flip >= sum(sums) - 1e-12 for flip in flips]))


def plain_choice(values: dict[Setting, Floats], rows: list[int], margin: float) -> int:
    """0 for none."""
    best, most = 0, macro(values["multi"][0], rows)
    for number in range(1, len(values["mono"])):
        lost = p_no_loss(values["mono"][number] - values["mono"][0], rows, margin)
        no_gain = p_no_loss(values["multi"][number] - values["multi"][0], rows, 0.0)
        if lost < 0.05 and no_gain < 0.05 and macro(values["multi"][number], rows) > most + 1e-12:
            best, most = number, macro(values["multi"][number], rows)
    return best


def topics_of_planted() -> dict[Setting, Scores]:
    ranks = BIASED.ranks()
    found: dict[Setting, Scores | None] = {
        "mono": score("mono", ranks, PLANTED, []),
        "multi": score("multi", ranks, PLANTED, []),
    }
    return {setting: scores for setting, scores in found.items() if scores}


@given(seed=st.integers(0, 2**32 - 1), loss=st.sampled_from([0.0, 0.02, 0.2]), gain=st.sampled_from([-0.1, 0.0, 0.1]))
@settings(max_examples=15, deadline=None)
def test_the_choice_and_its_nested_estimate_are_those_of_the_plain_way(seed: int, loss: float, gain: float) -> None:
    rng, margin = np.random.default_rng(seed), 0.02
    topics = topics_of_planted()
    count = len(PLANTED.queries)
    values: dict[Setting, Floats] = {
        "mono": rng.uniform(0.4, 0.6, (1, count)) - loss * rng.uniform(0, 1, (4, 1)) + rng.normal(0, 0.02, (4, count)),
        "multi": rng.uniform(0.4, 0.6, (1, count)) + gain * rng.uniform(0, 1, (4, 1)) + rng.normal(0, 0.02, (4, count)),
    }
    planted = CandidateValues(
        measure="map",
        baseline={s: replace(topics[s], values={"map": values[s][0]}) for s in values},
        candidates={s: values[s][1:] for s in values},
        errors={},
    )
    candidates, guard = [0.0, 0.5, 1.0], Guard(margin=margin, folds=3, seed=1)
    found = choose_guarded(candidates, planted, cluster_folds(PLANTED, 3, seed=1), guard=guard)
    named = [None, *candidates]
    best = plain_choice(values, list(range(count)), margin)
    folds = cluster_folds(PLANTED, 3, seed=1).of_cluster[PLANTED.query_cluster]
    outer = [plain_choice(values, np.flatnonzero(folds != fold).tolist(), margin) for fold in range(3)]
    assert found.nested.choices == tuple(named[number] for number in outer)
    shown: dict[Setting, Bounded] = {
        "mono": found.nested.change.mono_difference,
        "multi": found.nested.change.multi_difference,
    }
    holds = True
    for setting, change in shown.items():
        stitched = np.array([values[setting][outer[fold], n] - values[setting][0, n] for n, fold in enumerate(folds)])
        holds &= p_no_loss(stitched, list(range(count)), margin if setting == "mono" else 0.0) < 0.05
        assert change.value == pytest.approx(macro(stitched, list(range(count))), abs=1e-12)
        assert change.low <= change.value <= change.high
    assert found.choice == (named[best] if holds else None)
    for number, outcome in enumerate(found.outcomes, start=1):
        assert outcome.change is not None
        expected = p_no_loss(values["mono"][number] - values["mono"][0], list(range(count)), margin)
        assert outcome.change.p_no_loss == pytest.approx(expected)
        assert outcome.why.startswith("not shown to lose less") == (expected >= 0.05)
        assert outcome.why.startswith("chosen") == (outcome.choice == found.choice)


def test_a_candidate_is_called_what_its_text_is_even_where_it_is_nothing_to_python() -> None:
    topics = topics_of_planted()
    values = {s: np.full(len(topics[s].query), 0.5) for s in GUARDED}
    planted = CandidateValues(
        measure="map",
        baseline={s: replace(topics[s], values={"map": values[s]}) for s in GUARDED},
        candidates={s: np.stack([values[s] + 0.1, np.full_like(values[s], np.nan)]) for s in GUARDED},
        errors={1: "no such weights"},
    )
    found = choose_guarded([0.0, 1.0], planted, cluster_folds(PLANTED, 2, seed=0), guard=Guard(folds=2))
    assert found.choice == 0.0
    assert found.choice_lines()[0] == "chosen: 0.0"
    assert found.choice_lines()[-1].endswith("0.0; 0.0")
    assert found.candidate_lines()[1] == "- 1.0: no such weights"


@pytest.mark.parametrize("margin", [0.0, -1.0, float("nan"), float("inf")])
def test_a_margin_that_refuses_nothing_is_refused(margin: float) -> None:
    with pytest.raises(ConfigError, match="the margin must be above 0"):
        Guard(margin=margin)
