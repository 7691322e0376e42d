"""``isoglot encode``: a collection's vectors in a folder of shards."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from isoglot.cli.collections import loaded_collection
from isoglot.cli.document import AsJson, write_document
from isoglot.cli.options import CollectionName, Verbose, encode_by, no_loss_margin, number_in, output_to, several
from isoglot.cli.screen import show
from isoglot.encoding.defaults import MARGIN, SHARD_ROWS
from isoglot.limits import COUNTS
from isoglot.summary import command


def encode(
    collection: CollectionName,
    encoder: Annotated[str, encode_by()],
    output: Annotated[Path, output_to("Write the shards to this folder; those that are there and whole are kept.")],
    precision: Annotated[
        Literal["float32", "float16", "int8"],
        typer.Option(metavar="TYPE", help="Store numbers as float32, float16 or int8."),
    ] = "float32",
    loss_on: Annotated[
        str | None,
        typer.Option(metavar="DATA", help="Measure on this collection, before, what ranking loses by --precision."),
    ] = None,
    margin: Annotated[float, no_loss_margin("Encode nothing if --precision loses more than this mAP.")] = MARGIN,
    engine: Annotated[
        Literal["process", "ray"],
        typer.Option(metavar="ENGINE", help="Encode in this process, or by workers of a Ray cluster: process or ray."),
    ] = "process",
    devices: Annotated[
        list[str] | None,
        several("--devices", "Encode on these devices of this machine, such as cuda:0,cuda:1.", metavar="DEVICE"),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Use the Ray cluster at auto or HOST:PORT. Default: RAY_ADDRESS, or a new one of this machine.",
        ),
    ] = None,
    workers: Annotated[
        int | None, number_in(COUNTS, "Use this many Ray workers. Default: one a GPU, or a core where there is none.")
    ] = None,
    shard_rows: Annotated[
        int, number_in(COUNTS, "Put this many texts into a shard, which is what a killed worker loses.")
    ] = SHARD_ROWS,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Encode a collection into shards that vectors:FOLDER reads, here, on several devices or on a cluster.

    A run that is stopped goes on where it was when the same command is run again.
    """
    from isoglot.cli.progress import embedding_progress
    from isoglot.encoding.options import EncodeOptions
    from isoglot.encoding.run import encode as run
    from isoglot.report.encoding import sharded_summary

    options = EncodeOptions(
        precision=precision,
        loss_on=loss_on,
        margin=margin,
        engine=engine,
        devices=devices or (),
        address=address,
        workers=workers,
        shard_rows=shard_rows,
    )
    loaded = loaded_collection(collection, strict=False, keep_identical_ids=False, judged=False)
    if loss_on is not None:
        options = replace(options, loss_on=loaded_collection(loss_on, strict=False, keep_identical_ids=False))
    with embedding_progress() as progress:
        found = run(encoder, loaded, output, options=options, progress=progress)
    if as_json:
        write_document(found.to_dict())
        return
    then = command("audit", f"vectors:{output}", collection)
    show(sharded_summary(found, then=then, why="to see how these vectors rank"), verbose=verbose)
