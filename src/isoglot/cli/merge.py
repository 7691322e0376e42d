"""``isoglot merge``: a trained encoder averaged with the one that it was trained from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from isoglot.cli.collections import loaded_collection
from isoglot.cli.options import (
    KeepIdenticalIds,
    Strict,
    Verbose,
    no_loss_margin,
    output_to,
    save_as_json,
    several,
    several_data,
)
from isoglot.cli.saving import check_targets
from isoglot.cli.screen import show
from isoglot.summary import command

_AUTO = "auto"


def merge(
    start: Annotated[
        str,
        typer.Argument(
            metavar="START", help="Name the encoder that training began with: e5-small, a folder or a hub id."
        ),
    ],
    trained: Annotated[str, typer.Argument(metavar="TRAINED", help="Name the encoder that training made of it.")],
    output: Annotated[Path, output_to("Write the merged encoder to this folder.")],
    weight: Annotated[
        list[str] | None,
        several(
            "--weight",
            "Give TRAINED this share, above 0 and at most 1. Of several the best on --gain and --keep is taken; auto "
            "stands for 0.2,0.4,0.6,0.8,1.  [default: auto]",
            metavar="X|auto",
        ),
    ] = None,
    gain: Annotated[
        list[str] | None,
        several_data("--gain", "To choose a share: raise multilingual mAP on these development collections."),
    ] = None,
    keep: Annotated[
        list[str] | None,
        several_data("--keep", "To choose a share: keep monolingual mAP on these development collections."),
    ] = None,
    margin: Annotated[float, no_loss_margin("Count a loss of monolingual mAP below this as none.")] = 0.01,
    dtype: Annotated[
        Literal["float32", "bfloat16"] | None,
        typer.Option(
            metavar="TYPE",
            help="To choose a share: encode with weights of this type, float32 or bfloat16. Default: as they are.",
        ),
    ] = None,
    save: Annotated[Path | None, save_as_json("how the weight was chosen")] = None,
    keep_identical_ids: KeepIdenticalIds = False,
    strict: Strict = False,
    verbose: Verbose = False,
) -> None:
    """Average the weights of a trained encoder with those of the encoder it started from.

    The exit status is 1 if no weight is admissible and better than START; then no encoder is written.
    """
    from isoglot.errors import ConfigError
    from isoglot.files import check_folder

    check_folder(output)
    check_targets([save], inputs=[*(gain or []), *(keep or [])])
    from isoglot.cli.progress import embedding_progress
    from isoglot.evaluation.guard.criterion import Criterion
    from isoglot.merging.merge import merge as run
    from isoglot.merging.summary import merged_summary

    weights = _shares(weight)
    given = len(weights) == 1
    if not given and not gain:
        raise ConfigError("a --weight is chosen on development data: name it by --gain and --keep, or give one weight.")
    if given and (gain or keep or dtype or save is not None):
        raise ConfigError("with one --weight nothing is chosen, so leave --gain, --keep, --dtype and --save out.")
    chooser: float | Criterion = weights[0]
    if not given:
        loaded = {
            name: loaded_collection(name, strict=strict, keep_identical_ids=keep_identical_ids)
            for name in dict.fromkeys([*(gain or []), *(keep or [])])
        }
        gains, keeps = ([loaded[name] for name in names or []] for names in (gain, keep))
        chooser = Criterion(gain=gains, keep=keeps, margin=margin)
    with embedding_progress() as progress:
        found = run(start, trained, weight=chooser, weights=weights, dtype=dtype, progress=progress)
    if found.choice is not None and save is not None:
        found.choice.save(save)
    if found.weight is None:
        show(merged_summary(found, output=str(output)), verbose=verbose)
        raise typer.Exit(1)
    found.save(output)
    then = command("audit", str(output), "YOUR_COLLECTION")
    show(merged_summary(found, output=str(output), then=then, why="to see how it ranks"), verbose=verbose)


def _shares(given: list[str] | None) -> Sequence[float]:
    """The shares among which one is chosen; one alone is taken."""
    from isoglot.errors import ConfigError
    from isoglot.merging.merge import WEIGHTS, check_weight

    if given in (None, [_AUTO]):
        return WEIGHTS
    shares = []
    for weight in given:
        try:
            shares.append(float(weight))
        except ValueError as error:
            raise ConfigError(
                f"--weight must be auto or numbers above 0 and at most 1, but {weight!r} is none."
            ) from error
        check_weight(shares[-1])
    return list(dict.fromkeys(shares))
