"""The command line as a whole: where its commands are, and how soon it is there."""

import os
import subprocess
import sys

import pytest

from isoglot.cli.app import app


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
        ["data", "list"],
    ]
    slow = {"torch", "sentence_transformers", "transformers", "datasets", "scipy.stats", "pandas"}
    code = f"""
import sys
from isoglot.cli import main
for command in {commands}:
    sys.argv = ["isoglot", *command]
    try: main()
    except SystemExit as end: assert not end.code
print(sorted({slow} & sys.modules.keys()))
"""
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={**os.environ, **path}
    )
    assert "xquad-r" in said.stdout
    assert "A and B are equal" in said.stdout
    assert said.stdout.splitlines()[-1] == "[]"
