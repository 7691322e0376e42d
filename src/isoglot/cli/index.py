"""``isoglot index``: make an index, or change one that is there."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from isoglot.cli.document import AsJson
from isoglot.cli.options import encode_by, several
from isoglot.cli.screen import show
from isoglot.summary import command

if TYPE_CHECKING:
    from isoglot.search.indexed import Indexed

_NONE = "none"


def index(
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="INDEX", help="The index: a folder, s3://..., x.db or http://...")
    ],
    collections: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DATA]...", help="Collections whose passages are added, or replaced where they differ."
        ),
    ] = None,
    encoder: Annotated[str | None, encode_by()] = None,
    delete: Annotated[list[str] | None, several("--delete", "Delete these passages.", metavar="ID")] = None,
    repair: Annotated[
        str | None,
        typer.Option(
            metavar="ENCODER|none",
            help="Search through the repair of what isoglot debias wrote, or through none; nothing is encoded again.",
        ),
    ] = None,
    reindex: Annotated[
        bool, typer.Option("--reindex", help="Encode all passages by --encoder, beside the old vectors; then switch.")
    ] = False,
    compact: Annotated[
        bool, typer.Option("--compact", help="Remove for good what was deleted or replaced, and join small files.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make an index of passages in several languages, or change one, which has its own encoder.

    A build that is stopped goes on where it was when the same command is run again.
    """
    from isoglot.cli.document import write_document
    from isoglot.cli.progress import embedding_progress
    from isoglot.errors import ConfigError
    from isoglot.search import build
    from isoglot.search.index import MEMORY_MIB
    from isoglot.search.recall import store_recall

    if not (collections or delete or repair or reindex or compact):
        raise ConfigError("nothing to do: name a collection, or one of --delete, --repair, --reindex and --compact.")
    if reindex and encoder is None:
        raise ConfigError("--reindex encodes the index by another encoder: name it by --encoder.")
    found: Indexed | None = None
    with embedding_progress() as progress:
        if reindex and encoder is not None:
            found = build.reindex(output, encoder, progress=progress)
        if collections:
            found = build.put(output, collections, encoder, progress=progress)
        if delete:
            found = build.delete(output, delete)
        if repair is not None:
            found = build.repair(output, None if repair == _NONE else repair)
        if compact:
            found = build.compact(output)
        assert found is not None
        recall = store_recall(output, memory_mib=MEMORY_MIB, progress=progress)
    if as_json:
        write_document({**found.to_dict(), "recall": None if recall is None else asdict(recall)})
        return
    from isoglot.report.searching import indexed_summary

    show(indexed_summary(found, recall, then=command("search", output, "YOUR QUERY")))
