import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isoglot.errors import ConfigError
from isoglot.evaluation.ranks import rank_relevant
from literal import Case, cases, make_case


@settings(max_examples=150, deadline=None)
@given(cases(), st.sampled_from([1, 3, 10, 200]))
def test_ranks_and_top_passages_equal_a_full_sort(case: Case, depth: int) -> None:
    ranks = rank_relevant(case.queries, case.passages, case.collection, depth=depth)
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
@given(cases(), st.integers(1, 4))
def test_any_memory_budget_gives_the_same_ranks(case: Case, rows: int) -> None:
    whole = rank_relevant(case.queries, case.passages, case.collection)
    tiled = rank_relevant(case.queries, case.passages, case.collection, budget=16 * len(case.passages) * rows)
    for name, values in vars(whole).items():
        np.testing.assert_array_equal(getattr(tiled, name), values, err_msg=name)


def test_the_order_of_ids_and_not_of_rows_breaks_ties() -> None:
    case = make_case(languages=["de", "en"], queries=3, passages=30, values=1, seed=0)  # every score is equal
    ranks = rank_relevant(case.queries, case.passages, case.collection, depth=30)
    ids = case.collection.passages["id"].to_pylist()
    descending = sorted(ids, key=str.encode, reverse=True)
    assert descending != sorted(ids, key=lambda text: text.encode("utf-16-be"), reverse=True)  # it can fail
    assert [ids[n] for n in ranks.top_passage[0]] == descending
    assert [descending.index(ids[n]) + 1 for n in ranks.passage] == ranks.pool_rank.tolist()


def test_a_budget_below_one_query_is_an_error_that_says_what_it_takes() -> None:
    case = make_case(languages=["en"], queries=2, passages=100, values=3, seed=0)
    with pytest.raises(ConfigError, match=r"one query over 100 passages: it takes 1 MiB"):
        rank_relevant(case.queries, case.passages, case.collection, budget=16 * 100 - 1)
