"""Each policy draws what it says: which languages meet in a batch, and how often."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import binomtest, chisquare  # type: ignore[import-untyped, unused-ignore]

from helpers.random_parallel import LANGUAGES, build, complete, row
from isoglot.arrays import Bools
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.chances import LanguageChances, capped
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.grid import Grid
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.policies.kinds import AnyLanguage, BatchKind, OneLanguage, TwoLanguages
from isoglot.batching.policies.mixed import Mixed
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import Batch, LanguageBatchSampler
from isoglot.errors import ConfigError

LIKELY = 1e-3  # a p-value that chance falls below once in a thousand seeds; the seeds here are fixed


def drawn(policy: Policy, *, items: int = 4000, seed: int = 1) -> list[Batch]:
    """Batches of four from items that all have English, half of them German, 5% Arabic and 2% Spanish."""
    share = {"ar": 0.05, "de": 0.5, "en": 1.0, "es": 0.02}
    rng = np.random.default_rng(0)
    rows = []
    for item in range(items):
        has = [language for language in LANGUAGES if rng.random() < share[language]]
        rows.append(row(item, query=has, passage=has))
    pairs = PairDataset(build(rows))
    return list(LanguageBatchSampler(pairs, policy, batch_size=4, seed=seed).batches())


def test_monolingual_draws_languages_uniformly_however_rare_they_are() -> None:
    batches = drawn(Monolingual())
    for batch in batches:
        assert len({*batch.query_language, *batch.passage_language}) == 1
    count = Counter(int(batch.query_language[0]) for batch in batches)
    assert sum(count.values()) == 1000
    assert chisquare([count[language] for language in range(4)]).pvalue > LIKELY


def test_cross_lingual_draws_uniformly_over_the_ordered_pairs_of_an_item() -> None:
    query, passage = np.array([True, True, True, False]), np.array([False, True, True, True])
    allowed = [(q, p) for q in range(3) for p in range(1, 4) if q != p]
    rng = np.random.default_rng(3)
    drawn = TwoLanguages().languages(np.tile(query, (7000, 1)), np.tile(passage, (7000, 1)), rng)
    count = Counter(zip(*(side.tolist() for side in drawn), strict=True))
    assert set(count) == set(allowed)
    assert chisquare([count[pair] for pair in allowed]).pvalue > LIKELY


def test_mixed_draws_uniformly_over_the_languages_of_an_item_and_mixes_them_in_a_batch() -> None:
    has = np.tile([True, False, True, True], (6000, 1))
    query, passage = AnyLanguage().languages(has, has, np.random.default_rng(4))
    count = Counter(query.tolist())
    assert set(count) == {0, 2, 3}
    assert chisquare(list(count.values())).pvalue > LIKELY
    assert (query == passage).all()
    batches = drawn(Mixed())
    assert all((batch.query_language == batch.passage_language).all() for batch in batches)
    assert sum(len(set(batch.query_language.tolist())) > 1 for batch in batches) > len(batches) / 2


@pytest.mark.parametrize("alpha", [0.2, 0.5, 0.9])
def test_hybrid_draws_a_share_of_alpha_monolingual_batches(alpha: float) -> None:
    rng = np.random.default_rng(5)
    kinds = [Hybrid(alpha).draw(LanguageChances.even(4), rng) for _ in range(3000)]
    mono = [kind for kind in kinds if isinstance(kind, OneLanguage)]
    assert set(kinds) - set(mono) == {TwoLanguages()}
    assert binomtest(len(mono), len(kinds), alpha).pvalue > LIKELY
    assert chisquare(list(Counter(kind.language for kind in mono).values())).pvalue > LIKELY


@pytest.mark.parametrize(("alpha", "pure"), [(0, CrossLingual()), (1, Monolingual())])
def test_hybrid_ends_in_the_pure_policies(alpha: float, pure: Policy) -> None:
    assert Hybrid(alpha).kinds(np.arange(4)) == pure.kinds(np.arange(4))
    rng = np.random.default_rng(6)
    assert {Hybrid(alpha).draw(LanguageChances.even(4), rng) for _ in range(200)} == set(pure.kinds(np.arange(4)))


@pytest.mark.parametrize("policy", [Monolingual(), CrossLingual(), Hybrid(0.5), Mixed()])
def test_every_kind_that_is_drawn_was_announced(policy: Policy) -> None:
    rng = np.random.default_rng(7)
    assert {policy.draw(LanguageChances.even(3), rng) for _ in range(300)} == set(policy.kinds(np.arange(3)))


@pytest.mark.parametrize("alpha", [-0.1, 1.01, float("nan")])
def test_alpha_is_a_share(alpha: float) -> None:
    with pytest.raises(ConfigError, match=r"alpha must be .*, but is (-0.1|1.01|nan)\.$"):
        Hybrid(alpha)


masks = st.tuples(st.integers(1, 12), st.integers(1, 4)).flatmap(
    lambda shape: st.tuples(*[arrays.arrays(bool, shape)] * 2)
)


@given(masks, st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_kinds_take_the_items_that_have_the_texts_and_only_texts_that_exist(
    has: tuple[Bools, Bools], seed: int
) -> None:
    has_query, has_passage = has
    languages = range(has_query.shape[1])
    possible: dict[BatchKind, set[tuple[int, int]]] = {
        TwoLanguages(): {(q, p) for q in languages for p in languages if q != p},
        AnyLanguage(): {(one, one) for one in languages},
        **{OneLanguage(one): {(one, one)} for one in languages},
    }
    for kind, pairs in possible.items():
        existing = [
            {(q, p) for q, p in pairs if asked[q] and told[p]}
            for asked, told in zip(has_query, has_passage, strict=True)
        ]
        able = kind.eligible(has_query, has_passage)
        assert able.tolist() == [bool(some) for some in existing]
        if not able.any():
            continue
        query, passage = kind.languages(has_query[able], has_passage[able], np.random.default_rng(seed))
        drawn = zip(query.tolist(), passage.tolist(), strict=True)
        assert all(pair in some for pair, some in zip(drawn, filter(None, existing), strict=True))


def test_a_grid_batch_has_each_item_in_the_same_languages() -> None:
    sampler = LanguageBatchSampler(PairDataset(complete(24)), Grid(3), batch_size=6)
    for batch in sampler.batches():
        items, languages = batch.items.reshape(-1, 3), batch.query_language.reshape(-1, 3)
        assert (items == items[:, :1]).all()
        assert len({tuple(row) for row in languages.tolist()}) == 1
        assert len(set(languages[0].tolist())) == 3
        assert {*zip(batch.query_language.tolist(), batch.passage_language.tolist(), strict=True)} == {
            (languages[0][place], languages[0][(place + 1) % 3]) for place in range(3)
        }
        assert len(set(items[:, 0].tolist())) == len(items)


def test_a_language_with_few_items_is_not_drawn_more_than_four_times_its_share() -> None:
    chances = capped(np.array([1.0, 1.0, 3.0]), np.array([10, 400, 590]), 1000)
    assert chances == pytest.approx([0.04, 0.24, 0.72])
    assert capped(np.ones(2), np.array([500, 500]), 1000) == pytest.approx([0.5, 0.5])
    rng = np.random.default_rng(0)
    languages = LanguageChances(columns=np.array([0, 2, 5]), chances=chances)
    count = Counter(languages.one(rng) for _ in range(4000))
    assert chisquare([count[0], count[2], count[5]], 4000 * chances).pvalue > LIKELY


def test_weights_hold_for_languages_that_are_drawn_for_each_pair() -> None:
    has = np.ones((30_000, 3), dtype=bool)
    weights = np.array([3.0, 1.0, 1.0])
    kind = TwoLanguages()
    query, passage = kind.languages(has, has, np.random.default_rng(0), weights)
    assert (query != passage).all()
    expected = kind.query_weights(has[:1], has[:1], weights)[0]
    assert expected == pytest.approx([6 / 14, 4 / 14, 4 / 14])
    assert chisquare(np.bincount(query), 30_000 * expected).pvalue > LIKELY
