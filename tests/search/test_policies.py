"""Policies on a few scores by hand, and what holds of each whatever the scores are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isoglot.arrays import Floats
from isoglot.debiasing.calibration import Calibration
from isoglot.errors import ConfigError
from isoglot.search.policies import POLICIES, policy_named
from isoglot.search.scored import Policy, Scored

LANGUAGES = ("de", "en")
# English queries score 1 higher with English passages and spread twice as far.
CALIBRATION = Calibration(
    method="z-score",
    languages=LANGUAGES,
    means=np.array([[1.0, 0, 0.5], [0, 1, 0.5], [0, 0, 0]]),
    spreads=np.array([[1.0, 1, 1], [1, 2, 1], [1, 1, 1]]),
    quantiles=np.empty((3, 3, 0)),
)


def policy(name: str, dial: float | None = None) -> Policy:
    return policy_named(name, languages=LANGUAGES, calibration=CALIBRATION, dial=dial)


def scored(
    scores: list[float] | Floats, language: list[int], *, query: int = 1, lexical: list[int] | None = None
) -> Scored:
    return Scored(
        scores=np.array([scores], dtype=np.float64),
        query_language=np.array([query]),
        passage_language=np.array(language),
        lexical=np.array([lexical]) if lexical else None,
    )


def order(found: Policy, given: Scored) -> list[int]:
    ranked: list[int] = np.argsort(-found.apply(given)[0], kind="stable").tolist()
    return ranked


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain", [0, 1, 2, 3, 4]),
        # .9 .8 .3 are English; -.1 -> 2 * -.1 + 1 = .8 (a tie: the earlier) and -.2 -> .6 are German
        ("calibrated", [0, 1, 3, 4, 2]),
        ("balanced", [0, 3, 1, 4, 2]),
        # places 1 2 3 4 5 in the pool, 1 2 3 1 2 within: 1/61 + 1/61, 2/62, 2/63, 1/64 + 1/61, 1/65 + 1/62
        ("fused", [0, 1, 3, 2, 4]),
    ],
)
def test_the_order_of_five_passages(name: str, expected: list[int]) -> None:
    assert order(policy(name), scored([0.9, 0.8, 0.3, -0.1, -0.2], [1, 1, 1, 0, 0])) == expected


def test_words_lift_and_never_filter() -> None:
    """Passage 4 shares most words; passage 3, of another language, shares none and keeps what its vector gives."""
    given = scored([0.9, 0.8, 0.3, -0.1, -0.2], [1, 1, 1, 0, 0], lexical=[0, 0, 0, 0, 1])
    assert order(policy("lexical"), given) == [4, 0, 1, 3, 2]
    with pytest.raises(ConfigError, match="needs the places of a search by words"):
        policy("lexical").apply(scored([0.1], [1]))


cases = st.integers(2, 30).flatmap(
    lambda count: st.tuples(
        st.lists(st.floats(-1, 1), min_size=count, max_size=count),
        st.lists(st.sampled_from([0, 1]), min_size=count, max_size=count),
        st.sampled_from([0, 1, 2]),
    )
)


@given(cases, st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_a_lower_dial_shows_no_less_of_the_own_language(
    case: tuple[list[float], list[int], int], dials: list[float]
) -> None:
    scores, language, query = case
    given = scored(scores, language, query=query)
    shares = [
        sum(language[place] == query for place in order(policy("calibrated", dial), given)[:10])
        for dial in [0.0, *sorted(dials), 1.0]
    ]
    assert shares == sorted(shares, reverse=True)
    first = [language[place] == query for place in order(policy("calibrated", 0.0), given)]
    assert first == sorted(first, reverse=True)
    np.testing.assert_array_equal(policy("calibrated", 1.0).apply(given), policy("calibrated").apply(given))


@given(cases)
def test_within_a_language_no_policy_for_vectors_changes_the_order(case: tuple[list[float], list[int], int]) -> None:
    scores, language, query = case
    spaced = np.round(np.array(scores), 3)  # what is nearer than rounding is a tie or none
    given = scored(spaced, language, query=query)
    for name in set(POLICIES) - {"lexical"}:
        ranked = order(policy(name), given)
        for tag in (0, 1):
            values = [spaced[place] for place in ranked if language[place] == tag]
            assert values == sorted(values, reverse=True), name


@pytest.mark.parametrize(
    ("name", "dial", "sentence"),
    [
        ("fair", None, "there is no policy 'fair': take one of plain, balanced, fused, calibrated, lexical"),
        ("plain", 0.5, "the dial is of the policy 'calibrated', not of 'plain'"),
        ("calibrated", 1.5, "must be from 0"),
    ],
)
def test_what_is_no_policy_is_said(name: str, dial: float | None, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        policy(name, dial)


def test_an_index_of_few_texts_has_no_calibration() -> None:
    with pytest.raises(ConfigError, match="take plain, balanced or fused"):
        policy_named("calibrated", languages=LANGUAGES, calibration=None)
