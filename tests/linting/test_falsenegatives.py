"""Formulas of false negatives against simulation, and what is found in batches against their texts."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.drawn import POLICIES, plans, repeating
from helpers.random_parallel import LANGUAGES, build, row
from isoglot.batching.pairs import PairDataset
from isoglot.batching.plan import BatchPlan, draw_plan
from isoglot.batching.policies.kinds import AnyLanguage, BatchKind, OneLanguage, TwoLanguages
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.linting.birthday import colliding_pairs, together, unseen
from isoglot.linting.falsenegatives import false_negatives
from isoglot.linting.homes import home_languages
from isoglot.linting.queries import query_codes
from isoglot.text.normal import normal_form, shingles


@given(st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=40))
def test_colliding_pairs_and_unseen_queries_are_counted_right(rows: list[tuple[int, ...]]) -> None:
    keys = np.array(rows)
    pairs = list(combinations(rows, 2))
    assert colliding_pairs(keys) == sum(any(map(int.__eq__, one, other)) for one, other in pairs)
    meet = [sum(one[0] == two[0] != 0 and one[1] != two[1] and one[2] != two[2] for two in rows) for one in rows]
    assert unseen(keys[:, 0], keys[:, 1:]).tolist() == meet


@pytest.mark.parametrize("kind", [OneLanguage(1), TwoLanguages(), AnyLanguage()], ids=str)
def test_query_languages_are_drawn_as_foretold(kind: BatchKind) -> None:
    """Of some items whose texts are in some languages, each drawn 3,000 times."""
    rng = np.random.default_rng(1)
    has_query, has_passage = rng.random((2, 30, 4)) < 0.6
    able = kind.eligible(has_query, has_passage)
    assert 5 < able.sum() < 30
    has_query, has_passage = has_query[able], has_passage[able]
    drawn = np.zeros(has_query.shape)
    for _ in range(3000):
        drawn[np.arange(len(drawn)), kind.languages(has_query, has_passage, rng)[0]] += 1 / 3000
    assert np.abs(kind.query_weights(has_query, has_passage) - drawn).max() < 0.05


def test_the_birthday_formula_says_how_often_groups_meet_in_random_batches() -> None:
    rng = np.random.default_rng(0)
    keys = np.stack([rng.integers(0, 40, 120), np.arange(120) % 90], axis=1)
    expected = together(items=120, batch=12) * colliding_pairs(keys)
    drawn = [colliding_pairs(keys[rng.permutation(120)[:12]]) for _ in range(3000)]
    assert expected > 1
    assert np.mean(drawn) == pytest.approx(expected, abs=4 * np.std(drawn) / np.sqrt(3000))


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_the_formula_of_equal_queries_foretells_what_the_sampler_draws(policy: Policy) -> None:
    """Few share a group here: the sampler's other batches are then as good as uniform."""
    pairs = PairDataset(repeating(300, 5, cover=0.9, groups=30))
    plan = draw_plan(LanguageBatchSampler(pairs, policy, batch_size=10), steps=500)
    found = false_negatives(plan, query_codes(pairs.parallel).form, most=10**9)
    assert found.compared == 500
    assert found.expected_same_query > 0.2
    error = 4 * np.sqrt(2 * found.same_query / found.compared)  # two false negatives a meeting, about Poisson
    assert found.same_query == pytest.approx(found.expected_same_query, abs=error)


@given(plans())
@settings(max_examples=15, deadline=None)
def test_false_negatives_are_those_that_the_texts_show(plan: BatchPlan) -> None:
    data = plan.sampler.pairs.parallel
    items, homes = list(data), home_languages(data)
    forms = [normal_form(item["passage"][data.languages[home]]) for item, home in zip(items, homes, strict=True)]
    by_query = by_passage = either = 0
    queries = set()
    for number, batch in enumerate(plan.batches):
        for place, other in permutations(range(len(batch.items)), 2):
            language = data.languages[batch.query_language[place]]
            asked, theirs = (items[batch.items[one]]["query"].get(language, "") for one in (place, other))
            same = normal_form(asked) == normal_form(theirs)
            sets = [shingles(forms[batch.items[one]]) for one in (place, other)]
            near = len(sets[0] & sets[1]) >= 0.7 * len(sets[0] | sets[1])
            by_query, by_passage, either = by_query + same, by_passage + near, either + (same or near)
            if same or near:
                queries.add((number, place))
    found = false_negatives(plan, query_codes(data).form)
    count = len(plan.batches)
    assert found.same_query * count == pytest.approx(by_query)
    assert found.near_passage * count == pytest.approx(by_passage)
    assert found.either * count == pytest.approx(either)
    assert found.queries * plan.pairs == pytest.approx(len(queries))
    assert (found.example is None) == (not either)


def test_a_translated_item_is_near_in_whatever_language_it_is_shown() -> None:
    """Two copies of each item, in a group of their own, the second with its German passage alone changed."""
    rows = []
    for item in range(60):
        one = row(item, query=LANGUAGES, passage=LANGUAGES, text=item // 2)
        if item % 2:
            one["passage"] = {lang: text + "." for lang, text in one["passage"].items()}  # the sampler compares bytes
        rows.append(one)
    data = build(rows)
    plan = draw_plan(LanguageBatchSampler(PairDataset(data), POLICIES[1], batch_size=20), steps=3)
    found = false_negatives(plan, query_codes(data).form)
    met = sum(2 * (len(batch.items) - len(set((batch.items // 2).tolist()))) for batch in plan.batches)
    assert met > 0
    assert found.near_passage * 3 == pytest.approx(met)


def test_items_are_compared_in_the_language_that_most_of_them_have() -> None:
    passages = [["ar", "en"], ["en"], ["es"], ["de", "en", "es"]]
    data = build([row(n, query=["en"], passage=languages) for n, languages in enumerate(passages)])
    assert [data.languages[home] for home in home_languages(data)] == ["en", "en", "es", "en"]
