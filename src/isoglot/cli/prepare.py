"""``isoglot prepare``: training data from sources, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isoglot.cli.options import set_such_as
from isoglot.cli.screen import say
from isoglot.wording import tally

if TYPE_CHECKING:
    from isoglot.data.steps import Step


def prepare(
    file: Annotated[Path, typer.Argument(metavar="CONFIG", help="A TOML file; see docs/prepare.md.")],
    overrides: Annotated[list[str] | None, set_such_as("translate.to=['es']")] = None,
) -> None:
    """Make training data from documents and data sets: read, clean, translate, filter."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.preparation.config import PrepareConfig
    from isoglot.preparation.run import prepare as run

    config = PrepareConfig.read(file, overrides or [])
    with embedding_progress() as progress:
        run(config, report=_print, progress=progress)
    say(f"data: {config.output}, what was done: {config.output.with_suffix('.json')}")


def _print(step: Step) -> None:
    """What is there after a step, and what it dropped."""
    both = (step.data.has_query & step.data.has_passage).sum(axis=0).tolist()
    languages = tally(dict(zip(step.data.languages, both, strict=True)))
    when = "done before" if step.kept else f"{step.facts['seconds']:,.1f} s"
    say(f"{step.name}: {len(step.data):,} items ({languages}), {when}")
    if "unique" in step.facts:
        say("  {texts:,} texts, {unique:,} different, {remembered:,} remembered; {engine}".format(**step.facts))
    for what, counts in _lost(step.facts):
        if any(counts.values()):
            say(f"  {what}: {tally({reason: count for reason, count in counts.items() if count})}")


def _lost(facts: dict[str, Any]) -> list[tuple[str, dict[str, int]]]:
    """(What, reason -> count) of what a step left out."""
    if "unique" in facts:
        unusable = {reason: facts[reason] for reason in ("empty", "untranslated")}
        return [("left out", {**unusable, **facts["reasons"]})]
    if "dropped" in facts:
        return [("texts dropped", facts["dropped"])]
    return [("not used", source["lost"]) for source in facts["sources"] if "lost" in source]
