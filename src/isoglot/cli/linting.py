"""The command that predicts what training would do: ``lint``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.app import app


@app.command()
def lint(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="[DATA]... CONFIG",
            help="A training configuration, as for `isoglot train`; before it, data in the place of its data.train.",
        ),
    ],
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a key, such as batch.policy=mono."),
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="How many processes (GPUs) will train together.")] = 1,
    save: Annotated[Path | None, typer.Option(help="Write the report to this JSON file.")] = None,
) -> None:
    """Predict what a training run would do: shortcuts, false negatives, starved languages, cut texts, leaks.

    The exit status is 1 if training would refuse or fail.
    """
    from isoglot.cli.lintreport import print_lint
    from isoglot.files import check_target
    from isoglot.linting.lint import lint as run
    from isoglot.training.config import TrainConfig

    if save is not None:
        check_target(save, taken=files)
    *data, config = files
    instead = [f"data.train={json.dumps(data)}"] if data else []
    report = run(TrainConfig.read(Path(config), [*instead, *(overrides or [])]), processes=processes)
    print_lint(report)
    if save is not None:
        report.save(save)
        typer.echo(f"report: {save}")
    if report.fails:
        raise typer.Exit(1)
