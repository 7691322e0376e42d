"""``isoglot leaks``: test texts in training data, counted, shown and left out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isoglot.cli.document import AsJson
from isoglot.cli.options import SaveReport, Verbose, data_arguments, number_in, output_to, several_data
from isoglot.cli.saving import check_data_output, check_targets, saved_first
from isoglot.cli.screen import say, show
from isoglot.limits import NUMBERS, SHARES
from isoglot.roles import Role
from isoglot.summary import command

if TYPE_CHECKING:
    from isoglot.leakage.findings import LeakKind

_KINDS: dict[Role, tuple[LeakKind, ...]] = {
    "query": ("exact", "near", "id", "translation"),
    "passage": ("exact", "near", "overlap", "translation"),
}


def leaks(
    train: Annotated[list[str], data_arguments("Training data: names of `isoglot data list` or files.")],
    against: Annotated[
        list[str], several_data("--against", "Test collections, which must not be in the training data.")
    ],
    near: Annotated[float, number_in(SHARES, "Lowest Jaccard index of a near duplicate.", metavar="X")] = 0.7,
    no_near: Annotated[bool, typer.Option("--no-near", help="Do not look for near duplicates.")] = False,
    overlap: Annotated[
        float, number_in(SHARES, "Share of a passage's 13-grams above which it leaks.", metavar="X")
    ] = 0.1,
    examples: Annotated[int, number_in(NUMBERS, "Number of examples to print of each kind.")] = 3,
    save: SaveReport = None,
    output: Annotated[
        Path | None, output_to("Write the training data without the groups that leak to this .parquet file.")
    ] = None,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Find test texts in training data: copies, near copies, long overlaps, and translations by id."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.data.load import load_parallel
    from isoglot.data.parallel import ParallelDataset
    from isoglot.leakage.leaks import LeakOptions
    from isoglot.leakage.leaks import leaks as found
    from isoglot.leakage.report import without_leaks
    from isoglot.report.leaks import leaks_summary

    if output is None:
        check_targets([save], inputs=[*train, *against])
    else:
        check_data_output(output, save=save, sources=[*train, *against])
    options = LeakOptions(near=None if no_near else near, overlap=overlap, examples=examples)
    data = [load_parallel(source) for source in train]
    with embedding_progress() as progress:
        report = found(data, against, names=train, options=options, progress=progress)
    kept = None
    if output is not None:
        kept = ParallelDataset.concatenate([without_leaks(dataset, report) for dataset in data])
        kept.save(output)
    with saved_first(save, report, what="report", as_json=as_json):
        tested = [word for name in against for word in ("--against", name)]
        then = command("leaks", *train, *tested, "-o", "CLEAN.parquet") if output is None and not report.clean else ""
        show(leaks_summary(report, then=then, why="to leave out what leaks"), verbose=verbose)
    if kept is not None:
        say(f"{len(kept):,} items without the leaking groups: {output}")
