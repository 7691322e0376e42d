"""Calibrated scores, and ranking by them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped, unused-ignore]

from helpers.languagevectors import planted
from helpers.literal import Case, cases, make_case
from isoglot.arrays import Ints, Similarities
from isoglot.debiasing.calibration import Calibration, Method, fit_calibration
from isoglot.debiasing.sample import Sample
from isoglot.encoder.similarity import Similarity
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded
from isoglot.evaluation.ranks import rank_relevant
from isoglot.roles import ROLES

Array = np.ndarray[Any, Any]
METHODS: tuple[Method, Method] = ("z-score", "quantile")
TAGS = ("de", "en", "hi")
PLANTED = planted(0, languages=TAGS, texts=600)


def half(sample: Sample, start: int) -> Sample:
    return replace(
        sample, vectors={role: {tag: rows[start::2] for tag, rows in sample.vectors[role].items()} for role in ROLES}
    )


SAMPLE, OTHER = half(PLANTED, 0), half(PLANTED, 1)
FITTED = {method: fit_calibration(SAMPLE, method=method) for method in METHODS}


def scores_of(sample: Sample, query: str, passage: str) -> Array:
    scores: Array = sample.vectors["query"][query] @ sample.vectors["passage"][passage].T
    return scores


@pytest.mark.parametrize("method", METHODS)
def test_random_scores_of_other_languages_come_to_look_like_those_of_the_querys_own(method: Method) -> None:
    apart = []
    for place, query in enumerate(TAGS):
        own = scores_of(OTHER, query, query)
        for number, passage in enumerate(TAGS):
            found = scores_of(OTHER, query, passage)
            shape = np.full(len(found), place), np.full(found.shape[1], number)
            mapped = FITTED[method].apply(found, *shape)
            assert abs(mapped.mean() - own.mean()) < 0.15 * own.std()
            assert abs(np.log(mapped.std() / own.std())) < 0.15
            if query == passage:
                np.testing.assert_array_equal(mapped, found)
            before, after = (stats.ks_2samp(x.ravel(), own.ravel()).statistic for x in (found, mapped))
            apart.append(before)
            assert after < 0.08
    assert max(apart) > 0.3  # it can fail


def test_quantiles_match_the_shape_of_a_distribution_and_z_scores_do_not() -> None:
    rng = np.random.default_rng(0)
    columns = {"de": rng.exponential(size=(2000, 1)), "en": rng.uniform(size=(2000, 1))}
    passages = {tag: rows.astype(np.float32) for tag, rows in columns.items()}
    queries = {tag: np.ones((50, 1), dtype=np.float32) for tag in passages}
    sample = Sample(vectors={"query": queries, "passage": passages}, groups={}, similarity=Similarity.DOT)
    apart = {}
    for method in METHODS:
        calibration = fit_calibration(sample, method=method)
        mapped = calibration.apply(passages["en"].T, np.zeros(1, dtype=np.int64), np.ones(2000, dtype=np.int64))
        apart[method] = stats.ks_2samp(mapped[0], passages["de"][:, 0]).statistic
    assert apart["quantile"] < 0.05 < 0.1 < apart["z-score"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(METHODS), st.integers(0, 3), st.integers(0, 3), st.integers(0, 9999))
def test_order_within_a_pair_of_languages_stays_however_far_out(
    method: Method, query: int, passage: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    scores = np.concatenate([rng.normal(scale=size, size=20) for size in (1, 10, 1000)]).astype(np.float32)
    mapped = FITTED[method].apply(scores[None], np.array([query]), np.full(60, passage))[0]
    order = np.argsort(scores)
    steps = np.diff(mapped[order])
    assert (steps >= 0).all()
    assert (steps[np.diff(scores[order]) > 0.1] > 0).all()
    assert np.isfinite(mapped).all()


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(METHODS), st.integers(0, 9999))
def test_a_score_is_mapped_the_same_in_any_tile(method: Method, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(scale=8, size=(9, 14)).astype(np.float32)
    rows, columns = rng.integers(4, size=9), rng.integers(4, size=14)
    whole = FITTED[method].apply(scores, rows, columns)
    for row, column in [(0, 0), (4, 7), (8, 13)]:
        part = slice(row, row + 1), slice(column, column + 1)
        np.testing.assert_array_equal(FITTED[method].apply(scores[part], rows[part[0]], columns[part[1]]), whole[part])


def test_languages_that_were_not_fitted_have_the_pools() -> None:
    drawn = {
        (q, p): scores_of(SAMPLE, query, passage).astype(np.float64)
        for q, query in enumerate(TAGS)
        for p, passage in enumerate(TAGS)
    }
    means = FITTED["z-score"].means

    def mean(*pairs: tuple[int, int]) -> float:
        return float(np.mean([drawn[pair].mean() for pair in pairs]))

    room = 6 * np.sqrt(np.mean([scores.var() for scores in drawn.values()]) / 4096)  # of the random draws
    assert means[0, 3] == pytest.approx(mean((0, 1), (0, 2)), abs=room)
    assert means[3, 2] == pytest.approx(mean((0, 2), (1, 2)), abs=room)
    assert means[3, 3] == pytest.approx(mean(*drawn), abs=room)
    assert len({round(mean(pair) / room) for pair in drawn}) > 3  # it can fail


def calibration_for(case: Case, seed: int) -> Calibration:
    """A calibration by literal numbers for the case's languages, one of which is not fitted."""
    languages = case.collection.languages[1:]
    rng, side = np.random.default_rng(seed), len(languages) + 1
    spreads = np.exp2(rng.integers(-1, 2, size=(side, side)).astype(np.float64))  # so that ties and sums are exact
    means = rng.integers(-4, 5, size=(side, side)).astype(np.float64)
    return Calibration(
        method="z-score", languages=languages, means=means, spreads=spreads, quantiles=np.empty((side, side, 0))
    )


