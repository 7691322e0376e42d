"""``isoglot prepare``: training data from sources, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isoglot.cli.notices import say_note
from isoglot.cli.options import Verbose, set_such_as
from isoglot.cli.screen import show
from isoglot.summary import command
from isoglot.wording import counted

if TYPE_CHECKING:
    from isoglot.data.steps import Step


def prepare(
    file: Annotated[Path, typer.Argument(metavar="CONFIG", help="Read this TOML file; see docs/prepare.md.")],
    overrides: Annotated[list[str] | None, set_such_as("translate.to=['es']")] = None,
    verbose: Verbose = False,
) -> None:
    """Make training data from documents and data sets: read, clean, translate, filter."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.preparation.config import PrepareConfig
    from isoglot.preparation.run import prepare as run
    from isoglot.preparation.summary import prepared_summary, step_time

    def note(step: Step) -> None:
        say_note(f"{step.name}: {counted(len(step.data), 'items')}, {step_time(step)}")

    config = PrepareConfig.read(file, overrides or [])
    with embedding_progress() as progress:
        found = run(config, report=note, progress=progress)
    then = command("train", "CONFIG.toml", "--set", f'data.train=["{config.output}"]')
    show(prepared_summary(found, output=config.output, then=then, why="to train on them"), verbose=verbose)
