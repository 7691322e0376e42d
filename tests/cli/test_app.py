"""The command line as a whole: where its commands are, and how soon it is there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.commandline import run
from isoglot.cli.app import app

_SLOW = {"torch", "sentence_transformers", "transformers", "datasets", "scipy.stats", "pandas"}


def test_every_command_is_defined_in_the_module_of_its_name() -> None:
    commands = {command.name or command.callback.__name__: command.callback for command in app.registered_commands}
    assert {"audit", "evaluate", "compare", "leaks", "lint", "train"} <= commands.keys()
    for name, callback in commands.items():
        assert callback.__module__ == f"isoglot.cli.{name}"
    for group in app.registered_groups:
        for command in group.typer_instance.registered_commands:
            assert command.callback.__module__ == f"isoglot.cli.{group.name}"


@pytest.mark.usefixtures("judged_run")
def test_what_needs_no_encoder_starts_without_what_is_slow_to_import() -> None:
    languages = ["--query-language", "en", "--passage-language", "passages.tsv"]
    commands = [
        ["score", "run", "qrels", *languages, "--save", "a.json"],
        ["compare", "a.json", "a.json", "--draws", "20"],
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
