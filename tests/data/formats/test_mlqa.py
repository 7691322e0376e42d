"""MLQA: a question is answered by its contexts in all languages; only files of one language twice are read."""

import json
from pathlib import Path
from typing import Any

import pytest

from isoglot.data.collection import Collection
from isoglot.data.formats.mlqa import read_mlqa
from isoglot.errors import DataError


def write(folder: Path, name: str, *paragraphs: tuple[str, dict[str, str]]) -> Path:
    """Paragraphs: a context and its questions by id."""
    held: list[Any] = [
        {"context": context, "qas": [{"id": key, "question": text} for key, text in questions.items()]}
        for context, questions in paragraphs
    ]
    path = folder / name.split("-")[0] / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"data": [{"title": "t", "paragraphs": held}]}), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(
        tmp_path,
        "test-context-en-question-en.json",
        ("Cranes dance.", {"p": "Who dances?", "q": "What do they do?"}),
        ("Herons wait.", {"r": "Who waits?"}),
    )
    write(
        tmp_path,
        "test-context-de-question-de.json",
        ("Reiher warten.", {"r": "Wer wartet?"}),
        ("Kraniche tanzen.", {"p": "Wer tanzt?"}),
    )
    write(tmp_path, "test-context-zh-question-zh.json", ("鹤跳舞。", {"q": "它们做什么？"}))
    write(tmp_path, "test-context-en-question-de.json", ("Not read.", {"x": "?"}))
    write(tmp_path, "dev-context-en-question-en.json", ("Owls fly.", {"o": "Who flies?"}))
    return tmp_path


def answers(collection: Collection) -> dict[str, set[str]]:
    queries, texts = collection.queries["id"].to_pylist(), collection.passages["text"].to_pylist()
    found: dict[str, set[str]] = {query: set() for query in queries}
    for query, passage in zip(collection.judgements.query, collection.judgements.passage, strict=True):
        found[queries[query]].add(texts[passage])
    return found


def test_a_question_is_answered_in_each_of_its_languages(folder: Path) -> None:
    made = read_mlqa(folder)
    dance = {"Cranes dance.", "Kraniche tanzen."}
    wait = {"Herons wait.", "Reiher warten."}
    do = {"Cranes dance.", "鹤跳舞。"}
    assert answers(made) == {"en/p": dance, "de/p": dance, "en/q": do, "zh/q": do, "en/r": wait, "de/r": wait}
    assert len(made.passages) == 5
    rows = {row["id"]: row for row in made.queries.to_pylist()}
    assert rows["en/p"]["group"] == rows["de/p"]["group"] != rows["en/q"]["group"]
    # English p and q share a paragraph, so all paragraphs of p and q are one cluster.
    assert rows["de/p"]["cluster"] == rows["zh/q"]["cluster"] != rows["en/r"]["cluster"] == rows["de/r"]["cluster"]


def test_languages_and_split_are_chosen(folder: Path) -> None:
    assert answers(read_mlqa(folder, languages=["de"])) == {"de/p": {"Kraniche tanzen."}, "de/r": {"Reiher warten."}}
    assert answers(read_mlqa(folder, split="dev")) == {"en/o": {"Owls fly."}}
    with pytest.raises(DataError, match=r"dev-context-de-question-de\.json: no such file"):
        read_mlqa(folder, split="dev", languages=["en", "de"])
    with pytest.raises(DataError, match=r"train-context-LANGUAGE-question-LANGUAGE\.json: no such file"):
        read_mlqa(folder, split="train")


def test_a_bad_file_is_named(folder: Path) -> None:
    path = write(folder, "test-context-zh-question-zh.json", ("鹤。", {"q": "?"}), ("鹭。", {"q": "?"}))
    with pytest.raises(DataError, match=f"{path}: question id 'q' occurs twice"):
        read_mlqa(folder)
    path.write_text("[]")
    with pytest.raises(DataError, match=f"{path}: not SQuAD JSON"):
        read_mlqa(folder)
