"""``isoglot study``: arms x domains x seeds, and what they show."""

import re
from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.notices import say_note
from isoglot.cli.options import Html, Verbose, set_such_as
from isoglot.cli.saving import check_targets, page_of_results, saved_first
from isoglot.cli.screen import show
from isoglot.summary import command


def study(
    file: Annotated[Path, typer.Argument(metavar="CONFIG", help="Read this TOML file; see docs/studies.md.")],
    overrides: Annotated[list[str] | None, set_such_as("train.encoder.name=e5-small")] = None,
    shard: Annotated[
        str, typer.Option(metavar="I/N", help="Run every N-th cell from the I-th on, as one of N machines.")
    ] = "1/1",
    report: Annotated[bool, typer.Option("--report", help="Run nothing and report on what is there.")] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Run nothing and say what will be fetched and what is missing.")
    ] = False,
    changed: Annotated[
        bool, typer.Option("--changed", help="Run the cells again whose configuration changed.")
    ] = False,
    html: Html = None,
    verbose: Verbose = False,
) -> None:
    """Train and test arms x domains x seeds, and report their robustness to domain shift."""
    from isoglot.cli.progress import embedding_progress, training_report
    from isoglot.errors import ConfigError
    from isoglot.studies.config import StudyConfig
    from isoglot.studies.foresee import foresee
    from isoglot.studies.prepared import Watch
    from isoglot.studies.study import study as found
    from isoglot.studies.summary import needs_summary, study_summary

    part = _shard(shard)
    if plan and html is not None:
        raise ConfigError("--plan runs nothing, so there is nothing for a page to show: leave one of them out.")
    check_targets([html], inputs=[file])
    config = StudyConfig.read(file, overrides or [])
    then = command("study", str(file), *(word for change in overrides or () for word in ("--set", change)))
    if plan:
        needs = foresee(config)
        show(needs_summary(needs, then=then, why="to run it"), verbose=verbose)
        if needs.missing:
            raise typer.Exit(1)
        return
    watch = Watch(say=say_note, training=training_report, embedding=embedding_progress)
    result = found(config, name=str(file), run=not report, shard=part, changed=changed, watch=watch)
    page = page_of_results(result, title=f"Study {file.stem}")
    with saved_first(None, result, what="values", html=html, page=page, before={"report": result.page}):
        show(study_summary(result, then=then, why="to run the cells that are left"), verbose=verbose)
    if result.failures:
        raise typer.Exit(1)


def _shard(text: str) -> tuple[int, int]:
    from isoglot.errors import ConfigError

    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise ConfigError(f"--shard {text!r}: write it as i/n with i from 1 to n, such as 2/4.")
    return int(match[1]), int(match[2])
