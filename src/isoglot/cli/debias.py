"""``isoglot debias``: an encoder repaired without training it."""

import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from isoglot.cli.collections import loaded_collection
from isoglot.cli.document import AsJson
from isoglot.cli.options import (
    Html,
    KeepIdenticalIds,
    ModelName,
    Strict,
    Verbose,
    data_names,
    no_loss_margin,
    number_in,
    output_to,
    save_as_json,
    several,
    several_data,
)
from isoglot.cli.saving import check_targets, page_of_results, saved_first
from isoglot.cli.screen import say, show
from isoglot.limits import NUMBERS, PAIRS
from isoglot.summary import command
from isoglot.wording import last_part

if TYPE_CHECKING:
    from isoglot.debiasing.run import Debiasing


def debias(
    encoder: ModelName,
    fit: Annotated[
        list[str],
        several_data("--fit", "Fit on these texts, whose language is known: any data that `isoglot evaluate` takes."),
    ],
    output: Annotated[Path, output_to("Write the repaired encoder to this folder.")],
    dev: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            autocompletion=data_names,
            help="Choose the transform on this collection. Default: the first of --fit.",
        ),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="Fit this transform, such as centring, and choose nothing.")
    ] = None,
    strength: Annotated[
        float,
        typer.Option(metavar="X", help="With --kind: apply the transform with this strength, above 0 and at most 1."),
    ] = 1.0,
    rank: Annotated[int, number_in(NUMBERS, "With --kind: remove this many directions.")] = 0,
    margin: Annotated[float, no_loss_margin("Count a loss of monolingual mAP below this as none.")] = 0.01,
    least: Annotated[int, number_in(PAIRS, "Leave out languages with fewer queries or passages than this.")] = 30,
    also: Annotated[
        list[str] | None,
        several("--also", "Prepare for other languages that will be searched, such as ar,th.", metavar="LANG"),
    ] = None,
    unseen: Annotated[
        Literal["common", "leave", "script"],
        typer.Option(
            help="Move languages of --also that have no texts by the common part, not at all, or like their script."
        ),
    ] = "common",
    save: Annotated[Path | None, save_as_json("the transform and how it was chosen")] = None,
    html: Html = None,
    keep_identical_ids: KeepIdenticalIds = False,
    strict: Strict = False,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Remove language bias from an encoder without retraining it.

    A transform is chosen on held-out texts. It is written only if a test shows that search within a language loses
    nothing and the pool of all languages gains; otherwise the exit status is 1.
    """
    from isoglot.errors import ConfigError
    from isoglot.files import check_folder, write_json

    if kind is None and (strength != 1.0 or rank):
        raise ConfigError("--strength and --rank are of the transform that --kind names; without it they are chosen.")
    if kind is not None and dev is not None:
        raise ConfigError("with --kind nothing is chosen, so there is no use for --dev; leave it out.")
    check_folder(output)
    check_targets([save, html], inputs=[encoder, *fit, *([] if dev is None else [dev])])
    from isoglot.cli.progress import embedding_progress
    from isoglot.debiasing.options import DebiasOptions
    from isoglot.debiasing.run import check_unrepaired
    from isoglot.debiasing.run import debias as run
    from isoglot.encoder.fitted import Choice
    from isoglot.languages import normalise
    from isoglot.report.debiased import debiased_summary

    check_unrepaired(encoder)
    choice = None if kind is None else Choice(kind=kind, strength=strength, rank=rank)
    expected = [normalise(tag) for tag in also or []]
    load = partial(loaded_collection, strict=strict, keep_identical_ids=keep_identical_ids)
    texts = [load(name, judged=False) for name in fit]
    judged = None if dev is None else load(dev)
    options = DebiasOptions(choice=choice, dev=judged, margin=margin, least=least, also=expected, unseen=unseen)
    with embedding_progress() as progress, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = run(encoder, texts, options=options, progress=progress)
    for warning in told:
        say(f"warning: {warning.message}", err=True)
    if save is not None:
        write_json(found.to_dict(), save)  # of a repair, save() writes the encoder
    if found.fitted is None:
        again = ["debias", encoder, *(word for name in fit for word in ("--fit", name)), "-o", str(output)]
        summary = debiased_summary(found, output=str(output), **_unconfirmed(found, again))
    else:
        found.save(output)
        then = command("audit", str(output), "YOUR_COLLECTION")
        summary = debiased_summary(found, output=str(output), then=then, why="to see it on other texts")
    repaired = found.fitted is not None
    page = page_of_results(found, title=f"{last_part(encoder)}, {'repaired' if repaired else 'not repaired'}")
    there = {"encoder": output if repaired else None, "transform": save}
    with saved_first(None, found, what="result", as_json=as_json, html=html, page=page, before=there):
        show(summary, verbose=verbose)
    if save is not None:
        say(f"transform: {save}")
    if found.fitted is None:
        raise typer.Exit(1)


def _unconfirmed(found: "Debiasing", again: Sequence[str]) -> dict[str, str]:
    """How to take the best candidate all the same; nothing where none is better than nothing."""
    best = None if found.selection is None else found.selection.admitted
    if best is None:
        return {}
    rank = ["--rank", str(best.rank)] if best.rank else []
    words = ["--kind", best.kind, "--strength", f"{best.strength:g}", *rank]
    return {"then": command(*again, *words), "why": "to take the one that gains most of those that pass the test alone"}