def mapped_by_hand(case: Case, calibration: Calibration, query: int, passage: int) -> float:
    def place(tag: str) -> int:
        tags = calibration.languages
        return tags.index(tag) if tag in tags else len(tags)

    q, p = place(case.query_languages()[query]), place(case.passage_languages()[passage])
    means, spreads = calibration.means[q], calibration.spreads[q]
    return float((case.score(query, passage) - means[p]) / spreads[p] * spreads[q] + means[q])


@settings(max_examples=30, deadline=None)
@given(cases(), st.integers(0, 99), st.sampled_from([1, 1_000, 512 << 20]))
def test_ranks_are_those_of_a_full_sort_by_the_rescored_scores_at_any_budget(
    case: Case, seed: int, budget: int
) -> None:
    calibration = calibration_for(case, seed)
    rescore = calibration.rescore(case.collection)
    ranks = rank_relevant(case.queries, case.passages, case.collection, depth=5, budget=budget, rescore=rescore)
    ids = case.collection.passages["id"].to_pylist()
    for query in range(len(case.queries)):
        values = [mapped_by_hand(case, calibration, query, n) for n in range(len(ids))]
        best = sorted(sorted(range(len(ids)), key=lambda n: ids[n].encode(), reverse=True), key=lambda n: -values[n])
        assert ranks.top_passage[query].tolist() == best[:5]
        assert ranks.top_score[query].tolist() == [values[n] for n in best[:5]]
        mine = ranks.query == query
        assert ranks.pool_rank[mine].tolist() == [best.index(n) + 1 for n in ranks.passage[mine]]


@pytest.mark.parametrize("method", METHODS)
def test_one_language_at_a_time_nothing_changes_but_in_the_pool_it_does(method: Method) -> None:
    case = make_case(languages=[*TAGS], queries=30, passages=90, values=9, seed=0)
    rng = np.random.default_rng(0)
    queries, passages = (
        (side + 0.1 * rng.normal(size=side.shape)).astype(np.float32) for side in (case.queries, case.passages)
    )
    options = EvaluationOptions(draws=20)
    data = replace(case.embedded, queries=queries, passages=passages)
    plain = evaluate_embedded(data, options=options)
    rescore = FITTED[method].rescore(case.collection)
    calibrated = evaluate_embedded(data, options=options, rescore=rescore)
    for setting in ("mono", "cross"):
        assert calibrated.value(setting, "map") == plain.value(setting, "map")
    assert calibrated.value("multi", "map") != plain.value("multi", "map")


@pytest.mark.parametrize("spoil", [lambda scores: scores[:, :-1], lambda scores: scores * np.float32(np.nan)])
def test_scores_that_cannot_be_ranked_are_refused(spoil: Any) -> None:
    case = make_case(languages=["de", "en"], queries=3, passages=9, values=3, seed=0)

    def rescore(scores: Similarities, queries: Ints, passages: Ints) -> Similarities:
        spoilt: Similarities = spoil(scores)
        return spoilt

    with pytest.raises(ConfigError, match=r"rescore must return scores of shape \(3, 9\) without NaN"):
        rank_relevant(case.queries, case.passages, case.collection, rescore=rescore)


def test_a_query_still_does_not_meet_itself() -> None:
    case = make_case(languages=["de", "en"], queries=3, passages=9, values=3, seed=0)
    collection = case.collection
    collection.query_passage = np.array([2, -1, 5])
    ranks = rank_relevant(
        case.queries, case.passages, collection, depth=8, rescore=lambda scores, queries, passages: -scores
    )
    assert 2 not in ranks.top_passage[0]
    assert 5 not in ranks.top_passage[2]


@pytest.mark.parametrize(
    ("method", "seed", "message"), [("median", 0, "'z-score' or 'quantile'"), ("quantile", -1, "at least 0")]
)
def test_what_cannot_be_fitted_is_said(method: Any, seed: int, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        fit_calibration(SAMPLE, method=method, seed=seed)


def test_equal_scores_and_wrong_languages_are_refused() -> None:
    constant = {**SAMPLE.vectors["query"], "en": np.zeros_like(SAMPLE.vectors["query"]["en"])}
    with pytest.raises(DataError, match="all scores of en queries with de passages are equal"):
        fit_calibration(replace(SAMPLE, vectors={**SAMPLE.vectors, "query": constant}), method="z-score")
    scores = np.zeros((2, 3), dtype=np.float32)
    with pytest.raises(ConfigError, match="need a language for each row and column, but got 2 and 2"):
        FITTED["z-score"].apply(scores, np.array([0, 1]), np.array([0, 1]))
    with pytest.raises(ConfigError, match="numbers from 0 to 3"):
        FITTED["z-score"].apply(scores, np.array([0, 4]), np.array([0, 1, 1]))
