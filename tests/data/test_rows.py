"""Data of rows in memory: the same from lists, data frames and ``datasets``, and what cannot be used says which row."""

import re
from typing import Any

import datasets
import pandas as pd
import pytest

from isoglot.data.collection import Collection
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

ITEMS: list[dict[str, Any]] = [
    {"id": "a", "group": "g", "query": {"en": "one?", "de": "eins?"}, "passage": {"en": "One."}},
    {"id": "b", "group": "g", "query": {"en": "two?"}, "passage": {"de": "Zwei.", "en": "Two."}},
]
FLAT = [
    {"id": "a", "group": "g", "query.en": "one?", "query.de": "eins?", "passage.en": "One."},
    {"id": "b", "group": "g", "query.en": "two?", "passage.de": "Zwei.", "passage.en": "Two."},
]


@pytest.mark.parametrize("items", [ITEMS, pd.DataFrame(FLAT), pd.DataFrame(ITEMS), datasets.Dataset.from_list(ITEMS)])
def test_items_are_the_same_however_they_are_held(items: Any) -> None:
    made = ParallelDataset.from_items(items)
    assert [row["passage"] for row in made] == [{"en": "One."}, {"de": "Zwei.", "en": "Two."}]
    assert (len(made), made[-1]["id"], made[0]["query"]) == (2, "b", {"de": "eins?", "en": "one?"})
    assert made.groups.tolist() == [0, 0]
    assert made.fingerprint == ParallelDataset.from_items(ITEMS).fingerprint
    assert repr(made) == "<ParallelDataset: 2 items in de, en>"
    with pytest.raises(IndexError):
        made[2]


QUERIES = [{"id": "q", "text": "one?", "lang": "en"}, {"id": "r", "text": "eins?", "lang": "de"}]
PASSAGES = [{"id": "p", "text": "One.", "lang": "en", "group": "1"}, {"id": "s", "text": "Zwei.", "lang": "de"}]
RELEVANT = [{"query": "q", "passage": "p", "grade": 2}, {"query": "r", "passage": "p", "grade": 1}]


@pytest.mark.parametrize("hold", [list, pd.DataFrame, datasets.Dataset.from_list])
def test_a_collection_is_the_same_however_its_rows_are_held(hold: Any) -> None:
    made = Collection.from_rows("made", queries=hold(QUERIES), passages=hold(PASSAGES), relevant=hold(RELEVANT))
    by_id = {("q", "p"): 2, ("r", "p"): 1}
    again = Collection.from_rows("made", queries=QUERIES, passages=PASSAGES, relevant=by_id)
    assert made.fingerprint == again.fingerprint
    alike = Collection.from_rows(
        "made", queries=QUERIES, passages=PASSAGES, relevant=hold([{"query": "r", "passage": "p"}])
    )
    assert alike[1]["relevant"] == {"p": 1}
    assert (len(made), made[0]["relevant"], made[-1]["relevant"]) == (2, {"p": 2}, {"p": 1})
    assert [query["lang"] for query in made] == ["en", "de"]
    assert repr(made) == "<Collection made: 2 queries, 2 passages in de, en>"


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ("items.jsonl", r"items: give a list of dicts, a data frame or a datasets\.Dataset, not str"),
        ([("q", "p")], "items: row 1 is no dict but tuple"),
        ([ITEMS[0], {**ITEMS[1], "query": {"xx-not-one": "?"}}], "items: row 2"),
        ([{**ITEMS[0], "passage": {"en": "a\ud83d"}}], r"items: row 1 holds half a surrogate pair \(U\+D83D\)"),
        ([], "items: no items"),
    ],
)
def test_rows_that_are_no_items(items: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        ParallelDataset.from_items(items)


def test_judgements_that_are_none() -> None:
    for relevant, message in (
        ([{"query": "q"}], r"made: relevant: row 1 has no 'passage'"),
        ([{"query": "q", "passage": "p", "grade": "much"}], "must be a whole number of at most 64 bits, but is 'much'"),
        ([*RELEVANT, {"query": "r", "passage": "s", "grade": float("nan")}], "row 3 has no 'grade'"),
    ):
        with pytest.raises(DataError, match=message):
            Collection.from_rows("made", queries=QUERIES, passages=PASSAGES, relevant=relevant)


def test_ids_may_be_numbers_and_all_else_is_named() -> None:
    numbered = [{**row, "id": n} for n, row in enumerate(QUERIES)]
    made = Collection.from_rows("n", queries=pd.DataFrame(numbered), passages=PASSAGES, relevant={(0, "p"): 1})
    assert (made[0]["id"], made[0]["relevant"]) == ("0", {"p": 1})
    spoilt: list[tuple[dict[str, Any], str]] = [
        ({"queries": [{**QUERIES[0], "text": 3}]}, 'n: queries: row 1: "text" must be a text, but is 3'),
        ({"relevant": {"q": {"p": 1}}}, "n: relevant: 'q' is no pair: give a dict such as"),
        ({"relevant": {("q", "p"): 1.5}}, '"grade" must be a whole number of at most 64 bits, but is 1.5'),
        ({"relevant": {("q", "p"): 2**63}}, '"grade" must be a whole number of at most 64 bits, but is'),
        ({"name": ""}, "the name of a collection must be a text, but is ''"),
    ]
    for change, sentence in spoilt:
        with pytest.raises(DataError, match=re.escape(sentence)):
            Collection.from_rows(**{"name": "n", "queries": QUERIES, "passages": PASSAGES, "relevant": {}, **change})
