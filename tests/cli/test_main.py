"""What all commands share: how an error looks, and its exit status."""

import re
from importlib import import_module
from pathlib import Path
from unittest.mock import Mock

import pytest

from helpers.commandline import run
from isoglot.cli.help import EXIT_CODES


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["evaluate", "ENCODER", "xqua"], "did you mean xquad-r"),
        (["evaluate", "ENCODER", "no/such/folder.jsonl"], "no such file"),
        (["evaluate", "./nowhere", "sample/test"], "no such folder"),
        (["train", "absent.toml"], "absent.toml: no such file"),
        (["data", "fetch", "mlq"], "did you mean mlqa-r"),
        (["data", "fetch", "my-docz"], "There is no data set, file or folder 'my-docz'"),
    ],
)
def test_errors_are_one_sentence(
    capsys: pytest.CaptureFixture[str], tiny_encoder: Path, arguments: list[str], sentence: str
) -> None:
    code, out, err = run(capsys, *[str(tiny_encoder) if word == "ENCODER" else word for word in arguments])
    assert code == 1
    assert sentence in err
    assert err.startswith("error: ")
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in out + err


def test_too_little_memory_and_logins_of_addresses_are_no_surprise(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for error, sentence in (
        (MemoryError(), "needs more memory than there is"),
        (RuntimeError("http://me:p@ss@host:80/x"), "http://***@host:80/x"),
    ):
        monkeypatch.setattr(import_module("isoglot.cli.main"), "app", Mock(side_effect=error))
        code, _, err = run(capsys, "data")
        assert code == 1
        assert sentence in err


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "train", "absent.toml", "--debug")
    assert code == 1
    assert "Traceback" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["train"],
        ["nosuch"],
        ["evaluate", "e5-small", "sample/test", "--memory-mib", "0"],
        ["evaluate", "", "sample/test"],
        ["evaluate", "e5-small", "sample/test", "--save", " "],
        ["evaluate", "e5-small", "sample/test", "--save="],
    ],
)
def test_a_usage_error_says_so_and_exits_with_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert "unexpected" not in err
    assert (out, len(err.splitlines())) == ("", 1)
    assert re.search(r"See isoglot( train| evaluate)? --help\.$", err.rstrip())


@pytest.mark.parametrize("arguments", [[], ["--quiet"], ["data"], ["--debug", "cache"]])
def test_a_command_without_a_name_shows_the_help(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, err) == (2, "")
    assert out.startswith("Usage: isoglot ")


def test_exit_statuses_are_those_of_the_documented_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "commands.md"
    rows = re.findall(r"^\| (\d+) \| ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [int(code) for code in rows] == list(EXIT_CODES)


def test_ctrl_c_exits_with_130(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isoglot.data.registry.available", Mock(side_effect=KeyboardInterrupt))
    code, _, err = run(capsys, "data", "list")
    assert (code, "stopped by Ctrl-C" in err) == (130, True)
