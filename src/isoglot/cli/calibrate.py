"""``isoglot calibrate``: from which score on a hit is hardly one of a query without an answer."""

from typing import Annotated

import typer

from isoglot.cli.document import AsJson
from isoglot.cli.options import Verbose, several_data
from isoglot.cli.screen import show
from isoglot.summary import command


def calibrate(
    index: Annotated[str, typer.Argument(metavar="INDEX", help="What isoglot index made.")],
    text: Annotated[
        list[str],
        several_data("--text", "Data whose queries have no answer in the index, 200 or more a language."),
    ],
    rate: Annotated[
        float,
        typer.Option(metavar="X", help="False alarms: the share of such queries that may have a hit that passes."),
    ] = 0.05,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Find the score that a hit must pass, for each pair of query and passage language.

    The thresholds are kept in the index until its repair or its encoder changes.
    """
    from isoglot.cli.collections import loaded_collection
    from isoglot.cli.document import write_document
    from isoglot.cli.progress import embedding_progress
    from isoglot.search.falsealarms import calibrate as run
    from isoglot.search.index import Index

    searched = Index(index)
    asked = [loaded_collection(name, strict=False, keep_identical_ids=True, judged=False) for name in text]
    with embedding_progress() as progress:
        found = run(searched, asked, rate=rate, progress=progress)
    if as_json:
        write_document(found.to_dict())
        return
    from isoglot.report.searching import thresholds_summary

    then = command("search", searched.place, "YOUR QUERY", "--passing")
    show(thresholds_summary(found, place=searched.place, then=then), verbose=verbose)
