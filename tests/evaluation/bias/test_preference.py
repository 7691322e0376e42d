import math
import statistics
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.literal import Case, cases, lengths, make_case, one_query
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError
from isoglot.evaluation.bias import preference
from isoglot.evaluation.bias.recall import recall
from isoglot.evaluation.bias.summary import pool_share
from isoglot.evaluation.measures import parse_measure
from isoglot.evaluation.settings import score

NAN = math.nan


def share(languages: list[str], wanted: str) -> float:
    return languages.count(wanted) / len(languages) if languages else NAN


def literal_preferences(case: Case, query: int, *, hits: int, cutoff: int) -> dict[str, float]:
    """The measures of one query of which a run has so many hits."""
    own, languages, relevant = case.query_languages()[query], case.passage_languages(), case.grades(query)
    ranking = case.ranking(query)[:hits]
    found = [languages[n] for n in ranking if n in relevant]
    other = [n for n in relevant if languages[n] != own]
    top = [languages[n] for n in ranking[:cutoff]]
    both = 0 < len(other) < len(relevant)
    return {
        "lpr": float(found[0] == own) if both and found else NAN,
        "tlr": len(set(other) & set(ranking[:cutoff])) / len(other) if other else NAN,
        "same": share(top, own),
        "same_chance": share(languages, own),
        "english": share(top, "en") if own != "en" and "en" in languages else NAN,
        "english_chance": share(languages, "en"),
    }


@settings(max_examples=100, deadline=None)
@given(cases(max_passages=100), st.integers(0, 2**32 - 1), st.integers(1, 120))
def test_preferences_equal_their_literal_definitions(case: Case, seed: int, cutoff: int) -> None:
    hits = lengths(case, seed)
    ranks, collection = case.run(hits), case.collection
    cutoff = min(cutoff, len(case.passages))
    found = {
        "lpr": preference.preference_rate(ranks, collection),
        "tlr": recall(ranks, collection, cutoff, of="other"),
        "same": preference.same_language(ranks, collection, cutoff),
        "same_chance": preference.same_chance(collection),
        "english": preference.english_share(ranks, collection, cutoff),
        "english_chance": preference.english_chance(collection),
    }
    for query in range(len(case.queries)):
        expected = literal_preferences(case, query, hits=int(hits[query]), cutoff=cutoff)
        assert {name: values[query] for name, values in found.items()} == pytest.approx(expected, nan_ok=True)


@settings(max_examples=100, deadline=None)
@given(cases(max_passages=90))
def test_single_gold_sets_the_own_language_against_the_mean_of_the_others(case: Case) -> None:
    ranks = case.run(np.full(len(case.queries), len(case.passages)))
    same, other = preference.single_gold(ranks, case.collection)
    scores = score("single-gold", ranks, case.collection, [parse_measure("map")])
    for query, own in enumerate(case.query_languages()):
        values = {}
        if scores is not None:
            topics = np.flatnonzero(scores.query == query)
            values = {scores.cells[scores.cell[n]].partition(">")[2]: scores.values["map"][n] for n in topics}
        others = [value for language, value in values.items() if language != own]
        known = own in values and bool(others)
        assert same[query] == pytest.approx(values[own] if known else NAN, nan_ok=True)
        assert other[query] == pytest.approx(statistics.mean(others) if known else NAN, nan_ok=True)


def test_known_preferences() -> None:
    pool = ["en", "de", "zh", "en", "de", "en", "zh", "zh", "zh", "zh"]
    ranks, collection = one_query([2, 4, 7], pool)  # German first, then English, then Chinese
    assert preference.preference_rate(ranks, collection) == 1
    assert [float(recall(ranks, collection, k, of="other")[0]) for k in (3, 4, 7)] == [0, 0.5, 1]
    assert [float(preference.same_language(ranks, collection, k)[0]) for k in (1, 4)] == [0, 0.25]
    english = preference.english_share(ranks, collection, 4)
    assert preference.lift(english, preference.english_chance(collection)) == pytest.approx(0.5 / 0.3)
    same, other = preference.single_gold(ranks, collection)
    assert (float(same[0]), float(other[0])) == pytest.approx((1 / 2, (1 / 3 + 1 / 5) / 2))


def test_a_query_that_is_a_passage_does_not_meet_itself_by_chance() -> None:
    _, one = one_query([2], ["de", "en", "de", "zh", "en"])
    tables = {"queries": one.queries, "passages": one.passages, "judgements": one.judgements}
    collection = Collection("one", **tables, query_passage=np.array([0]))
    assert (preference.same_chance(collection), preference.english_chance(collection)) == (1 / 4, 2 / 4)
    assert (pool_share(collection), pool_share(one)) == (1 / 4, 2 / 5)


def test_a_ranking_of_chance_has_lifts_of_about_1() -> None:
    case = make_case(languages=["ar", "de", "en"], queries=400, passages=90, values=2, seed=5)
    collection, shuffled = case.collection, np.random.default_rng(0).random((400, 90)).argsort(axis=1)
    ranks = replace(case.run(np.full(400, 90)), top_passage=shuffled)
    same = preference.lift(preference.same_language(ranks, collection, 10), preference.same_chance(collection))
    english = preference.lift(preference.english_share(ranks, collection, 10), preference.english_chance(collection))
    assert (np.nanmean(same), np.nanmean(english)) == pytest.approx((1, 1), abs=0.06)


def test_hits_that_the_ranks_do_not_keep_are_asked_for() -> None:
    ranks, collection = one_query([1, 2], ["de", "en", "de", "en"])
    shallow = replace(ranks, top_passage=ranks.top_passage[:, :2])
    assert preference.same_language(shallow, collection, 2) == 0.5
    with pytest.raises(ConfigError, match=r"first 3 hits .* keep 2: .* depth of at least 3"):
        preference.same_language(shallow, collection, 3)
    assert preference.same_language(ranks, collection, 100) == 0.5  # a pool of four ends before
