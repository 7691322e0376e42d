"""The command line as a whole: where its commands are, and how soon it is there."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from helpers.commandline import refusal, run
from isoglot.cli.app import app
from isoglot.cli.examples import EXAMPLES
from isoglot.cli.help import ANYWHERE

_SLOW = {"torch", "sentence_transformers", "transformers", "datasets", "scipy.stats", "pandas"}


def test_every_command_is_defined_in_the_module_of_its_name() -> None:
    commands = {command.name or command.callback.__name__: command.callback for command in app.registered_commands}
    assert {"audit", "evaluate", "compare", "leaks", "lint", "train"} <= commands.keys()
    for name, callback in commands.items():
        assert callback.__module__ == f"isoglot.cli.{name}"
    for group in app.registered_groups:
        for command in group.typer_instance.registered_commands:
            assert command.callback.__module__ == f"isoglot.cli.{group.typer_instance.info.name}"


@pytest.mark.usefixtures("judged_run")
def test_what_needs_no_encoder_starts_without_what_is_slow_to_import() -> None:
    languages = ["--query-language", "en", "--passage-language", "passages.tsv"]
    commands = [
        ["score", "run", "qrels", *languages, "--save", "a.json"],
        ["score", "run", "qrels", *languages, "--save", "b.json"],
        ["compare", "a.json", "b.json", "--draws", "20"],
    ]
    said = _run([*commands, ["data", "list"]])
    assert "xquad-r" in said
    assert "A and B are equal" in said
    assert said.splitlines()[-1] == "[]"


def test_evaluating_from_cached_embeddings_imports_nothing_that_encodes(
    capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path
) -> None:
    encoder = shutil.copytree(tiny_encoder, tmp_path / "encoder")
    for file in encoder.rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    loaded, cached = tmp_path / "loaded.json", tmp_path / "cached.json"
    asked = [str(encoder), "sample/test", "--draws", "20", "--save"]
    assert run(capsys, "evaluate", *asked, str(loaded))[0] == 0
    assert _run([["evaluate", *asked, str(cached)], ["audit", *asked[:-1]]]).splitlines()[-1] == "[]"
    assert cached.read_bytes() == loaded.read_bytes()


def _run(commands: list[list[str]]) -> str:
    """Standard output of commands that one process runs, and what is slow to import and was imported."""
    code = f"""
import sys
from isoglot.cli import main
for command in {commands}:
    sys.argv = ["isoglot", *command]
    try: main()
    except SystemExit as end: assert not end.code
print(sorted({_SLOW} & sys.modules.keys()))
"""
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={**os.environ, **path}
    )
    return said.stdout


def test_every_command_ends_its_help_with_two_examples_that_it_takes() -> None:
    commands = dict(_commands(get_command(app)))
    assert commands.keys() == EXAMPLES.keys()
    for name, command in commands.items():
        assert len(EXAMPLES[name]) == 2
        for example in EXAMPLES[name]:
            program, *words = (word for word in shlex.split(example.partition("|")[0]) if word not in ANYWHERE)
            assert (program, " ".join(words).startswith(name)) == ("isoglot", True)
            command.make_context(name, words[len(name.split()) :])  # parses, or raises a usage error


@pytest.mark.parametrize("words", [[], *(name.split() for name in EXAMPLES)])
def test_help_fits_80_columns_and_cuts_nothing(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, said, _ = run(capsys, *words, "--help")
    assert code == 0
    assert max(map(len, said.splitlines())) <= 80
    assert "…" not in said
    assert "<str>" not in said
    assert said.splitlines()[-1] == (f"  {EXAMPLES[' '.join(words)][1]}" if words else "  130  Ctrl-C stopped it.")


def test_commands_are_listed_in_groups(capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "--help")[1]
    places = [
        said.index(f"\n{word}") for word in ("Start here:", "Measure:", "Data:", "Train:", "Repair:", "Exit status:")
    ]
    assert places == sorted(places)
    assert said.index("\n  data ") < said.index("\n  prepare ")


def test_a_flag_has_one_meaning() -> None:
    """Its help is one; these flags do one thing to what each command saves, draws, writes, measures or applies."""
    free = {"--save", "--output", "--seed", "--draws", "--set", "--margin", "--strength", "--measure", "--settings"}
    meanings: dict[str, set[str]] = {}
    for _, command in _commands(get_command(app)):
        for option in command.params:
            for flag in option.opts:
                if flag.startswith("--") and flag not in free:
                    meanings.setdefault(flag, set()).add(option.help)
    assert {flag: said for flag, said in meanings.items() if len(said) > 1} == {}


def test_a_list_is_repeated_or_has_commas(capsys: pytest.CaptureFixture[str]) -> None:
    """Unknown names show what was taken for one."""
    for words in (
        ["evaluate", "e5-small", "sample/test", "--measure", "AP,nope"],
        ["evaluate", "e5-small", "sample/test@en,de,nope"],
        ["leaks", "sample/train", "--against", "sample/test@en,de,nope"],
        ["robustness", "e5-small", "sample/test", "--settings", "mono,nope"],
    ):
        assert "'nope'" in refusal(capsys, *words)


@pytest.mark.parametrize(
    ("named", "arguments"),
    [
        ("DATA", ["evaluate", "e5-small", "sample/test,"]),
        ("DATA", ["evaluate", "e5-small", "sample/test@en,,de"]),
        ("--measure", ["evaluate", "e5-small", "sample/test", "--measure", "AP,,RR"]),
        ("--against", ["leaks", "sample/train", "--against", ","]),
        ("'a.json,,b.json'", ["compare", "a.json,,b.json", "c.json"]),
    ],
)
def test_an_empty_item_of_a_list_is_named(capsys: pytest.CaptureFixture[str], named: str, arguments: list[str]) -> None:
    code, said, sentence = run(capsys, *arguments)
    assert (code, said) == (2, "")
    assert named in sentence
    assert "has an empty item" in sentence


def test_names_are_completed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_ISOGLOT_COMPLETE", "complete_bash")
    for line, expected in (("isoglot ev", "evaluate"), ("isoglot evaluate e5-small xquad-", "xquad-r")):
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(line.count(" ")))
        assert run(capsys)[:2] == (0, f"{expected}\n")


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version")[:2] == (0, f"isoglot {version('isoglot')}\n")


def _commands(group: Any, *before: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, *before, name)
        else:
            yield " ".join([*before, name]), command
