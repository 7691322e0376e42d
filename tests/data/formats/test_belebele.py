"""Belebele: a link is one passage in all languages, and language variants stay apart."""

import json
from pathlib import Path
from typing import Any

import pytest

from isoglot.data.formats.belebele import read_belebele
from isoglot.errors import DataError

VARIANTS = ("arb_Arab", "arb_Latn", "ary_Arab", "eng_Latn", "hin_Deva", "hin_Latn", "zho_Hans", "zho_Hant")


def row(dialect: str, link: str, number: int, **change: Any) -> dict[str, Any]:
    return {
        "link": link,
        "question_number": number,
        "flores_passage": f"{link} in {dialect}",
        "question": f"{link} {number} in {dialect}?",
        "mc_answer1": "yes",
        "correct_answer_num": "1",
        "dialect": dialect,
        **change,
    }


def write(folder: Path, name: str, *rows: dict[str, Any]) -> Path:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in VARIANTS:
        write(tmp_path, name, row(name, "a", 1), row(name, "a", 2), row(name, "b", 1))
    return tmp_path


def test_a_passage_answers_in_every_language(folder: Path) -> None:
    made = read_belebele(folder)
    assert len(made.languages) == len(VARIANTS)
    assert len(made.passages) == 2 * len(VARIANTS)
    assert len(made.queries) == 3 * len(VARIANTS)
    links = [made.passages["group"].to_pylist()[passage] for passage in made.judgements.passage]
    asked = [made.queries["cluster"].to_pylist()[query] for query in made.judgements.query]
    assert links == asked
    assert len(links) == 3 * len(VARIANTS) ** 2
    assert set(made.queries["group"].to_pylist()) == {"a/1", "a/2", "b/1"}
    assert made.passages["text"].to_pylist()[:2] == ["a in arb_Arab", "b in arb_Arab"]


def test_languages_are_chosen_by_either_code(folder: Path) -> None:
    for codes in (["zh-Hant", "en"], ["zho_Hant", "eng_Latn"]):
        assert read_belebele(folder, languages=codes).languages == ("en", "zh-Hant")
    with pytest.raises(DataError, match=f"{folder}: no file for 'fi'; it has .*zh-Hans"):
        read_belebele(folder, languages=["fi"])


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (row("eng_Latn", "a", 1), "line 2: question 1 on 'a' occurs twice in en"),
        (row("eng_Latn", "b", 1, question=1), 'line 2: key "question" must be a text'),
        (row("none", "b", 1), "line 2: key \"dialect\": 'none' is not a language code"),
        ({"link": "b", "flores_passage": "p", "question": "q", "dialect": "en"}, 'key "question_number" is missing'),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, bad: dict[str, Any], message: str) -> None:
    path = write(tmp_path, "eng_Latn", row("eng_Latn", "a", 1), bad)
    with pytest.raises(DataError, match=f"{path}: .*{message}"):
        read_belebele(tmp_path)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"eng_Latn\.jsonl: no such file"):
        read_belebele(tmp_path)
