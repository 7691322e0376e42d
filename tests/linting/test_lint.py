"""The whole: findings of a run, the report that is saved, the exit status."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from isoglot.cli import main
from isoglot.errors import IsoglotError
from isoglot.linting.findings import LintFinding
from isoglot.linting.lint import lint
from isoglot.training.config import TrainConfig
from isoglot.training.train import train

LANGUAGES = ("de", "en", "es")


@pytest.fixture
def content(tmp_path: Path, tiny_encoder: Path) -> dict[str, Any]:
    """A configuration with nothing wrong: 60 items of their own in three languages."""
    rows = [
        {
            "id": f"i{n}",
            "group": f"g{n}",
            "query": {lang: f"{lang} q{n}" for lang in LANGUAGES},
            "passage": {lang: f"{lang} {n * 7919 % 10007} {n * 104729 % 1009}" for lang in LANGUAGES},
        }
        for n in range(60)
    ]
    items = write(tmp_path / "items.jsonl", rows)
    return {
        "output": str(tmp_path / "out"),
        "encoder": {"name": str(tiny_encoder)},
        "data": {"train": [items]},
        "leaks": {"against": [write(tmp_path / "exam.jsonl", [_alien()])]},
        "batch": {"policy": "hybrid", "size": 8},
        "optimization": {"steps": 8, "check_every": 4},
    }


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def _alien() -> dict[str, Any]:
    return {"id": "x", "query": {"en": "who came first"}, "passage": {"en": "nobody can tell any more who it was"}}


def found(content: dict[str, Any], **sections: Any) -> dict[str, LintFinding]:
    merged = {
        name: {**value, **sections.get(name, {})} if isinstance(value, dict) else value
        for name, value in content.items()
    }
    return {finding.subject: finding for finding in lint(TrainConfig.parse(merged, where="test")).findings}


def test_nothing_is_found_where_nothing_is_wrong(content: dict[str, Any]) -> None:
    pytest.importorskip("datasketch")
    assert {one.subject: one.message for one in found(content).values()} == {
        "leaks": "none of 60 items leaks into exam."
    }


@pytest.mark.parametrize(
    ("sections", "subject", "key"),
    [
        ({"batch": {"policy": "cross"}, "data": {"languages": ["de"]}}, "batches", "batch"),
        ({"batch": {"negatives": 1}}, "negatives", "batch.negatives"),
        ({"data": {"validation": 0.02}}, "validation", "data.validation"),
        ({"encoder": {"freeze_layers": 9}}, "encoder", "encoder"),
        ({"encoder": {"passage_tokens": 99}}, "encoder", "encoder"),
        ({"leaks": {"against": ["no-such-test"]}}, "leaks", "leaks.against"),
    ],
)
def test_errors_are_what_training_refuses(
    content: dict[str, Any], sections: dict[str, Any], subject: str, key: str
) -> None:
    pytest.importorskip("datasketch")
    merged = {
        name: {**value, **sections.get(name, {})} if isinstance(value, dict) else value
        for name, value in content.items()
    }
    errors = [finding for finding in found(content, **sections).values() if finding.severity == "error"]
    assert [(finding.subject, finding.key) for finding in errors] == [(subject, key)]
    assert key in errors[0].message
    with pytest.raises(IsoglotError):
        train(TrainConfig.parse(merged, where="test"))


def test_warnings_name_the_key_and_the_value(content: dict[str, Any], tmp_path: Path) -> None:
    pytest.importorskip("datasketch")
    rows = [json.loads(line) for line in Path(content["data"]["train"][0]).read_text().splitlines()]
    for row in rows[:12]:
        row["query"]["en"] = "Syntax"
    for row in rows[10:]:
        del row["query"]["es"], row["passage"]["es"]
    exam = {**_alien(), "passage": {"en": rows[1]["passage"]["de"]}}
    data = {"train": [write(tmp_path / "worse.jsonl", rows)]}
    leaks = {"against": [write(tmp_path / "leaking.jsonl", [exam])]}
    mixed = found(
        content, data=data, leaks=leaks, batch={"policy": "mixed"}, encoder={"passage_tokens": 8, "query_tokens": 30}
    )
    assert {(one.subject, one.key, one.value) for one in mixed.values() if one.severity == "warning"} == {
        ("language-shortcut", "batch.policy", "hybrid"),
        ("truncation", "encoder.passage_tokens", 19),
        ("ambiguous-queries", "data.max_query_repeats", 2),
        ("false-negatives", "data.max_query_repeats", 2),
        ("starved-language", "batch.policy", "hybrid"),
        ("leaks", "leaks.drop", True),
    }
    for expected in (".23", ".66", "2004.05484"):
        assert expected in mixed["language-shortcut"].message
    assert "'Syntax' on 12" in mixed["ambiguous-queries"].message
    assert "1 of 60 items leak into leaking" in mixed["leaks"].message
    rarely = found(content, data=data, batch={"alpha": 0.02}, optimization={"steps": 300})
    assert (rarely["starved-language"].key, rarely["starved-language"].value) == ("batch.alpha", 0.5)
    evenly = found(content, data=data, batch={"alpha": 0.5}, optimization={"steps": 300})
    assert "starved-language" not in evenly
    mono = found(content, data=data, batch={"policy": "mono"}, optimization={"steps": 200})
    assert "es" in mono["repeated-language"].message
    assert mono["repeated-language"].value == ["de", "en"]
    assert "starved-language" not in mono
    dropped = found(content, data=data, leaks={**leaks, "drop": True})
    assert dropped["leaks"].severity == "note"
    assert "1 items of groups" in dropped["leaks"].message


def test_the_command_prints_saves_and_exits_with_1_on_an_error(
    content: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("datasketch")
    keys = {
        f"{name}.{key}": value
        for name, section in content.items()
        if isinstance(section, dict)
        for key, value in section.items()
    }
    file = tmp_path / "run.toml"
    file.write_text(
        "".join(f"{key} = {json.dumps(value)}\n" for key, value in {"output": content["output"], **keys}.items())
    )
    saved = tmp_path / "report.json"

    def run(*more: str, data: Sequence[str] = ()) -> tuple[object, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["lint", *data, str(file), *more])
        return stopped.value.code, capsys.readouterr().out

    code, out = run("--set", "batch.policy=mixed", "--save", str(saved))
    assert code == 0
    assert "language-shortcut" in out
    report = json.loads(saved.read_text())
    assert [one["subject"] for one in report["findings"]] == ["language-shortcut", "leaks"]
    languages = report["languages"]
    assert sum(one["query"]["pairs"] for one in languages.values()) == 60  # eight steps: the last batch is short
    assert report["batches"]["shortcut"]["told_apart"] > 0.5
    assert report["config"]["batch"]["policy"] == "mixed"
    code, out = run("--processes", "8")
    assert code == 1
    assert "a batch of 64 cannot be filled" in " ".join(out.split())
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"id": "1", "query": {"en": "a"}, "passage": {"en": "b"}}) + "\n")
    code, out = run(data=[str(other)])
    assert code == 1
    assert "1 items" in out
    written = file.read_bytes()
    assert run("--save", str(file))[0] == 1
    assert file.read_bytes() == written
    Path(content["output"]).mkdir()
    code, out = run()
    assert code == 1
    assert "exists already" in " ".join(out.split())
