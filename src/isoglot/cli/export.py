"""``isoglot export``: an encoder that is computed faster, if it ranks as before."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from isoglot.cli.collections import loaded_collection
from isoglot.cli.document import AsJson, write_document
from isoglot.cli.options import EncoderName, Verbose, no_loss_margin, output_to, several_data
from isoglot.cli.screen import show
from isoglot.encoding.defaults import MARGIN
from isoglot.summary import command


def export(
    encoder: EncoderName,
    output: Annotated[Path, output_to("Write the exported encoder to this folder.")],
    on: Annotated[
        str, typer.Option("--on", metavar="DATA", help="Compare ranking before and after on this collection.")
    ],
    weights: Annotated[
        Literal["float32", "int8"],
        typer.Option(metavar="TYPE", help="Compute in float32, or in int8, which rounds weights and outputs."),
    ] = "float32",
    calibrate_on: Annotated[
        list[str] | None,
        several_data("--calibrate-on", "For --weights int8: set its scales by the texts of this data."),
    ] = None,
    margin: Annotated[float, no_loss_margin("Write nothing if ranking loses more than this mAP.")] = MARGIN,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Write an encoder for OpenVINO, with its speed and its ranking measured beside the encoder's own.

    Nothing is written if ranking loses more than the margin.
    """
    from isoglot.cli.progress import embedding_progress
    from isoglot.encoding.export import export as run
    from isoglot.files import check_folder
    from isoglot.report.exporting import exported_summary

    check_folder(output)
    collection = loaded_collection(on, strict=False, keep_identical_ids=False)
    texts = [
        loaded_collection(name, strict=False, keep_identical_ids=True, judged=False) for name in calibrate_on or []
    ]
    with embedding_progress() as progress:
        found = run(
            encoder, output, on=collection, weights=weights, calibrate_on=texts, margin=margin, progress=progress
        )
    if as_json:
        write_document(found.to_dict())
        return
    then = command("audit", str(output), "YOUR_COLLECTION")
    show(exported_summary(found, then=then, why="to see how it ranks"), verbose=verbose)
