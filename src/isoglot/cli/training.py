"""Commands that train: ``train`` and ``demo``."""

from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.app import app


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="A TOML file; see docs/training.md.")],
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a key, such as batch.policy=mono."),
    ] = None,
    resume: Annotated[bool, typer.Option(help="Continue an unfinished run from its last checkpoint.")] = False,
) -> None:
    """Train an encoder with monolingual, cross-lingual, hybrid or mixed batches."""
    from isoglot.cli.progress import training_report
    from isoglot.training.config import TrainConfig
    from isoglot.training.train import train as run

    settings = TrainConfig.read(config, overrides or [])
    with training_report(settings.optimization.steps) as report:
        result = run(settings, resume=resume, report=report, say=typer.echo)
    typer.echo(f"{result.folder}: a sentence-transformers folder, trained for {result.record['steps']} steps.")


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="Where models, results and the page go.")] = Path("demo"),
) -> None:
    """Train the three arms on the built-in sample, evaluate them, and write a page with the results."""
    from isoglot.cli.progress import embedding_progress, training_report
    from isoglot.cli.tables import print_arms
    from isoglot.demo import run_demo

    found = run_demo(output, say=typer.echo, training=training_report, embedding=embedding_progress)
    print_arms(found.arms)
    for line in found.closing:
        typer.echo(line)
