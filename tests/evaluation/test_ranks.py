from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.literal import Case, cases, make_case
from isoglot.data.formats.translations import from_translations
from isoglot.encoder.similarity import Similarity
from isoglot.evaluation.ranks import RANKING_BYTES, rank_relevant

SIMILARITIES = (Similarity.DOT, Similarity.EUCLIDEAN, Similarity.MANHATTAN)


@settings(max_examples=150, deadline=None)
@given(cases(), st.sampled_from([1, 3, 10, 200]), st.sampled_from(SIMILARITIES))
def test_ranks_and_top_passages_equal_a_full_sort(case: Case, depth: int, similarity: Similarity) -> None:
    case = replace(case, similarity=similarity)
    ranks = case.embedded.ranks(depth=depth)
    languages = case.passage_languages()
    found = zip(ranks.query, ranks.passage, ranks.grade, ranks.pool_rank, ranks.language_rank, strict=True)
    expected = [
        (q, p, grade, case.ranks(q)[p], case.ranks(q, pool=languages[p])[p])
        for q in range(len(case.queries))
        for p, grade in sorted(case.grades(q).items())
    ]
    assert [tuple(map(int, row)) for row in found] == expected
    for query in range(len(case.queries)):
        best = case.ranking(query)[:depth]
        assert ranks.top_passage[query].tolist() == best
        assert ranks.top_score[query].tolist() == [case.score(query, n) for n in best]


@settings(max_examples=60, deadline=None)
@given(cases(), st.sampled_from([1, 100, 1_000, 5_000]), st.sampled_from([1, 10, 40]), st.sampled_from(SIMILARITIES))
def test_any_memory_budget_gives_the_same_ranks(case: Case, budget: int, depth: int, similarity: Similarity) -> None:
    data = replace(case, similarity=similarity).embedded
    whole, tiled = data.ranks(depth=depth), data.ranks(depth=depth, budget=budget)
    for name, values in vars(whole).items():
        np.testing.assert_array_equal(getattr(tiled, name), values, err_msg=name)


def test_progress_counts_every_score_twice() -> None:
    case = make_case(languages=["de", "en"], queries=7, passages=130, values=3, seed=0)
    told: list[int] = []
    rank_relevant(case.queries, case.passages, case.collection, budget=2_000, progress=told.append)
    assert len(told) > 10
    assert sum(told) == 2 * 7 * 130


def test_the_order_of_ids_and_not_of_rows_breaks_ties() -> None:
    case = make_case(languages=["de", "en"], queries=3, passages=30, values=1, seed=0)  # every score is equal
    ranks = rank_relevant(case.queries, case.passages, case.collection, depth=30)
    ids = case.collection.passages["id"].to_pylist()
    descending = sorted(ids, key=str.encode, reverse=True)
    assert descending != sorted(ids, key=lambda text: text.encode("utf-16-be"), reverse=True)  # it can fail
    assert [ids[n] for n in ranks.top_passage[0]] == descending
    assert [descending.index(ids[n]) + 1 for n in ranks.passage] == ranks.pool_rank.tolist()


def test_a_query_that_is_a_passage_does_not_meet_itself() -> None:
    words = [("a/de", "de", 1.0), ("a/en", "en", 0.9), ("b/de", "de", -1.0), ("b/en", "en", 0.95)]
    passages = pa.table(
        {
            "id": [name for name, *_ in words],
            "text": ["text"] * 4,
            "lang": [language for _, language, _ in words],
            "group": [name[0] for name, *_ in words],
        }
    )
    collection = from_translations("twins", passages, seed=0)
    vectors = np.array([[np.cos(angle), np.sin(angle)] for *_, angle in words], dtype=np.float32)
    for budget in (1, 1 << 20):
        ranks = rank_relevant(vectors, vectors, collection, depth=10, budget=budget)
        # a/de finds b/en before a/en; b/de meets a/en before b/en; nobody finds itself.
        assert ranks.pool_rank.tolist() == [2, 2, 2, 3]
        assert ranks.top_passage.tolist() == [[3, 1, 2], [3, 0, 2], [1, 3, 0], [1, 0, 2]]


@pytest.mark.parametrize("similarity", [Similarity.EUCLIDEAN, Similarity.MANHATTAN])
@pytest.mark.parametrize("budget", [400_000, RANKING_BYTES])
@pytest.mark.parametrize(("origin", "spread"), [(0, 1), (1_000, 1), (1e6, 1), (1_000, 1e-3), (0, 1e-20)])
def test_distances_rank_as_their_differences_in_float64(
    similarity: Similarity, budget: int, origin: float, spread: float
) -> None:
    """Far from the origin float32 has few values, so many distances are equal or nearly so, and squares lose digits."""
    case = make_case(languages=["de", "en"], queries=20, passages=300, values=3, seed=1)
    rng = np.random.default_rng(0)
    queries, passages = ((origin + spread * rng.standard_normal((n, 40))).astype(np.float32) for n in (20, 300))
    passages[100:200] = passages[:100]  # equal passages, in both languages
    passages[200:250] = np.roll(passages[:50], 1, axis=1)
    queries[:5] = passages[:5]
    apart = np.abs(queries[:, None].astype(np.float64) - passages)
    scores = -np.sqrt(np.square(apart).sum(axis=2)) if similarity is Similarity.EUCLIDEAN else -apart.sum(axis=2)
    order = np.lexsort((np.broadcast_to(-case.collection.passage_order, scores.shape), -scores))
    ranks = replace(case, queries=queries, passages=passages, similarity=similarity).embedded.ranks(
        depth=30, budget=budget
    )
    np.testing.assert_array_equal(ranks.top_passage, order[:, :30])
    np.testing.assert_array_equal(ranks.top_score, np.take_along_axis(scores, order[:, :30], axis=1))
    np.testing.assert_array_equal(ranks.pool_rank, np.argsort(order, axis=1)[ranks.query, ranks.passage] + 1)


def test_products_in_several_blocks_rank_as_in_float64_rounded() -> None:
    """In a cluster far from the origin a product in float32 is off by more than most scores are apart."""
    case = make_case(languages=["de", "en"], queries=20, passages=300, values=3, seed=1)
    rng = np.random.default_rng(0)
    queries, passages = ((1 + 1e-3 * rng.standard_normal((n, 40))).astype(np.float32) for n in (20, 300))
    passages[100:200] = passages[:100]  # equal passages, in both languages
    scores = (queries.astype(np.float64) @ passages.astype(np.float64).T).astype(np.float32)
    assert (scores != queries @ passages.T).mean() > 0.1  # it can fail
    order = np.lexsort((np.broadcast_to(-case.collection.passage_order, scores.shape), -scores))
    ranks = replace(case, queries=queries, passages=passages).embedded.ranks(depth=30, budget=20_000)
    np.testing.assert_array_equal(ranks.top_passage, order[:, :30])
    np.testing.assert_array_equal(ranks.top_score, np.take_along_axis(scores, order[:, :30], axis=1))
    np.testing.assert_array_equal(ranks.pool_rank, np.argsort(order, axis=1)[ranks.query, ranks.passage] + 1)
