"""SQuAD JSON and joined SQuAD: questions meet by id, paragraphs become groups, other files are refused."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from isoglot.data.formats.squad import answer_starts, read_joined_squad, read_squad
from isoglot.data.load import load_parallel
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

# The article's two paragraphs stand in another order in German, where only r joins "swans" to "cranes".
ENGLISH = {"on cranes": {"p": "What is p?", "r": "What is r?"}, "on herons": {"q": "What is q?"}}
GERMAN = {"Reiher": {"q": "Was ist q?"}, "Kraniche": {"r": "Was ist r?", "s": "Was ist s?"}}


def squad(paragraphs: dict[str, dict[str, str]]) -> dict[str, Any]:
    def entry(context: str, questions: dict[str, str]) -> dict[str, Any]:
        return {"context": context, "qas": [{"id": key, "question": q} for key, q in questions.items()]}

    return {"data": [{"title": "Birds", "paragraphs": [entry(*item)]} for item in paragraphs.items()]}


def write(path: Path, content: Any) -> Path:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def groups(data: ParallelDataset) -> dict[str, int]:
    return dict(zip(data.rows["id"], data.groups.tolist(), strict=True))


def test_languages_are_joined_by_question(tmp_path: Path) -> None:
    files = {
        "EN": write(tmp_path / "a.json.gz", squad(ENGLISH)),
        "de": write(tmp_path / "b.json", squad(GERMAN)),
    }
    data = read_squad(files, domain="birds")
    assert data.languages == ("de", "en")
    found = {row["id"]: (row["query"], row["passage"]) for row in data}
    assert found["r"] == ({"de": "Was ist r?", "en": "What is r?"}, {"de": "Kraniche", "en": "on cranes"})
    assert found["p"] == ({"en": "What is p?"}, {"en": "on cranes"})
    assert found["s"] == ({"de": "Was ist s?"}, {"de": "Kraniche"})
    assert {row["domain"] for row in data} == {"birds"}
    assert read_squad(files, domain="birds").fingerprint == data.fingerprint
    assert read_squad(files, domain="other").fingerprint != data.fingerprint


def test_a_group_is_a_paragraph_in_all_its_languages(tmp_path: Path) -> None:
    files = {
        "en": write(tmp_path / "a.json", squad(ENGLISH)),
        "de": write(tmp_path / "b.json", squad(GERMAN)),
    }
    found = groups(read_squad(files))
    assert found["p"] == found["r"] == found["s"] != found["q"]
    assert len(set(groups(read_squad({"de": files["de"]})).values())) == 2


def test_unanswerable_questions_are_left_out(tmp_path: Path) -> None:
    content = squad(ENGLISH)
    for article in content["data"]:
        article["paragraphs"][0]["qas"][0]["is_impossible"] = True
    assert list(groups(read_squad({"en": write(tmp_path / "a.json", content)}))) == ["r"]
    content["data"].pop(0)
    path = write(tmp_path / "a.json", content)
    with pytest.raises(DataError, match=f"{path}: no answerable question"):
        read_squad({"en": path})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "not SQuAD JSON"),
        ({"version": "1.1"}, r"not SQuAD JSON .*'data'"),
        ({"data": [{"title": "Birds"}]}, r"not SQuAD JSON .*'paragraphs'"),
        (
            {"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "p"}]}]}]},
            r"not SQuAD JSON .*'question'",
        ),
        (squad({"c": {"p": None}}), "not SQuAD JSON"),  # type: ignore[dict-item]
        ({"data": []}, "no answerable question"),
        (squad({"c": {"p": " "}}), "question 'p' has an empty question or context"),
        (squad({"": {"p": "What?"}}), "question 'p' has an empty question or context"),
        (squad({"c": {"p": "What?"}, "d": {"p": "What?"}}), "question id 'p' occurs twice"),
        (b"", "not a readable JSON file"),
        (b'{"data": [', "not a readable JSON file"),
        (b'{"data": "\xff"}', "not a readable JSON file"),
        (b'{"data": "\\uDC00"}', "not a readable JSON file"),
    ],
)
def test_what_is_no_squad_is_told(tmp_path: Path, content: Any, message: str) -> None:
    path = write(tmp_path / "a.json", content)
    with pytest.raises(DataError, match=f"{path}: {message}"):
        read_squad({"en": path})


def test_a_bad_set_of_files_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", squad(ENGLISH))
    with pytest.raises(DataError, match="no file is given"):
        read_squad({})
    with pytest.raises(DataError, match=f"{path}: 'xx' is not a language code"):
        read_squad({"xx": path})
    with pytest.raises(DataError, match=r"absent\.json: no such file"):
        read_squad({"en": path, "de": tmp_path / "absent.json"})
    packed = tmp_path / "a.json.gz"
    packed.write_bytes(gzip.compress(path.read_bytes())[:-20])
    with pytest.raises(DataError, match=f"{packed}: not a readable JSON file"):
        read_squad({"en": packed})


PARAGRAPH = {
    "title": "Birds",
    "para": 0,
    "context": {"EN": "on cranes", "da": "om traner", "fi": " "},
    "qas": [
        {"id": "p", "q": {"en": "What is p?", "da": "", "fi": "Mikä p on?"}},
        {"id": "q", "q": {"en": "What is q?", "da": "Hvad er q?"}},
        {"id": "untranslated", "q": {"fi": "Mikä?"}},
    ],
}
SECOND = {**PARAGRAPH, "para": 1, "qas": [{"id": "r", "q": {"en": "What is r?"}}]}


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    return write(path, b"".join(json.dumps(row).encode() + b"\n" for row in rows))


def test_joined_squad_keeps_whole_pairs_only(tmp_path: Path) -> None:
    data = read_joined_squad(lines(tmp_path / "a.jsonl.gz", PARAGRAPH, SECOND))
    assert data.languages == ("da", "en")
    assert {row["id"]: row["query"] for row in data} == {
        "p": {"en": "What is p?"},
        "q": {"en": "What is q?", "da": "Hvad er q?"},
        "r": {"en": "What is r?"},
    }
    assert data.has_passage.tolist() == data.has_query.tolist()
    assert groups(data) == {"p": 0, "q": 0, "r": 1}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"context": {"xx": "c"}}, "key \"context\": 'xx' is not a language code"),
        ({"qas": [{"id": "r", "q": {"no tag": "What?"}}]}, "key \"q\": 'no tag' is not a language code"),
        ({"qas": [{"id": "p", "q": {"en": "What?"}}]}, "question id 'p' was used in line 1"),
        ({"qas": [{"id": "r", "q": "What?"}]}, "not a joined SQuAD paragraph"),
        ({"qas": [{"id": "r", "question": "What?"}]}, "not a joined SQuAD paragraph .*'q'"),
        ({"context": {"en": None}}, "not a joined SQuAD paragraph"),
    ],
)
def test_a_bad_paragraph_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = lines(tmp_path / "a.jsonl", PARAGRAPH, {**SECOND, **change})
    with pytest.raises(DataError, match=f"{path}: line 2: {message}"):
        read_joined_squad(path)


def test_a_joined_file_without_questions_is_told(tmp_path: Path) -> None:
    for rows in ([], [{**PARAGRAPH, "qas": []}]):
        with pytest.raises(DataError, match=r"a\.jsonl: no questions in the file"):
            read_joined_squad(lines(tmp_path / "a.jsonl", *rows))


@pytest.mark.usefixtures("mirror")
def test_the_real_squad_dev_is_read_whole() -> None:
    data = load_parallel("squad-dev-parallel")
    pairs = (data.has_query & data.has_passage).sum(axis=0)
    assert set(data.languages) == {"en", "es", "da", "zh", "it", "pt", "fi", "sv", "id"}
    assert len(data) == pairs[data.languages.index("en")] == 10_570  # SQuAD 1.1 dev: 10,570 questions
    assert data.groups.max() + 1 == 2_067  # on 2,067 paragraphs
    assert sorted(pairs)[0] == 4_402
    assert sorted(pairs)[-2] == 7_857
    assert data.has_query.tolist() == data.has_passage.tolist()


def test_an_answer_is_where_its_text_is(tmp_path: Path) -> None:
    context = "Der Fluss Alba ist 40 km lang. Er mündet bei Norda."
    said = {"wrong": ("Norda", 3), "right": ("Er", 31), "nearest": ("a", 47), "nowhere": ("Elbe", 3)}
    qas = [
        {"id": name, "question": "?", "answers": [{"text": text, "answer_start": start}]}
        for name, (text, start) in said.items()
    ]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": context, "qas": qas}]}]}))
    assert answer_starts(path) == {"wrong": context.index("Norda"), "right": 31, "nearest": context.rindex("a")}
