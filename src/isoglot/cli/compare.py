"""``isoglot compare``: two encoders, question by question."""

import os
from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.document import AsJson
from isoglot.cli.notices import warn_of_seen
from isoglot.cli.options import Seed, Verbose, draws_for, no_loss_margin, save_as_json, several, split_commas
from isoglot.cli.saving import check_targets, saved_first
from isoglot.cli.screen import show
from isoglot.summary import command


def compare(
    a: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="Read results of A from a file that `isoglot evaluate --save` wrote. Put commas between files of "
            "several seeds.",
        ),
    ],
    b: Annotated[str, typer.Argument(metavar="B", help="Read results of B likewise. Every difference is B minus A.")],
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
    draws: Annotated[int, draws_for("Draw this many sign flips and this many bootstrap resamples.")] = 10_000,
    seed: Seed = 0,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Test whether one encoder is better than another, question by question."""
    from isoglot.evaluation.comparison.compare import CompareOptions
    from isoglot.evaluation.comparison.compare import compare as run_comparison
    from isoglot.report.comparison import comparison_summaries

    options = CompareOptions(margin=margin, confirmatory=confirm, draws=draws, seed=seed)
    sides = [[Path(os.path.expanduser(name)) for name in split_commas(side)] for side in (a, b)]
    check_targets([save], inputs=[path for side in sides for path in side])
    found = run_comparison(*sides, options=options)
    measured = {name: collection.fingerprint for name, collection in found.collections.items()}
    runs = (run for side in (found.a, found.b) for run in zip(side.encoders, side.fitted_on, strict=True))
    for encoder, fitted_on in dict.fromkeys(runs):
        warn_of_seen(encoder, fitted_on, measured)
    with saved_first(save, found, what="comparison", as_json=as_json):
        then, why = ("", "") if verbose else (command("compare", a, b, "--verbose"), "to see every value and language")
        show(*comparison_summaries(found, then=then, why=why), verbose=verbose)
