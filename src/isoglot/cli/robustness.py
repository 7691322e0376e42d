"""``isoglot robustness``: what is left of a measure when queries are perturbed, by language."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from rich.table import Table

from isoglot.cli.collections import loaded_collection
from isoglot.cli.document import AsJson
from isoglot.cli.notices import warn_of_seen
from isoglot.cli.options import (
    CollectionName,
    EncoderName,
    KeepIdenticalIds,
    Strict,
    draws_for,
    measures_named,
    save_as_json,
    seed_of,
    several,
)
from isoglot.cli.saving import saved_first
from isoglot.cli.screen import Screen
from isoglot.wording import counted

if TYPE_CHECKING:
    from isoglot.perturbation.curves import Curve, Robustness


def robustness(
    encoder: EncoderName,
    collection: CollectionName,
    perturbation: Annotated[
        list[str] | None,
        several("--perturbation", "Perturbations, such as keyboard or romanise (docs/robustness.md).", metavar="NAME"),
    ] = None,
    strength: Annotated[
        list[str] | None,
        several("--strength", "Strengths of a perturbation, above 0 and at most 1. Default: 0.1,0.3,1.", metavar="X"),
    ] = None,
    settings: Annotated[
        list[str] | None, several("--settings", "Measure in these settings. Default: mono.", metavar="SETTING")
    ] = None,
    measure: Annotated[list[str] | None, several("--measure", "Measures. Default: AP.", metavar="MEASURE")] = None,
    save: Annotated[Path | None, save_as_json("all curves")] = None,
    draws: Annotated[int, draws_for("Number of resamples for the intervals.")] = 1_000,
    seed: Annotated[int, seed_of("the perturbations and the resamples")] = 0,
    keep_identical_ids: KeepIdenticalIds = False,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Measure what is left when queries are misspelt, romanised or otherwise perturbed."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.encoder.lazy import LazyEncoder
    from isoglot.encoder.repair import fitted_on
    from isoglot.files import check_target
    from isoglot.perturbation.robustness import RobustnessOptions
    from isoglot.perturbation.robustness import robustness as run

    options = RobustnessOptions(
        perturbations=perturbation,
        strengths=[_number(text) for text in strength] if strength else [0.1, 0.3, 1.0],
        measures=measures_named(measure or ["AP"]),
        settings=settings or ["mono"],
        draws=draws,
        seed=seed,
    )
    if save is not None:
        check_target(save)
    loaded = loaded_collection(collection, strict=strict, keep_identical_ids=keep_identical_ids)
    model = LazyEncoder(encoder)
    warn_of_seen(encoder, fitted_on(model), {loaded.name: loaded.fingerprint})
    with embedding_progress() as progress:
        found = run(model, loaded, options=options, progress=progress)
    with saved_first(save, found, what="curves", as_json=as_json):
        _print(encoder, found)


def _number(text: str) -> float:
    from isoglot.errors import ConfigError

    try:
        return float(text)
    except ValueError as error:
        raise ConfigError(f"--strength {text!r}: give a number above 0 and at most 1, such as 0.3.") from error


def _print(encoder: str, found: Robustness) -> None:
    console = Screen()
    for name in dict.fromkeys(curve.perturbation for curve in found.curves):
        shown = [curve for curve in found.curves if curve.perturbation == name and ">" not in curve.cell]
        for setting, measure in dict.fromkeys((curve.setting, curve.measure) for curve in shown):
            curves = [curve for curve in shown if (curve.setting, curve.measure) == (setting, measure)]
            title = f"{encoder} on {found.collection}: {name}, {setting} {measure}"
            table = Table("language", *(f"{point.strength:g}" for point in curves[0].points), title=title)
            for curve in curves:
                table.add_row(curve.cell, *_row(curve))
            console.print(table)
        for reason, count in found.left_out.get(name, {}).items():
            console.print(f"{counted(count, 'queries')} left out: {reason}")
    for example in found.examples:
        console.print(f"{example.perturbation}, {example.language}: {example.before} → {example.after}")


def _row(curve: Curve) -> list[str]:
    """The clean value, then values with the share of the clean one that is left."""
    first, *rest = curve.points
    return [f"{first.value:.3f}", *(f"{point.value:.3f}{_share(point.relative)}" for point in rest)]


def _share(relative: float) -> str:
    """Nothing where the clean value is 0, of which there is no share."""
    return "" if math.isnan(relative) else f" ({relative:.0%})"
