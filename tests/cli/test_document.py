"""``--json``: one document on standard output, messages and errors on standard error."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from helpers.commandline import run
from isoglot.cli.app import app
from isoglot.data.registry import available

CODE = "from isoglot.cli import main; main()"


@pytest.fixture
def scored(judged_run: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What ``score --json`` printed, of a run that it saved as well."""
    languages = ["--query-language", "en", "--passage-language", "passages.tsv"]
    code, said, noted = run(capsys, "score", "run", "qrels", *languages, "--save", "a.json", "--draws", "20", "--json")
    assert (code, noted) == (0, "results: a.json\n")
    return said


def test_the_document_is_what_is_saved(scored: str) -> None:
    assert json.loads(scored) == json.loads(Path("a.json").read_text())
    assert json.loads(scored).items() >= {"what": "isoglot score", "schema": 1}.items()


def test_it_stands_alone_whatever_is_printed(scored: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(scored)
    Path("b.json").write_text(json.dumps({**found, "encoder": "other"}))
    Path("b.topics.parquet").write_bytes(Path("a.topics.parquet").read_bytes())
    for words in (
        ["compare", "a.json", "b.json", "--draws", "20"],
        ["leaks", "sample/train", "--against", "sample/test@en", "--no-near", "-o", "clean.parquet"],
        ["mine", "sample/train@en", "--with", "bm25", "-o", "mined.parquet"],
    ):
        code, said, _ = run(capsys, *words, "--json")
        assert (code, json.loads(said)["what"]) == (0, f"isoglot {words[0]}")


def test_data_sets_are_listed_with_all_that_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "data", "list", "--json")[1])
    assert [entry["name"] for entry in found["data"]] == [entry.name for entry in available()]


@pytest.mark.parametrize(
    ("words", "code", "kind", "message"),
    [
        (["evaluate", "e5-small", "nope"], 1, "DataError", "There is no data set, file or folder 'nope'"),
        (["evaluate"], 2, "MissingParameter", "See isoglot evaluate --help."),
        (["evaluate", "e5-small"], 2, "BadParameter", "there is no collection: name one behind the encoder."),
        (["train", "run.toml"], 2, "NoSuchOption", "No such option: --json"),
    ],
)
def test_an_error_is_an_object_on_standard_error(
    words: list[str], code: int, kind: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said, line = run(capsys, *words, "--json")
    error = json.loads(line)["error"]
    assert (status, said) == (code, "")
    assert (error["exit_status"], error["kind"], message in error["message"]) == (code, kind, True)


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_closed_pipe_is_no_failure(more: list[str]) -> None:
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", CODE, "data", "list", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **path},
    ) as process:
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)


def test_what_gives_a_result_has_the_option() -> None:
    commands = get_command(app).commands
    listing = commands["data"].commands["list"]
    names = ("audit", "evaluate", "score", "compare", "leaks", "lint", "robustness", "debias", "mine")
    for command in (listing, *(commands[name] for name in names)):
        assert "--json" in [flag for option in command.params for flag in option.opts]
