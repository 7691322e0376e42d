"""What is shown: whatever stands in data and whatever the console is, nothing is lost and nothing is sent."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from isoglot.cli import main
from isoglot.cli.screen import visible

Score = Callable[[], int]


@pytest.fixture
def score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Score:
    """``isoglot score x[/]y.run qrels --save out.json``; the exit status."""
    monkeypatch.chdir(tmp_path)
    name = "x[bold]é\x1b[31mक.run"
    Path(name).write_text("q1 Q0 p1 1 2.0 t\nq1 Q0 p2 2 1.0 t\n")
    Path("qrels").write_text("q1 0 p1 1\n")

    def run() -> int:
        with pytest.raises(SystemExit) as ended:
            main(["score", name, "qrels", "--save", "out.json", "--draws", "20"])
        return int(ended.value.code or 0)

    return run


@pytest.mark.parametrize("encoding", ["cp932", "latin-1", "ascii", "utf-8"])
def test_a_console_shows_what_it_can(score: Score, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    assert score() == 0
    shown = written.getvalue().decode(encoding)
    assert "x[bold]" in shown  # a name is no markup
    assert "\x1b" not in shown
    assert "\\x1b[31m" in shown.replace("\n", "")
    assert ("क" if encoding == "utf-8" else "\\u0915") in shown
    assert json.loads(Path("out.json").read_text())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_device_loses_the_table_and_not_the_file(score: Score, monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert score() == 1
    assert json.loads(Path("out.json").read_text())


def test_a_reader_that_has_gone_is_no_failure(score: Score, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    assert score() == 0
    assert json.loads(Path("out.json").read_text())


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_closed_stream_is_no_failure(
    score: Score, closed: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, closed, None)  # as Python has it after >&- or 2>&-
    assert score() == 0
    assert json.loads(Path("out.json").read_text())
    Path("qrels").unlink()
    assert score() == 1
    shown = capsys.readouterr()
    assert ("error" in shown.err, "error" in shown.out) == (closed == "stdout", False)


def test_control_characters_are_visible() -> None:
    assert visible("a\tb\n") == "a\tb\n"
    assert visible("\x1b]0;title\x07\x9b1m\r") == "\\x1b]0;title\\x07\\x9b1m\\x0d"
    assert visible("‮إ") == "‮إ"  # no control character, and part of texts
