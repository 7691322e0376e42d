"""``isoglot train``: an encoder from a configuration."""

from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.options import Html, TrainOverrides
from isoglot.cli.saving import check_targets, page_of_results, saved_first
from isoglot.cli.screen import say, show
from isoglot.summary import Summary, command
from isoglot.wording import counted


def train(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Read this TOML file; see docs/training.md.")],
    overrides: TrainOverrides = None,
    resume: Annotated[bool, typer.Option(help="Continue an unfinished run from its last checkpoint.")] = False,
    html: Html = None,
) -> None:
    """Train an encoder with monolingual, cross-lingual, hybrid, grid or mixed batches."""
    from isoglot.cli.progress import training_report
    from isoglot.training.config import TrainConfig
    from isoglot.training.processes import leads
    from isoglot.training.train import train as run

    check_targets([html], inputs=[config])
    settings = TrainConfig.read(config, overrides or [])
    with training_report(settings.optimization.steps) as report:
        result = run(settings, resume=resume, report=report, say=say)
    steps = counted(int(result.record["steps"]), "steps")
    done = f"{result.folder} is a sentence-transformers folder, trained for {steps}."
    then = command("audit", str(result.folder), "YOUR_COLLECTION")
    page = page_of_results(result, title=f"Training of {result.folder.name}")
    there = {"encoder": result.folder}
    with saved_first(None, result, what="log", html=html if leads() else None, page=page, before=there):
        show(Summary(finding=(done,), then=then, why="to see how it ranks"))
