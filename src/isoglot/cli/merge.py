"""``isoglot merge``: a trained encoder averaged with the one that it was trained from."""

from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.collections import loaded_collection
from isoglot.cli.options import (
    KeepIdenticalIds,
    Strict,
    Verbose,
    no_loss_margin,
    output_to,
    save_as_json,
    several_data,
)
from isoglot.cli.saving import check_targets
from isoglot.cli.screen import show
from isoglot.summary import command

_AUTO = "auto"


def merge(
    start: Annotated[
        str,
        typer.Argument(metavar="START", help="The encoder that training began with: e5-small, a folder or a hub id."),
    ],
    trained: Annotated[str, typer.Argument(metavar="TRAINED", help="The encoder that training made of it.")],
    output: Annotated[Path, output_to("Write the merged encoder to this folder.")],
    weight: Annotated[
        str,
        typer.Option(
            metavar="X|auto", help="Share of TRAINED, above 0 and at most 1; auto chooses it on --gain and --keep."
        ),
    ] = _AUTO,
    gain: Annotated[
        list[str] | None,
        several_data("--gain", "With auto: raise multilingual mAP on these development collections."),
    ] = None,
    keep: Annotated[
        list[str] | None,
        several_data("--keep", "With auto: keep monolingual mAP on these development collections."),
    ] = None,
    margin: Annotated[float, no_loss_margin("Loss of monolingual mAP that counts as none.")] = 0.01,
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
    check_targets([save])
    from isoglot.cli.progress import embedding_progress
    from isoglot.evaluation.guard.criterion import Criterion
    from isoglot.merging.merge import merge as run
    from isoglot.merging.summary import merged_summary

    share = _share(weight)
    if share is None and not gain:
        raise ConfigError("--weight auto chooses on development data: name it by --gain and --keep, or give a weight.")
    if share is not None and (gain or keep or save is not None):
        raise ConfigError("with a --weight nothing is chosen, so leave --gain, --keep and --save out.")
    chooser: float | Criterion | None = share
    if chooser is None:
        loaded = {
            name: loaded_collection(name, strict=strict, keep_identical_ids=keep_identical_ids)
            for name in dict.fromkeys([*(gain or []), *(keep or [])])
        }
        gains, keeps = ([loaded[name] for name in names or []] for names in (gain, keep))
        chooser = Criterion(gain=gains, keep=keeps, margin=margin)
    with embedding_progress() as progress:
        found = run(start, trained, weight=chooser, progress=progress)
    if found.choice is not None and save is not None:
        found.choice.save(save)
    if found.weight is None:
        show(merged_summary(found, output=str(output)), verbose=verbose)
        raise typer.Exit(1)
    found.save(output)
    then = command("audit", str(output), "YOUR_COLLECTION")
    show(merged_summary(found, output=str(output), then=then, why="to see how it ranks"), verbose=verbose)


def _share(weight: str) -> float | None:
    """The number; None is to choose it."""
    from isoglot.errors import ConfigError
    from isoglot.merging.merge import check_weight

    if weight == _AUTO:
        return None
    try:
        share = float(weight)
    except ValueError as error:
        raise ConfigError(f"--weight must be auto or a number above 0 and at most 1, but is {weight!r}.") from error
    check_weight(share)
    return share
