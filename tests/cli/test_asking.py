"""Texts leave this machine for a public host only after a question, which --yes answers."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from rich.console import Console

from helpers.commandline import refusal, run
from helpers.embedding import EmbeddingServer
from helpers.server import serving
from isoglot.cache import CACHE_VARIABLE
from isoglot.cli import progress
from isoglot.cli.watch import WATCH
from isoglot.encoder import openai

_EVALUATE = ("evaluate", "openai:m", "sample/test@en,de", "--draws", "20", "--settings", "mono")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-7")
    with serving(EmbeddingServer) as one:
        monkeypatch.setenv("OPENAI_BASE_URL", one.url)
        yield one


def test_a_public_host_is_asked_about_once_and_before_anything_is_sent(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(openai, "is_private", lambda host: False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    said = refusal(capsys, *_EVALUATE)
    assert "nobody can be asked here, and nothing was sent: openai:m: send up to 224 texts (about " in said
    assert said.endswith(" tokens) to 127.0.0.1? Add --yes to agree.\n")
    questions: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", lambda question, **_: questions.append(f"{question} {WATCH.quiet}"))
    assert "nothing was sent." in refusal(capsys, *_EVALUATE)
    assert (len(questions), server.asked) == (1, [])
    assert questions[0].endswith("to 127.0.0.1? True")  # the watch is silent
    code, _, err = run(capsys, *_EVALUATE, "--yes")
    assert (code, len(questions), len(server.texts)) == (0, 1, 224)
    assert "sk-7" not in err


def test_no_bar_is_drawn_into_a_question() -> None:
    with progress._bars(Console(file=io.StringIO(), force_terminal=True)) as bar:
        with progress.bars_away():
            assert not bar.live.is_started
        assert bar.live.is_started


def test_an_index_and_negatives_by_it(
    server: EmbeddingServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "index")
    code, _, err = run(capsys, "index", "sample/test@en", "--encoder", "openai:m", "-o", place)
    assert (code, err.count("sends up to")) == (0, 1)
    assert len(server.texts) == 48 + 1  # the width is asked for by one text
    code, _, _ = run(capsys, "search", place, "Where?", "--json")
    assert (code, server.texts[-1]) == (0, "Where?")
    mined = ("mine", "sample/train@en,de", "--with", "openai:m", "-o", str(tmp_path / "mined.parquet"))
    code, _, err = run(capsys, *mined, "--num-negatives", "1")
    assert (code, err.count("sends up to")) == (0, 1)


def test_a_host_of_ones_own_is_told_about_and_what_is_cached_is_not(
    server: EmbeddingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "openai:m: sends up to 224 texts (about " in run(capsys, *_EVALUATE)[2]
    assert "sends" not in run(capsys, *_EVALUATE)[2]
    assert len(server.texts) == 224
