import statistics
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings

from isoglot.data.collection import Collection
from isoglot.evaluation.bias.summary import language_bias, median_by_cell, pool_share
from isoglot.evaluation.evaluate import evaluate_vectors
from isoglot.evaluation.ranks import rank_relevant
from literal import Case, cases, make_case


def literal_bias(case: Case, name: str) -> dict[str, list[float]]:
    """Query language -> the value of each of its queries that has one."""
    languages, pool = case.passage_languages(), len(case.passages)
    values: dict[str, list[float]] = defaultdict(list)
    for query, own in enumerate(case.query_languages()):
        ranks = case.ranks(query)
        if name.startswith("same_language@"):
            top = case.ranking(query)[: int(name.removeprefix("same_language@"))]
            values[own].append(sum(languages[n] == own for n in top) / len(top))
        elif len({languages[n] for n in ranks}) > 1:
            distance = max(ranks.values()) - min(ranks.values())
            least, most = len(ranks) - 1, pool - 1
            normalised = (distance - least) / (most - least) if most > least else 0.0
            values[own].append(normalised if name.endswith("normalised") else distance)
    return values


@settings(max_examples=150, deadline=None)
@given(cases(max_passages=100))
def test_bias_equals_its_literal_definitions(case: Case) -> None:
    ranks = rank_relevant(case.queries, case.passages, case.collection)
    scores = language_bias(ranks, case.collection)
    for name in scores.values:
        expected = literal_bias(case, name)
        means = {language: statistics.mean(values) for language, values in expected.items()}
        medians = {language: statistics.median(values) for language, values in expected.items()}
        assert scores.by_cell(name) == pytest.approx(means)
        assert median_by_cell(scores, name) == pytest.approx(medians)
        if expected:
            assert scores.macro(name) == pytest.approx(statistics.mean(means.values()))
    queries, passages = case.query_languages(), case.passage_languages()
    shares = [passages.count(language) / len(passages) for language in set(queries)]
    assert pool_share(case.collection) == pytest.approx(statistics.mean(shares))


def one_query(relevant_at: list[int], languages: list[str]) -> dict[str, float]:
    """Bias of one German query over a pool ranked in the order of ``languages``."""
    collection = Collection.from_rows(
        "one",
        queries=[{"id": "q", "text": "?", "lang": "de"}],
        passages=[{"id": f"p{n}", "text": "!", "lang": lang} for n, lang in enumerate(languages)],
        relevant={("q", f"p{rank - 1}"): 1 for rank in relevant_at},
    )
    vectors = -np.arange(len(languages), dtype=np.float32)[:, None]
    scores = language_bias(rank_relevant(np.ones((1, 1), np.float32), vectors, collection), collection)
    return {name: float(values[0]) for name, values in scores.values.items()}


def test_normalised_distance_runs_from_0_side_by_side_to_1_at_the_ends() -> None:
    pool = ["de", "en", "zh"] * 4
    beside, ends, between = (one_query(at, pool) for at in ([4, 5, 6], [1, 2, 12], [1, 2, 6]))
    assert [b["rank_distance"] for b in (beside, ends, between)] == [2, 11, 5]
    assert [b["rank_distance_normalised"] for b in (beside, ends, between)] == pytest.approx([0, 1, 3 / 9])
    assert one_query([1, 2, 3], ["de", "en", "zh"])["rank_distance_normalised"] == 0  # nothing else in the pool


def test_same_language_share_at_1_and_10() -> None:
    bias = one_query([1, 2], ["en", "de", "de", "en"] + ["de"] * 4 + ["zh", "zh", "de"])
    assert (bias["same_language@1"], bias["same_language@10"]) == (0, 0.6)


def test_rank_distance_is_absent_where_no_query_has_relevant_passages_in_two_languages() -> None:
    two = make_case(languages=["de", "zh"], queries=6, passages=40, values=3, seed=3)
    result = evaluate_vectors(two.queries, two.passages, two.collection)
    assert {"rank_distance", "rank_distance_normalised", "rank_distance_median"} < result.bias.keys()
    one = make_case(languages=["de"], queries=6, passages=40, values=3, seed=3)
    result = evaluate_vectors(one.queries, one.passages, one.collection)
    assert result.bias.keys() == {"same_language@1", "same_language@10"}


def test_the_median_is_taken_over_the_queries_of_a_language_and_averaged_over_languages() -> None:
    case = make_case(languages=["ar", "de", "en", "zh"], queries=60, passages=50, values=3, seed=1)
    distances = literal_bias(case, "rank_distance")
    found = evaluate_vectors(case.queries, case.passages, case.collection).bias["rank_distance_median"]
    assert found.cells == {language: statistics.median(values) for language, values in distances.items()}
    assert found.value == pytest.approx(statistics.mean(found.cells.values()))
    assert found.low < found.value < found.high
    pooled = statistics.median(value for values in distances.values() for value in values)
    assert found.value != pytest.approx(pooled)  # so that a median over all queries would be noticed
