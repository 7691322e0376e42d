import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers.engines import Reversing
from isoglot.data.parallel import ParallelDataset
from isoglot.data.steps import Step
from isoglot.errors import DataError, StorageError, TranslationError
from isoglot.preparation.config import PrepareConfig
from isoglot.preparation.run import Prepared, prepare
from isoglot.translation.engine import Failed, Outcome


def run(content: dict[str, Any]) -> Prepared:
    return prepare(PrepareConfig.parse(content, where="prepare.toml"))


def test_sources_become_one_file_with_its_manifest(content: dict[str, Any], engine: Reversing) -> None:
    run(content)
    data = ParallelDataset.open(Path("out/pairs.parquet"))
    assert data.languages == ("de", "en", "es")
    assert all(row["query"]["es"] == row["query"]["en"][::-1] for row in data)
    assert [row["query"].get("de") for row in data].count("Deutscher one") == 1
    manifest = json.loads(Path("out/pairs.json").read_text())
    assert [(step["name"], step["items"]) for step in manifest["steps"]] == [("read", 11), ("translate", 11)]
    assert [source["items"] for source in manifest["steps"][0]["did"]["sources"]] == [10, 1]
    assert manifest["steps"][1]["did"]["engine"] == "reversing 1"


def test_what_the_labels_of_a_source_leave_out_is_in_the_manifest(content: dict[str, Any], engine: Reversing) -> None:
    items = [
        {"id": str(n), "query": {"en": f"question {n}"}, "passage": {"en": f"passage {n}"}, "label": label}
        for n, label in enumerate((1, 0, 0, "neutral", None))
    ]
    Path("labelled.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    run({**content, "sources": [{"data": "labelled.jsonl"}]})
    (source,) = json.loads(Path("out/pairs.json").read_text())["steps"][0]["did"]["sources"]
    assert source["items"] == 1
    assert source["left_out"] == {"negative items": 2, "neutral items": 1, "unlabelled items": 1}


def test_killed_while_translating_it_goes_on_and_does_nothing_twice(
    content: dict[str, Any], engine: Reversing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isoglot.translation.memory._BATCH_TEXTS", 4, raising=False)
    engine.breaks_at = "English"
    with pytest.raises(KeyboardInterrupt):
        run(content)
    assert not Path("out/pairs.parquet").exists()
    engine.breaks_at = ""
    run(content)
    assert len(engine.seen) == len(set(engine.seen))
    before = list(engine.seen)
    run(content)
    assert engine.seen == before


def test_a_changed_step_is_made_again_and_those_before_it_are_not(content: dict[str, Any], engine: Reversing) -> None:
    run(content)
    steps = {path.name: path.stat().st_mtime_ns for path in Path("out/pairs.steps").glob("*.parquet")}
    content["filter"] = {"skip": ["language"], "length": {"passage_least": 30}}
    run(content)
    after = {path.name: path.stat().st_mtime_ns for path in Path("out/pairs.steps").glob("*.parquet")}
    assert steps.items() <= after.items()
    assert [name for name in after if name not in steps] == [name for name in after if name.startswith("filter-")]


def test_what_an_engine_failed_at_is_tried_again_and_only_that(
    content: dict[str, Any], engine: Reversing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stream(texts: Sequence[str], *, source: str, target: str) -> Iterator[dict[int, Outcome]]:
        for place, text in enumerate(texts):
            yield {place: Failed("too long") if "English" in text else text[::-1]}

    monkeypatch.setattr(engine, "stream", stream, raising=False)
    did = run(content).steps[-1].facts
    assert (did["failed"], did["reasons"]) == (2, {"too long": 2})
    monkeypatch.delattr(engine, "stream")
    again = run(content).steps[-1]
    assert (again.kept, again.facts["failed"], again.facts["remembered"]) == (False, 0, again.facts["unique"] - 2)
    assert run(content).steps[-1].kept


def test_answers_are_marked_through_translation(content: dict[str, Any], engine: Reversing) -> None:
    questions = [("one", "small"), ("two", "sank"), ("three", "Nobody")]
    context = "The boat was small. It sank, near No. 5 pier. Nobody drowned."
    qas = [
        {"id": name, "question": f"{name}?", "answers": [{"text": answer, "answer_start": context.index(answer)}]}
        for name, answer in questions
    ]
    Path("squad.json").write_text(json.dumps({"data": [{"paragraphs": [{"context": context, "qas": qas}]}]}))
    content["sources"] = [{"data": {"en": "squad.json"}, "answers": "marked"}]
    passages = [row["passage"] for row in run(content).data]
    assert passages[0]["en"] == "⟦The boat was small.⟧ It sank, near No. 5 pier. Nobody drowned."
    assert passages[1]["es"] == ".llams saw taob ehT ⟦.reip 5 .oN raen ,knas tI⟧ .denword ydoboN"
    content["sources"][0]["answers"] = "sentence"
    assert [row["passage"]["en"] for row in run(content).data][1:] == [
        "It sank, near No. 5 pier.",
        "Nobody drowned.",
    ]
    qas[1]["answers"] = []
    Path("squad.json").write_text(json.dumps({"data": [{"paragraphs": [{"context": context, "qas": qas}]}]}))
    with pytest.raises(DataError, match=r"squad.json: question 'two' has no answer"):
        run(content)


def test_by_default_what_is_read_is_cleaned_and_what_is_translated_is_filtered(
    content: dict[str, Any], engine: Reversing
) -> None:
    del content["clean"], content["filter"]
    done = run(content)
    assert [step.name for step in done.steps] == ["read", "clean", "translate", "filter"]
    dropped = done.steps[-1].facts["dropped"]
    assert dropped["language"] > 0, "English backwards is no Spanish"


@pytest.mark.parametrize(
    ("folder", "file", "message"),
    [
        ("out/pairs.parquet", "", "pairs.parquet: a folder"),
        ("out/pairs.json", "", "pairs.json: a folder"),
        ("out", "out/pairs.steps", "pairs.steps: a file where the steps are kept"),
    ],
)
def test_an_output_that_cannot_be_written_is_refused_before_the_work(
    content: dict[str, Any], engine: Reversing, folder: str, file: str, message: str
) -> None:
    Path(folder).mkdir(parents=True)
    if file:
        Path(file).touch()
    with pytest.raises(StorageError, match=message):
        prepare(PrepareConfig.parse(content, where="test"))
    assert engine.seen == []


def test_a_missing_direction_is_told_before_the_work(
    content: dict[str, Any], engine: Reversing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(source: str, target: str) -> None:
        raise TranslationError(f"no direction from {source} to {target}.")

    monkeypatch.setattr(engine, "check", check)
    done: list[Step] = []
    with pytest.raises(TranslationError, match="no direction from en to es"):
        prepare(PrepareConfig.parse(content, where="test"), report=done.append)
    assert done == []


def test_a_step_whose_data_is_gone_is_made_again(content: dict[str, Any], engine: Reversing) -> None:
    config = PrepareConfig.parse(content, where="test")
    first = prepare(config)
    for kept in Path("out/pairs.steps").glob("read-*.parquet"):
        kept.unlink()
    again = prepare(config)
    assert [step.kept for step in again.steps] == [False, True]
    assert again.data.fingerprint == first.data.fingerprint
