"""Queries about one text are one cluster, whether or not anybody says so."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from isoglot.data.clusters import shared_answers
from isoglot.data.collection import Collection

LANGUAGES = ("de", "en", "es", "fr", "it")


def pages(count: int, **stated: str) -> Collection:
    """A page in five languages, and a query on it in each, all five relevant; nothing but ids tells they are one."""
    places = list(product(range(count), LANGUAGES))
    return Collection.from_rows(
        "pages",
        queries=[{"id": f"q{n}/{lang}", "text": f"{n}?", "lang": lang, **stated} for n, lang in places],
        passages=[{"id": f"p{n}/{lang}", "text": f"{n}.", "lang": lang} for n, lang in places],
        relevant={(f"q{n}/{lang}", f"p{n}/{other}"): 1 for n, lang in places for other in LANGUAGES},
    )


def test_a_page_in_five_languages_is_one_cluster() -> None:
    found = pages(225).clusters
    assert found.of_query.max() + 1 == 225
    assert (found.of_query == np.repeat(np.arange(225), 5)).all()
    assert found.rule == "queries that share a relevant passage"


def test_a_stated_cluster_wins() -> None:
    found = pages(10, cluster="all of them").clusters
    assert (found.of_query == 0).all()
    assert found.rule == "as the collection states them"


def test_passages_of_one_group_are_one() -> None:
    rows = {"text": "x", "lang": "en"}
    made = Collection.from_rows(
        "set",
        queries=[{"id": name, **rows} for name in "abc"],
        passages=[{"id": name, "group": "c" if name == "c" else "ab", **rows} for name in "abc"],
        relevant={(name, name): 1 for name in "abc"} | {("c", "a"): 0},
    )
    assert made.query_cluster.tolist() == [0, 0, 1]


@pytest.mark.parametrize(("queries", "joined"), [(1_000, 40), (1_000, 60), (100, 15), (100, 30)])
def test_one_passage_for_too_many_queries_leaves_their_groups(queries: int, joined: int) -> None:
    answer = np.where(np.arange(queries) < joined, 0, np.arange(queries))
    found = shared_answers(np.arange(queries), np.arange(queries), answer)
    if joined <= max(20, queries // 20):
        assert found.of_query.max() + 1 == queries - joined + 1
    else:
        assert found.of_query.tolist() == list(range(queries))
        assert f"would join {joined / queries:.0%} of the queries" in found.rule


@given(st.integers(1, 20), st.lists(st.tuples(st.integers(0, 19), st.integers(0, 9)), max_size=40))
def test_components_are_those_of_a_graph(queries: int, pairs: list[tuple[int, int]]) -> None:
    links = np.array([pair for pair in pairs if pair[0] < queries], dtype=np.int64).reshape(-1, 2)
    found = shared_answers(np.arange(queries), links[:, 0], links[:, 1])
    graph = coo_array((np.ones(len(links)), (links[:, 0], queries + links[:, 1])), shape=(queries + 10, queries + 10))
    _, labels = connected_components(graph, directed=False)
    same = labels[:queries, None] == labels[None, :queries]
    assert (same == (found.of_query[:, None] == found.of_query[None, :])).all()
