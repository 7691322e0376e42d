"""``Collection``: rows are checked, numbers follow them, and parallel items are queried in all languages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from isoglot.data.collection import Collection
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

Content = dict[str, Any]


def content() -> Content:
    """Two questions, the first in two languages, on three passages."""
    return {
        "queries": [
            {"id": "q1-en", "text": "one?", "lang": "EN", "cluster": "c1", "domain": "help"},
            {"id": "q1-de", "text": "eins?", "lang": "de", "cluster": "c1", "domain": "help"},
            {"id": "q2", "text": "two?", "lang": "en"},
        ],
        "passages": [
            {"id": "p-zh", "text": "一", "lang": "zh"},
            {"id": "p-10", "text": "one", "lang": "en"},
            {"id": "p-9", "text": "two", "lang": "en"},
        ],
        "relevant": {("q2", "p-9"): 2, ("q1-en", "p-10"): 1, ("q1-en", "p-zh"): 1, ("q1-de", "p-9"): 0},
    }


def make(name: str = "set") -> Collection:
    return Collection.from_rows(name, **content())


def test_arrays_follow_the_rows() -> None:
    made = make()
    assert made.languages == ("de", "en", "zh")
    assert made.query_language.tolist() == [1, 0, 1]
    assert made.passage_language.tolist() == [2, 1, 1]
    assert made.query_cluster.tolist() == [0, 0, 1]
    assert made.queries["lang"].to_pylist() == ["en", "de", "en"]
    assert made.queries["cluster"].to_pylist() == ["c1", "c1", None]
    assert made.queries["domain"].to_pylist() == ["help", "help", "set"]
    assert made.passage_order.tolist() == [2, 0, 1]  # "p-10" < "p-9" < "p-zh"
    judged = made.judgements
    assert judged.query.tolist() == [0, 0, 1, 2]
    assert judged.passage.tolist() == [0, 1, 2, 2]
    assert judged.grade.tolist() == [1, 1, 0, 2]


def test_a_missing_value_means_the_default() -> None:
    rows = content()
    rows["queries"] = [{**row, "cluster": None, "domain": None} for row in rows["queries"]]
    made = Collection.from_rows("set", **rows)
    assert made.queries["cluster"].null_count == 3
    assert set(made.queries["domain"].to_pylist()) == {"set"}


def test_the_fingerprint_is_of_the_content() -> None:
    changes: list[Callable[[Content], Any]] = [
        lambda rows: rows["queries"][0].update(text="one!"),
        lambda rows: rows["queries"][0].update(lang="de"),
        lambda rows: rows["queries"][2].update(cluster="c1"),
        lambda rows: rows["queries"][2].update(domain="help"),
        lambda rows: rows["passages"][0].update(text="二"),
        lambda rows: rows["passages"][0].update(lang="ja"),
        lambda rows: rows["passages"][0].update(id="p-0") or rows["relevant"].pop(("q1-en", "p-zh")),
        lambda rows: rows["relevant"].update({("q2", "p-9"): 1}),
        lambda rows: rows["relevant"].update({("q2", "p-zh"): 1}),
        lambda rows: rows["relevant"].pop(("q1-de", "p-9")),
        lambda rows: rows["passages"].append({"id": "p-11", "text": "eleven", "lang": "en"}),
    ]
    found = {make().fingerprint}
    for change in changes:
        rows = content()
        change(rows)
        found.add(Collection.from_rows("set", **rows).fingerprint)
    assert len(found) == 1 + len(changes)
    rows = content()
    rows["relevant"] = dict(reversed(rows["relevant"].items()))
    assert Collection.from_rows("set", **rows).fingerprint == make().fingerprint


@pytest.mark.parametrize(
    ("side", "change", "message"),
    [
        ("queries", {"lang": None}, "set: query 'new' has no \"lang\""),
        ("passages", {"lang": ""}, "set: passage 'new' has no \"lang\""),
        ("queries", {"lang": "xx"}, "set: query 'new': 'xx' is not a language code"),
        ("passages", {"lang": "english!"}, "set: passage 'new': 'english!' is not a language code"),
        ("queries", {"text": " \t"}, "set: query 'new' has an empty text"),
        ("passages", {"text": None}, "set: passage 'new' has an empty text"),
        ("queries", {"id": "q2"}, "set: query id 'q2' occurs twice"),
        ("passages", {"id": "p-9"}, "set: passage id 'p-9' occurs twice"),
        ("queries", {"id": ""}, "set: query 4 has no id"),
        ("passages", {"id": None}, "set: passage 4 has no id"),
    ],
)
def test_a_bad_row_is_named(side: str, change: dict[str, Any], message: str) -> None:
    rows = content()
    rows[side].append({"id": "new", "text": "new", "lang": "en", **change})
    with pytest.raises(DataError, match=message):
        Collection.from_rows("set", **rows)


def test_judgements_of_what_is_not_there_are_named() -> None:
    for pair, message in {
        ("q3", "p-9"): "set: query 'q3' is judged but not there: add it or remove the line",
        ("q2", "p-0"): "set: passage 'p-0' is judged but not there",
    }.items():
        rows = content()
        rows["relevant"][pair] = 1
        with pytest.raises(DataError, match=message):
            Collection.from_rows("set", **rows)
    for side, what in {"queries": "query", "passages": "passage"}.items():
        with pytest.raises(DataError, match=f"set: {what}: there is none"):
            Collection.from_rows("set", **{**content(), side: []})


ITEMS = [
    {"id": "a", "group": "page", "query": {"en": "a?", "de": "a??"}, "passage": {"en": "X", "de": "Y"}},
    {"id": "b", "group": "page", "query": {"en": "b?"}, "passage": {"en": "X", "de": "Z"}},
    {"id": "c", "group": "other", "query": {"zh": "c?"}, "passage": {"en": "X"}},
]


def parallel() -> ParallelDataset:
    rows = [{**item, "domain": f"on {item['group']}"} for item in ITEMS]
    return ParallelDataset.from_rows(rows, languages=["de", "en", "zh"], key=f"test_collection {rows}")


def relevant(collection: Collection) -> dict[str, set[str]]:
    """Query id -> ids of its relevant passages."""
    ids, judged = collection.passages["id"].to_pylist(), collection.judgements
    return {
        query: {ids[p] for p in judged.passage[(judged.query == number) & (judged.grade > 0)]}
        for number, query in enumerate(collection.queries["id"].to_pylist())
    }


def test_parallel_items_answer_across_languages() -> None:
    made = Collection.from_parallel("items", parallel())
    texts = {row["id"]: (row["text"], row["lang"]) for row in made.passages.to_pylist()}
    # X is one passage for a and b, whose group it shares, and another for c.
    assert texts == {
        "passage/a/en": ("X", "en"),
        "passage/a/de": ("Y", "de"),
        "passage/b/de": ("Z", "de"),
        "passage/c/en": ("X", "en"),
    }
    assert relevant(made) == {
        "a/en": {"passage/a/en", "passage/a/de"},
        "a/de": {"passage/a/en", "passage/a/de"},
        "b/en": {"passage/a/en", "passage/b/de"},
        "c/zh": {"passage/c/en"},
    }
    assert sorted(made.queries["cluster"].to_pylist()) == ["other", "page", "page", "page"]
    assert len(np.unique(made.query_cluster)) == 2
    assert sorted(made.queries["domain"].to_pylist()) == ["on other", *["on page"] * 3]
    assert made.languages == ("de", "en", "zh")


def test_a_restricted_data_set_makes_a_restricted_collection() -> None:
    made = Collection.from_parallel("items", parallel().restrict(["en"]))
    assert made.languages == ("en",)
    assert relevant(made) == {"a/en": {"passage/a/en"}, "b/en": {"passage/a/en"}}
    assert made.fingerprint != Collection.from_parallel("items", parallel()).fingerprint


def test_a_sentence_asks_for_its_translations_and_is_no_candidate_itself() -> None:
    texts = [{"de": "Es schneit.", "en": "It snows."}, {"de": "Regen.", "en": "Rain."}]
    rows = [
        {"id": f"{n}", "group": f"{n}", "domain": "news", "doc": "d", "query": text, "passage": text}
        for n, text in enumerate(texts)
    ]
    pair = {"id": "pair", "group": "pair", "domain": "news", "query": {"en": "Snow?"}, "passage": {"en": "It snows."}}
    data = ParallelDataset.from_rows([*rows, pair], languages=["de", "en"], key="collection: sentences")
    made = Collection.from_parallel("news", data)
    assert made.query_passage.tolist() == [0, 1, 2, 3, -1]
    judged = made.judgements
    assert list(zip(judged.query.tolist(), judged.passage.tolist(), strict=True)) == [
        (0, 1), (1, 0), (2, 3), (3, 2), (4, 4),
    ]  # fmt: skip
    assert made.queries["cluster"].to_pylist() == ["d"] * 4 + ["pair"]
