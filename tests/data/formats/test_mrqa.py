"""MRQA: the paragraph with the answer out of a long context, the header's name, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from isoglot.data.formats.mrqa import is_mrqa, read_mrqa
from isoglot.errors import DataError

HEADER = {"header": {"dataset": "TriviaQA-web", "mrqa_split": "train"}}
CONTEXT = "[DOC] [TLE] On cranes [PAR] Herons are grey. [PAR] Most cranes are white. [DOC] [TLE] On swans [PAR] White."


def question(*words: str, qid: str = "p", context: str = CONTEXT, **changes: Any) -> dict[str, Any]:
    spans = [[[context.index(word), context.index(word) + len(word) - 1]] for word in words]
    answers = [{"text": word, "char_spans": span} for word, span in zip(words, spans, strict=True)]
    return {"qid": qid, "question": f"What is {qid}?", "detected_answers": answers, **changes}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def read(path: Path, *questions: dict[str, Any], context: str = CONTEXT) -> list[str]:
    data = read_mrqa(write(path, HEADER, {"context": context, "qas": list(questions)}))
    assert len(set(data.groups.tolist())) == 1
    assert {row["domain"] for row in data} == {"triviaqa-web"}
    return [row["passage"]["en"] for row in data]


def test_the_passage_is_the_paragraph_of_the_first_answer_outside_a_title(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    assert read(path, question("white", "grey"), question("grey", qid="q")) == [
        "Most cranes are white.",
        "Herons are grey.",
    ]
    assert read(path, question("On cranes", "white")) == ["Most cranes are white."]
    assert read(path, question("On swans")) == ["On swans"]


def test_a_span_that_does_not_point_at_its_text_is_not_believed(tmp_path: Path) -> None:
    answers = [{"text": "gone", "char_spans": [[0, 3]]}, {"text": "White", "char_spans": [[20, 24]]}]
    assert read(tmp_path / "a.jsonl", question(detected_answers=answers)) == ["White."]


def test_a_context_without_marks_is_the_passage_without_its_tags(tmp_path: Path) -> None:
    tagged = "<P> Cranes   are < 2 m tall . </P>"
    assert read(tmp_path / "a.jsonl", question("2 m", context=tagged), context=tagged) == ["Cranes are < 2 m tall ."]


def test_the_domain_is_the_headers_or_the_files(tmp_path: Path) -> None:
    row = {"context": CONTEXT, "qas": [question("grey")]}
    path = write(tmp_path / "NewsQA.dev.jsonl", row)
    assert [item["domain"] for item in read_mrqa(path)] == ["newsqa"]
    assert [item["domain"] for item in read_mrqa(path, domain="news")] == ["news"]


def test_its_first_row_tells_the_layout() -> None:
    assert is_mrqa(HEADER)
    assert is_mrqa({"context": CONTEXT, "qas": [question("grey")]})
    assert not is_mrqa({"context": {"en": CONTEXT}, "qas": [{"id": "p", "q": {"en": "What?"}}]})
    assert not is_mrqa({"id": "p", "query": {}, "passage": {}})


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"context": "", "qas": []}, 'line 2: key "context" must be a non-empty text'),
        ({"context": CONTEXT, "qas": {}}, 'line 2: key "qas" must be a list'),
        ({"context": CONTEXT, "qas": ["p"]}, 'line 2: "qas": key "qid" must be'),
        ({"context": CONTEXT, "qas": [question("grey", question=1)]}, "line 2: question 'p': key \"question\""),
        ({"context": CONTEXT, "qas": [question()]}, "line 2: question 'p': \"detected_answers\" is empty"),
        (
            {"context": CONTEXT, "qas": [question("grey", detected_answers=[{"text": "p"}])]},
            "line 2: question 'p': \"detected_answers\" must hold",
        ),
        ({"context": "Herons.", "qas": [question("grey")]}, "line 2: question 'p': no detected answer is inside"),
        ({"context": CONTEXT, "qas": [question("grey"), question("grey")]}, "question id 'p' occurs twice"),
        ({"context": CONTEXT, "qas": []}, "no question with a passage"),
    ],
)
def test_a_bad_context_is_named(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    path = write(tmp_path / "a.jsonl", HEADER, row)
    with pytest.raises(DataError, match=f"{path}: {message}"):
        read_mrqa(path)
