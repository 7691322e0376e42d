"""``isoglot lint``: what a training run would do, before it does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.document import AsJson
from isoglot.cli.options import SaveReport, TrainOverrides, Verbose, number_in
from isoglot.cli.saving import check_targets, saved_first
from isoglot.cli.screen import show
from isoglot.limits import COUNTS
from isoglot.linting.findings import Severity
from isoglot.summary import command

_COLOURS: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow", "note": "bold"}


def lint(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="[DATA]... CONFIG",
            help="Read this training configuration, as `isoglot train` does. Data before it replaces its data.train.",
        ),
    ],
    overrides: TrainOverrides = None,
    processes: Annotated[int, number_in(COUNTS, "Assume that this many processes (GPUs) train together.")] = 1,
    save: SaveReport = None,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Predict what is wrong with a training run: shortcuts, false negatives, rare languages, cut texts, leaks.

    The exit status is 1 if training would refuse or fail.
    """
    check_targets([save], inputs=[Path(file) for file in files])
    from isoglot.linting.lint import lint as run
    from isoglot.linting.summary import lint_summary
    from isoglot.training.config import TrainConfig

    *data, config = files
    instead = [f"data.train={json.dumps(data)}"] if data else []
    report = run(TrainConfig.read(Path(config), [*instead, *(overrides or [])]), processes=processes)
    with saved_first(save, report, what="report", as_json=as_json):
        changed = [word for change in overrides or () for word in ("--set", change)]
        then = "" if report.fails or data else command("train", config, *changed)
        show(lint_summary(report, then=then, why="to train"), verbose=verbose)
    if report.fails:
        raise typer.Exit(1)
