"""``isoglot robustness``: what is left of a measure when queries are perturbed, by language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from isoglot.cli.collections import loaded_collection
from isoglot.cli.document import AsJson
from isoglot.cli.notices import warn_of_seen
from isoglot.cli.options import (
    CollectionName,
    EncoderName,
    Html,
    KeepIdenticalIds,
    Strict,
    Verbose,
    draws_for,
    measures_named,
    save_as_json,
    seed_of,
    several,
)
from isoglot.cli.saving import check_targets, page_of_results, saved_first
from isoglot.cli.screen import show
from isoglot.summary import command
from isoglot.wording import last_part


def robustness(
    encoder: EncoderName,
    collection: CollectionName,
    perturbation: Annotated[
        list[str] | None,
        several(
            "--perturbation",
            "Apply these perturbations, such as keyboard or romanise (docs/robustness.md).",
            metavar="NAME",
        ),
    ] = None,
    strength: Annotated[
        list[str] | None,
        several("--strength", "Apply them at these strengths, above 0 and at most 1. Default: 0.1,0.3,1.", metavar="X"),
    ] = None,
    settings: Annotated[
        list[str] | None, several("--settings", "Measure in these settings. Default: mono.", metavar="SETTING")
    ] = None,
    measure: Annotated[
        list[str] | None, several("--measure", "Compute these measures. Default: AP.", metavar="MEASURE")
    ] = None,
    save: Annotated[Path | None, save_as_json("all curves")] = None,
    html: Html = None,
    draws: Annotated[int, draws_for("Draw this many resamples for the intervals.")] = 1_000,
    seed: Annotated[int, seed_of("the perturbations and the resamples")] = 0,
    keep_identical_ids: KeepIdenticalIds = False,
    strict: Strict = False,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Measure what is left when queries are misspelt, romanised or otherwise perturbed."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.encoder.given import given_encoder
    from isoglot.encoder.repair import fitted_on
    from isoglot.perturbation.robustness import RobustnessOptions
    from isoglot.perturbation.robustness import robustness as run
    from isoglot.report.robust import robustness_summary

    options = RobustnessOptions(
        perturbations=perturbation,
        strengths=[_number(text) for text in strength] if strength else [0.1, 0.3, 1.0],
        measures=measures_named(measure or ["AP"]),
        settings=settings or ["mono"],
        draws=draws,
        seed=seed,
    )
    check_targets([save, html], inputs=[encoder, collection])
    loaded = loaded_collection(collection, strict=strict, keep_identical_ids=keep_identical_ids)
    model = given_encoder(encoder)
    warn_of_seen(encoder, fitted_on(model), {loaded.name: loaded.fingerprint})
    with embedding_progress() as progress:
        found = run(model, loaded, options=options, progress=progress)
    title = f"{last_part(encoder)} on {loaded.name}: perturbed queries"
    page = page_of_results(found, title=title)
    with saved_first(save, found, what="curves", as_json=as_json, html=html, page=page):
        then = "" if verbose else command("robustness", encoder, collection, "--verbose")
        show(robustness_summary(encoder, found, then=then, why="to see every language, and examples"), verbose=verbose)


def _number(text: str) -> float:
    from isoglot.errors import ConfigError

    try:
        return float(text)
    except ValueError as error:
        raise ConfigError(f"--strength {text!r}: give a number above 0 and at most 1, such as 0.3.") from error
