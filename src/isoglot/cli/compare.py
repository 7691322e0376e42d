"""``isoglot compare``: two encoders, question by question."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isoglot.cli.document import AsJson
from isoglot.cli.notices import warn_of_seen
from isoglot.cli.options import Html, Seed, Verbose, draws_for, no_loss_margin, save_as_json, several, split_commas
from isoglot.cli.saving import check_targets, page_of_results, saved_first
from isoglot.cli.screen import show
from isoglot.summary import command

if TYPE_CHECKING:
    from isoglot.evaluation.comparison.comparison import Comparison


def compare(
    a: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="Read results of A from a file that `isoglot evaluate --save` wrote. Put commas between files of "
            "several seeds.",
        ),
    ],
    b: Annotated[
        list[str],
        typer.Argument(
            metavar="B...",
            help="Read results of B likewise. Every difference is B minus A. Each of several is compared with A.",
        ),
    ],
    margin: Annotated[
        float | None,
        no_loss_margin("Test whether B loses no more than this against A, and whether both are equivalent within it."),
    ] = None,
    confirm: Annotated[
        list[str] | None,
        several(
            "--confirm",
            "Base claims on these values, such as multi/map; their p values are corrected together. Default: mAP of "
            "each setting.",
            metavar="TABLE/NAME",
        ),
    ] = None,
    save: Annotated[Path | None, save_as_json("the comparison")] = None,
    html: Html = None,
    draws: Annotated[int, draws_for("Draw this many sign flips and this many bootstrap resamples.")] = 10_000,
    seed: Seed = 0,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Test whether one encoder is better than another, question by question."""
    from isoglot.errors import ConfigError
    from isoglot.evaluation.comparison.compare import CompareOptions
    from isoglot.evaluation.comparison.compare import compare as run_comparison
    from isoglot.evaluation.saved import read_results
    from isoglot.report.comparison import comparison_summaries

    if len(b) > 1 and (save is not None or as_json):
        raise ConfigError("--save and --json are of one comparison: name one B, or write a page of several by --html.")
    options = CompareOptions(margin=margin, confirmatory=confirm, draws=draws, seed=seed)
    sides = [[Path(os.path.expanduser(name)) for name in split_commas(side)] for side in (a, *b)]
    files = list(dict.fromkeys(path for side in sides for path in side))
    check_targets([save, html], inputs=files)
    read = {path: read_results(path) for path in files}
    first, *others = [[read[path] for path in side] for side in sides]
    comparisons = [run_comparison(first, other, options=options) for other in others]
    for each in comparisons:
        _warn(each)
    page = page_of_results([*read.values(), *comparisons])
    with saved_first(save, comparisons[0], what="comparison", as_json=as_json, html=html, page=page):
        then, why = ("", "") if verbose else (command("compare", a, *b, "--verbose"), "to see every value and language")
        summaries = [list(comparison_summaries(each)) for each in comparisons]
        summaries[-1] = list(comparison_summaries(comparisons[-1], then=then, why=why))
        show(*(summary for each in summaries for summary in each), verbose=verbose)


def _warn(found: "Comparison") -> None:
    """Of results on the texts of a repair."""
    measured = {name: collection.fingerprint for name, collection in found.collections.items()}
    runs = (run for side in (found.a, found.b) for run in zip(side.encoders, side.fitted_on, strict=True))
    for encoder, fitted_on in dict.fromkeys(runs):
        warn_of_seen(encoder, fitted_on, measured)
