"""Pairs that other projects wrote: each form is read in the language that is told, and none without."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from isoglot.data.load import load_collection, load_parallel
from isoglot.errors import DataError

TITLED = [{"docid": "1", "title": "T", "text": "A."}, {"docid": "2", "title": "", "text": "B."}]
FORMS: dict[str, tuple[Mapping[str, Any], list[str], list[str]]] = {
    "anchor": ({"anchor": "a?", "positive": "A.", "negative": "N."}, ["A."], ["N."]),
    "several": ({"anchor": "a?", "positive": "A.", "negative_1": "N.", "negative_2": "O."}, ["A."], ["N.", "O."]),
    "triple": ({"query": "a?", "positive": "A."}, ["A."], []),
    "flag": ({"query": "a?", "pos": ["A.", "B."], "neg": ["N."], "pos_scores": [1.0, 0.5]}, ["A.", "B."], ["N."]),
    "tevatron": (
        {"query_id": "7", "query": "a?", "positive_passages": TITLED, "negative_passages": TITLED[1:]},
        ["T A.", "B."],
        ["B."],
    ),
    "squad": ({"id": "7", "title": "t", "question": "a?", "context": "A."}, ["A."], []),
}


def written(path: Path, *rows: Mapping[str, Any]) -> str:
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_each_form_is_read_in_the_language_told(tmp_path: Path, form: str, kind: str) -> None:
    row, passages, negatives = FORMS[form]
    data = load_parallel(written(tmp_path / f"birds.{kind}", row) + "@de")
    assert [item["query"] for item in data] == [{"de": "a?"}] * len(passages)
    assert [item["passage"] for item in data] == [{"de": passage} for passage in passages]
    assert [item["negatives"] for item in data] == [{"de": negatives} if negatives else {}] * len(passages)
    assert len(set(data.groups)) == 1
    assert {item["domain"] for item in data} == {"birds"}


def test_a_language_is_asked_for_by_the_way_to_tell_it(tmp_path: Path) -> None:
    path = written(tmp_path / "birds.jsonl", FORMS["flag"][0])
    for load in (load_parallel, load_collection):
        with pytest.raises(DataError, match=r"pairs as FlagEmbedding writes them .* give the file as .*birds\.jsonl@"):
            load(path)
    with pytest.raises(DataError, match="say one language"):
        load_parallel(f"{path}@de,en")
    assert load_collection(f"{path}@de").languages == ("de",)


def test_one_question_and_one_context_are_a_group(tmp_path: Path) -> None:
    asked_twice = [{"query": "a?", "positive": text} for text in ("A.", "B.")]
    assert len(set(load_parallel(written(tmp_path / "q.jsonl", *asked_twice) + "@en").groups)) == 1
    paragraph = [{"id": text, "question": text, "context": "A."} for text in ("a?", "b?")]
    assert len(set(load_parallel(written(tmp_path / "p.jsonl", *paragraph) + "@en").groups)) == 1


def test_questions_without_an_answer_are_no_pairs(tmp_path: Path) -> None:
    answered = {"id": "1", "question": "a?", "context": "A.", "answers": {"text": ["A"], "answer_start": [0]}}
    not_answered = {**answered, "id": "2", "answers": {"text": [], "answer_start": []}}
    data = load_parallel(written(tmp_path / "birds.jsonl", answered, not_answered) + "@en")
    assert [item["id"] for item in data] == ["1"]


def test_rows_without_a_text_are_passed_over_and_counted(tmp_path: Path) -> None:
    rows = [{"anchor": "a?", "positive": "A."}, {"anchor": "b?", "positive": " "}, {"anchor": None, "positive": "C."}]
    data = load_parallel(written(tmp_path / "birds.jsonl", *rows) + "@en")
    assert ([item["query"] for item in data], data.left_out) == ([{"en": "a?"}], {"rows without a text": 2})


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"query": "a?", "pos": []}, "no items in the file"),
        ({"query": "a?", "pos": [1]}, 'row 1: key "pos" must be a text or a list of texts'),
        ({"anchor": 1, "positive": "A."}, 'row 1: key "anchor" must be a text'),
        ({"query": "a?", "positive_passages": ["A."]}, 'row 1: key "positive_passages" must be a list of objects'),
        ({"question": "a?", "context": "A.", "answers": {"text": ["A"]}}, 'row 1: key "answers" must hold lists'),
        ({"question": "", "context": "A."}, "no items in the file"),
    ],
)
def test_a_row_that_does_not_fit_is_said_with_its_place(tmp_path: Path, row: Mapping[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_parallel(written(tmp_path / "birds.jsonl", row) + "@en")
