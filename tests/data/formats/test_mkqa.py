"""MKQA: an answer is found where its tokens stand, and a question is as relevant to that in every language."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isoglot.data.answers import Answers, tokens
from isoglot.data.collection import Collection
from isoglot.data.formats.mkqa import read_mkqa
from isoglot.errors import DataError

words = st.lists(st.sampled_from(["a", "b", "A", "ü", "鹤", "."]), max_size=6).map(" ".join)


@given(st.lists(words, max_size=5), words)
def test_answers_are_found_as_by_looking_at_every_place(answers: list[str], text: str) -> None:
    held = tokens(text)
    spans = [held[start:end] for start in range(len(held)) for end in range(start + 1, len(held) + 1)]
    expected = {number for number, answer in enumerate(answers) if tokens(answer) in spans}
    assert Answers((answer, number) for number, answer in enumerate(answers)).found_in(text) == expected


@pytest.mark.parametrize(
    ("answer", "text", "found"),
    [
        ("Crane", "the CRANE, dancing", True),
        ("crane", "cranes dance", False),
        ("U.S.", "in the U.S. today", True),
        ("Zürich", "Zu\u0308rich", True),  # composed and decomposed
        ("हि", "हिन्दी", False),  # a vowel sign belongs to its word
        ("灰鹤", "两只灰鹤跳舞", True),  # no spaces: a token a character
        ("กรุง", "ในกรุงเทพ", True),
        ("", "anything", False),
    ],
)
def test_what_a_whole_token_is(answer: str, text: str, found: bool) -> None:
    assert Answers([(answer, 0)]).found_in(text) == ({0} if found else set())


def answer(text: str | None, *aliases: str, kind: str = "entity") -> dict[str, Any]:
    return {"type": kind, "text": text, "aliases": list(aliases)}


QUESTIONS = [
    {
        "example_id": 1,
        "queries": {"en": "which bird dances", "de": "welcher Vogel tanzt", "zh_cn": "什么鸟跳舞"},
        "answers": {"en": [answer("crane", "Grus")], "de": [answer("Kranich")], "zh_cn": [answer("鹤")]},
    },
    {"example_id": 2, "queries": {"en": "why"}, "answers": {"en": [answer(None, kind="long_answer")]}},
    {"example_id": 3, "queries": {"en": "is it"}, "answers": {"en": [answer("yes", kind="binary")]}},
    {"example_id": 4, "queries": {"en": "who"}, "answers": {"en": [answer("nobody here")]}},
    {"example_id": 5, "queries": {"en": "how many", "fi": ""}, "answers": {"en": [answer("12", kind="number")]}},
]
CORPUS = [
    {"_id": "no lang", "text": "The grus is a bird."},
    {"_id": "de", "text": "Der Kranich und der crane.", "lang": "de"},
    {"_id": "de, English alias only", "text": "Der crane.", "lang": "de"},
    {"_id": "zh", "title": "鸟", "text": "灰鹤", "lang": "zh"},
    {"_id": "fi has no answers: English", "text": "Crane, 12", "lang": "fi"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, rows in (("mkqa", QUESTIONS), ("corpus", CORPUS)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def relevant(collection: Collection) -> dict[str, list[str]]:
    ids = collection.passages["id"].to_pylist()
    judged = collection.judgements
    return {
        query: [ids[passage] for passage in judged.passage[judged.query == number]]
        for number, query in enumerate(collection.queries["id"].to_pylist())
    }


def test_passages_with_an_answer_are_relevant_in_every_language(folder: Path) -> None:
    made = read_mkqa(folder)
    birds = ["no lang", "de", "zh", "fi has no answers: English"]
    found = relevant(made)
    assert found == {"en/1": birds, "de/1": birds, "zh-CN/1": birds, "en/5": ["fi has no answers: English"]}
    assert made.queries["group"].to_pylist() == ["1", "1", "1", "5"]
    assert made.left_out == {"no short answer": 2, "no passage holds an answer": 1}
    assert made.languages == ("de", "en", "fi", "zh", "zh-CN")


def test_the_languages_of_queries_are_chosen(folder: Path) -> None:
    assert relevant(read_mkqa(folder, languages=["zh_cn"])).keys() == {"zh-CN/1"}
    with pytest.raises(DataError, match="no question is left: 2 no short answer, 1 no passage holds an answer"):
        read_mkqa(folder, languages=["fi"])


def test_a_bad_file_is_named(folder: Path) -> None:
    path = folder / "mkqa.jsonl"
    path.write_text('{"example_id": 1, "queries": {"en": "q"}}\n')
    with pytest.raises(DataError, match=rf"{path}: line 1: not MKQA .*'answers'"):
        read_mkqa(folder)
    path.unlink()
    with pytest.raises(DataError, match=f"{path}: no such file"):
        read_mkqa(folder)
