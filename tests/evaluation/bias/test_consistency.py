import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr  # type: ignore[import-untyped, unused-ignore]

from helpers.literal import Case, cases, lengths
from isoglot.data.collection import Collection
from isoglot.data.formats.translations import from_translations
from isoglot.errors import ConfigError
from isoglot.evaluation.bias.consistency import rank_correlation
from isoglot.evaluation.ranks import Ranks, rank_relevant

NAN = math.nan


def spearman(left: list[int], right: list[int]) -> float:
    """Over the passages of either list; those it lacks come after its last."""
    union = sorted({*left, *right})
    if len(union) == 1:
        return 1.0
    places = [[top.index(n) if n in top else len(top) for n in union] for top in (left, right)]
    return float(spearmanr(*places).statistic)


def literal_correlation(tops: list[list[int]], languages: list[str], groups: list[str], query: int) -> float:
    others = [
        n
        for n in range(len(tops))
        if groups[n] == groups[query] and languages[n] != languages[query] and tops[n] and tops[query]
    ]
    return sum(spearman(tops[query], tops[n]) for n in others) / len(others) if others else NAN


@settings(max_examples=150, deadline=None)
@given(cases(max_passages=100), st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_correlations_equal_scipys(case: Case, seed: int, cutoff: int) -> None:
    hits = lengths(case, seed)
    found = rank_correlation(case.run(hits), case.collection, min(cutoff, len(case.passages)))
    tops = [case.ranking(query)[: min(hits[query], cutoff)] for query in range(len(case.queries))]
    expected = [literal_correlation(tops, case.query_languages(), case.query_groups(), n) for n in range(len(tops))]
    assert found == pytest.approx(expected, nan_ok=True)


def asked(tops: dict[str, list[int]], passages: int = 40) -> tuple[Ranks, Collection]:
    """One question in several languages, with the first hits of each."""
    collection = Collection.from_rows(
        "asked",
        queries=[{"id": lang, "text": "?", "lang": lang, "group": "the one"} for lang in tops],
        passages=[{"id": f"p{n}", "text": "!", "lang": "en"} for n in range(passages)],
        relevant={(next(iter(tops)), "p0"): 1},
    )
    ones: npt.NDArray[np.float32] = np.ones((passages, 1), np.float32)
    ranks = rank_relevant(ones[: len(tops)], ones, collection)
    return replace(ranks, top_passage=np.array(list(tops.values()), dtype=np.int64)), collection


def correlation(*tops: list[int]) -> list[float]:
    ranks, collection = asked(dict(zip(("de", "en", "zh"), tops, strict=False)))
    return [float(value) for value in rank_correlation(ranks, collection, len(tops[0]))]


def test_known_correlations() -> None:
    same, reverse = [4, 0, 7, 2], [2, 7, 0, 4]
    assert correlation(same, same, same) == pytest.approx([1, 1, 1])
    assert correlation(same, reverse) == pytest.approx([-1, -1])
    assert correlation(same, same, reverse) == pytest.approx([0, 0, -1])
    assert correlation([3], [3]) == [1, 1]
    assert correlation([3], [5]) == pytest.approx([-1, -1])
    for size in (2, 10, 20):
        apart = [list(range(size)), list(range(size, 2 * size))]
        assert correlation(*apart) == pytest.approx([-6 * size**2 / (7 * size**2 - 1)] * 2)


def test_queries_that_are_passages_are_compared_without_themselves() -> None:
    """An encoder blind to language ranks alike what two translations ask of, but neither finds itself."""
    topics, languages = 30, ["de", "en", "zh"]
    rows = [
        {"id": f"{lang}{n}", "text": "!", "lang": lang, "group": f"g{n}"} for n in range(topics) for lang in languages
    ]
    built = Collection.from_rows("rows", queries=rows, passages=rows, relevant={("de0", "en0"): 1})
    collection = from_translations("translations", built.passages, seed=0)
    vectors = np.random.default_rng(0).normal(size=(topics, 4)).astype(np.float32).repeat(len(languages), axis=0)
    ranks = rank_relevant(vectors, vectors, collection, depth=20)
    for cutoff in (10, 20):
        assert rank_correlation(ranks, collection, cutoff) == pytest.approx(np.ones(len(rows)))


def test_a_question_in_one_language_has_no_correlation() -> None:
    assert correlation([1, 2, 3]) == pytest.approx([NAN], nan_ok=True)


def test_hits_that_the_ranks_do_not_keep_are_asked_for() -> None:
    ranks, collection = asked({"de": [1, 2], "en": [2, 1]})
    with pytest.raises(ConfigError, match="depth of at least 10"):
        rank_correlation(ranks, collection, 10)
