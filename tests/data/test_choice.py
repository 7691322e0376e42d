"""Queries that are told apart; equal amounts of data: whole groups, smaller draws within larger ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.random_parallel import LANGUAGES, build, row
from isoglot.data.choice import chosen_items, draw_items, most_repeats
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError


def items(sizes: list[int]) -> ParallelDataset:
    """Groups of these sizes, whose items do not stand side by side."""
    names = sorted((number, f"g{group}") for group, size in enumerate(sizes) for number in range(size))
    rows = [
        {"id": f"{group}-{n}", "group": group, "domain": "", "query": {"en": "q"}, "passage": {"en": "p"}}
        for n, group in names
    ]
    return ParallelDataset.from_rows(rows, languages=["en"], key=f"sizes {sizes}")


@given(st.lists(st.integers(1, 6), min_size=1, max_size=20), st.integers(6, 60), st.integers(0, 30))
def test_whole_groups_within_each_other_and_the_same_every_time(sizes: list[int], few: int, more: int) -> None:
    data = items(sizes)
    small, large = draw_items(data, few), draw_items(data, few + more)
    assert len(small) <= few
    assert len(small) > few - max(sizes) or len(small) == len(data)
    assert set(small.rows["id"]) <= set(large.rows["id"])
    drawn = set(small.rows["group"])
    assert list(small.rows["id"]) == [row["id"] for row in data.rows if row["group"] in drawn]
    assert draw_items(items(sizes), few).fingerprint == small.fingerprint


def test_a_group_larger_than_the_draw() -> None:
    with pytest.raises(DataError, match=r"'data\.max_items': the first group drawn has 3 items"):
        draw_items(items([3, 3]), 2)


@given(st.lists(st.dictionaries(st.sampled_from(LANGUAGES), st.sampled_from("abcd"), min_size=1), max_size=12))
def test_queries_are_counted_in_the_language_where_most_items_have_them(queries: list[dict[str, str]]) -> None:
    data = build([{**row(n, query=[], passage=["en"]), "query": texts} for n, texts in enumerate(queries)])
    expected = [max(sum(other.get(lang) == text for other in queries) for lang, text in one.items()) for one in queries]
    assert most_repeats(data.digests("query")).tolist() == expected
    if 1 in expected:
        chosen = chosen_items(data, languages=None, max_query_repeats=1, max_items=None)
        assert list(chosen.rows["id"]) == [f"i{n}" for n, count in enumerate(expected) if count == 1]
