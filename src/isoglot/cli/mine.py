"""``isoglot mine``: hard negatives for training data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from isoglot.cli.document import AsJson
from isoglot.cli.notices import say_left_out
from isoglot.cli.options import TrainingData, Verbose, number_in, output_to, save_as_json, seed_of
from isoglot.cli.saving import check_data_output, saved_first
from isoglot.cli.screen import show
from isoglot.limits import COUNTS, NUMBERS, SHARES
from isoglot.summary import command


def mine(
    data: TrainingData,
    output: Annotated[Path, output_to("Write the data with its negatives to this .parquet file.")],
    finder: Annotated[
        str, typer.Option("--with", metavar="FINDER", help="Rank by bm25 or by an encoder, such as e5-small.")
    ],
    queries: Annotated[
        Literal["same", "cross", "both"],
        typer.Option(help="Search a language's passages with queries of the same language, of the others, or both."),
    ] = "same",
    num_negatives: Annotated[int, number_in(COUNTS, "Give each item this many negatives in each language.")] = 4,
    range_min: Annotated[int, number_in(NUMBERS, "Skip this many of a query's first hits.")] = 0,
    range_max: Annotated[int, number_in(COUNTS, "Take negatives down to this rank.")] = 50,
    relative_margin: Annotated[
        float,
        number_in(SHARES, "Drop passages that score above the positive's score reduced by this share.", metavar="X"),
    ] = 0.05,
    no_relative_margin: Annotated[
        bool, typer.Option("--no-relative-margin", help="Drop nothing by --relative-margin.")
    ] = False,
    absolute_margin: Annotated[
        float | None,
        number_in(NUMBERS, "Drop passages that score above the positive's score reduced by this much.", metavar="X"),
    ] = None,
    short: Annotated[
        Literal["fill", "drop"],
        typer.Option(help="Fill items that have too few negatives with random passages, or drop these items."),
    ] = "fill",
    seed: Annotated[int, seed_of("the passages that fill")] = 0,
    save: Annotated[Path | None, save_as_json("the counts")] = None,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Add hard negatives to training data: passages that rank high and do not answer the query."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.data.given import given_parallel
    from isoglot.mining.mine import mine as mined
    from isoglot.mining.options import MiningOptions
    from isoglot.report.mined import mining_summary

    options = MiningOptions(
        queries=queries,
        num_negatives=num_negatives,
        range_min=range_min,
        range_max=range_max,
        relative_margin=None if no_relative_margin else relative_margin,
        absolute_margin=absolute_margin,
        short=short,
        seed=seed,
    )
    check_data_output(output, save=save, sources=[data])
    loaded = given_parallel(data, to_train=True)
    say_left_out(str(data), loaded.left_out)
    with embedding_progress() as progress:
        found = mined(loaded, finder, options=options, progress=progress)
    result, report = found.data, found.report
    result.save(output)
    with saved_first(save, report, what="report", as_json=as_json):
        then = command("train", "CONFIG.toml", "--set", f'data.train=["{output}"]')
        show(mining_summary(report, output=str(output), then=then, why="to train on them"), verbose=verbose)
