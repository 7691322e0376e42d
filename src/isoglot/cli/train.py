"""``isoglot train``: an encoder from a configuration."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.options import Html, TrainOverrides
from isoglot.cli.saving import check_targets, saved_first
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
    from isoglot.report.page.compose import Extras, page_of
    from isoglot.training.config import TrainConfig
    from isoglot.training.processes import leads
    from isoglot.training.train import train as run

    settings = TrainConfig.read(config, overrides or [])
    check_targets([html])
    with training_report(settings.optimization.steps) as report:
        result = run(settings, resume=resume, report=report, say=say)
    steps = counted(int(result.record["steps"]), "steps")
    done = f"{result.folder} is a sentence-transformers folder, trained for {steps}."
    then = command("audit", str(result.folder), "YOUR_COLLECTION")
    page = partial(page_of, result, extras=Extras(title=f"Training of {result.folder.name}"))
    with saved_first(None, result, what="encoder", html=html if leads() else None, page=page):
        show(Summary(finding=(done,), then=then, why="to see how it ranks"))
