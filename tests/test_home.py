"""A path that begins with ``~`` is in the home folder, once and for all, whoever names it."""

import json
from pathlib import Path
from typing import Any

import pytest

from helpers.commandline import run
from isoglot.preparation.config import PrepareConfig
from isoglot.studies.config import StudyConfig
from isoglot.training.config import TrainConfig


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    return tmp_path


def test_in_a_training_configuration(home: Path) -> None:
    content: dict[str, Any] = {
        "output": "~/out",
        "encoder": {"name": "e5-small"},
        "data": {"train": ["~/a.jsonl", {"de": "~/de.json"}, "sample/train"], "validation": "~/v.jsonl"},
        "leaks": {"against": ["~/test"]},
        "optimization": {"steps": 1},
    }
    config = TrainConfig.parse(content, where="test")
    assert config.output == home / "out"
    assert config.data.train == [str(home / "a.jsonl"), {"de": str(home / "de.json")}, "sample/train"]
    assert config.data.validation == str(home / "v.jsonl")
    assert config.leaks.against == [str(home / "test")]
    assert TrainConfig.parse({**content, "output": "a~b/~"}, where="test").output == Path("a~b/~")


def test_in_a_study(home: Path) -> None:
    content: dict[str, Any] = {
        "output": "~/study",
        "train": {"encoder": {"name": "e5-small"}, "optimization": {"steps": 1}},
        "arms": {"mono": {"batch": {"policy": "mono"}}},
        "domains": {"all": {"train": ["~/a.jsonl"]}},
        "tests": {"own": "~/own"},
    }
    config = StudyConfig.parse(content, where="test")
    assert (config.output, config.tests["own"]) == (home / "study", str(home / "own"))
    assert config.domains["all"].train == [str(home / "a.jsonl")]
    assert config.runs["mono"].output == home / "study"


def test_in_a_preparation(home: Path) -> None:
    sources = [{"data": "~/a.jsonl"}, {"documents": {"de": "~/pages"}, "domain": "help"}]
    config = PrepareConfig.parse({"output": "~/out.parquet", "sources": sources}, where="test")
    assert config.output == home / "out.parquet"
    assert config.sources[0].data == str(home / "a.jsonl")
    assert config.sources[1].documents == {"de": home / "pages"}


def test_on_the_command_line(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Shells leave ``--save=~/x`` as it is."""
    (home / "run").write_text("q1 Q0 p1 1 2.0 tag\nq1 Q0 p2 2 1.0 tag\n")
    (home / "qrels").write_text("q1 0 p1 1\n")
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    languages = ["--query-language", "en", "--passage-language=de"]
    for save in (["--save=~/one.json"], ["--save", "~/two.json"]):
        assert run(capsys, "score", "~/run", "~/qrels", *languages, *save)[0] == 0
    assert run(capsys, "compare", "~/one.json,~/two.json", "~/two.json,~/one.json", "--draws", "20")[0] == 0
    assert json.loads((home / "one.json").read_text())["collections"]
    assert not list(elsewhere.iterdir())
