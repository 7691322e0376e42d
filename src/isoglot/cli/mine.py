"""``isoglot mine``: hard negatives for training data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from isoglot.cli.notices import say_left_out
from isoglot.cli.options import TrainingData, save_as_json, seed_of
from isoglot.cli.saving import saved_first
from isoglot.cli.screen import Screen, say

if TYPE_CHECKING:
    from isoglot.mining.report import MiningReport


def mine(
    data: TrainingData,
    output: Annotated[Path, typer.Option("--output", "-o", help="Write the data with its negatives to this .parquet.")],
    finder: Annotated[str, typer.Option("--with", help="bm25, or an encoder as for evaluate, such as e5-small.")],
    languages: Annotated[
        Literal["same", "cross", "both"],
        typer.Option(help="Whose queries look for negatives in a language: same, cross or both."),
    ] = "same",
    negatives: Annotated[int, typer.Option(min=1, help="Negatives of an item in each language.")] = 4,
    depth: Annotated[int, typer.Option(min=1, help="How far down a query's ranking they are taken from.")] = 50,
    margin: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Drop what scores above this share of the positive's score.")
    ] = 0.95,
    no_margin: Annotated[bool, typer.Option("--no-margin", help="Leave that out.")] = False,
    absolute_margin: Annotated[
        float | None, typer.Option(min=0.0, help="Drop what scores above the positive's score less this.")
    ] = None,
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many of the best of every query.")] = 0,
    short: Annotated[
        Literal["fill", "drop"], typer.Option(help="Items with fewer: fill with random passages, or drop them.")
    ] = "fill",
    seed: Annotated[int, seed_of("the passages that fill")] = 0,
    save: Annotated[Path | None, save_as_json("the counts")] = None,
) -> None:
    """Give every item hard negatives: passages that rank high for its query and do not answer it."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.data.load import load_parallel
    from isoglot.encoder.lazy import LazyEncoder
    from isoglot.errors import ConfigError
    from isoglot.files import check_target
    from isoglot.mining.bm25 import Bm25
    from isoglot.mining.dense import Dense
    from isoglot.mining.mine import mine as mined
    from isoglot.mining.options import MiningOptions

    options = MiningOptions(
        languages=languages,
        negatives=negatives,
        depth=depth,
        margin=None if no_margin else margin,
        absolute_margin=absolute_margin,
        skip=skip,
        short=short,
        seed=seed,
    )
    if output.suffix != ".parquet":
        raise ConfigError(f"{output}: the name must end in .parquet, which training data with negatives is read from.")
    check_target(output, taken=[data])
    if save is not None:
        check_target(save, taken=[data, output])
    loaded = load_parallel(data)
    say_left_out(str(data), loaded.left_out)
    with embedding_progress() as progress:
        found = (
            Bm25(loaded, progress=progress)
            if finder == "bm25"
            else Dense(LazyEncoder(finder), loaded, name=finder, progress=progress)
        )
        result, report = mined(loaded, found, options=options, progress=progress)
    result.save(output)
    with saved_first(save, report, what="report"):
        _print(report)
        say(f"{len(result):,} items with {negatives} negatives in each language, to be trained on: {output}")


def _print(report: MiningReport) -> None:
    console = Screen()
    columns = ("items", "ranked", "too near", "mined", "items short", "random")
    table = Table("in", *columns, title=f"{report.finder}, {report.options.languages}, {report.seconds:,.0f} s")
    for language, count in report.languages.items():
        shown = (count.items, count.candidates, count.dropped, count.mined, count.items_short, count.filled)
        table.add_row(language, *(f"{number:,}" for number in shown))
    console.print(table)
    short, items = (sum(getattr(c, name) for c in report.languages.values()) for name in ("items_short", "items"))
    if short > items / 4 and report.options.margin is not None:
        console.print(
            f"{short / items:.0%} of items are short. An encoder that scores every pair high needs a margin nearer "
            "to 1 (e5 models: --margin .99), and one that ranks positives low a greater --depth; see docs/mining.md."
        )
    if report.left_out:
        console.print(f"{report.left_out:,} items are left out: they lack negatives in a language of their passages.")
