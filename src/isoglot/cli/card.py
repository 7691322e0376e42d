"""``isoglot card``: the README of an encoder's folder."""

from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.screen import show
from isoglot.summary import Summary, command


def card(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="Name the encoder's folder.")],
    results: Annotated[
        list[Path] | None,
        typer.Argument(metavar="RESULTS...", help="Name files that `isoglot evaluate --save` wrote of this encoder."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Call it this, such as OWNER/NAME. Default: the folder's name.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(metavar="LICENCE", help="State this licence of the weights, such as mit.")
    ] = None,
) -> None:
    """Write an encoder's model card: results, training data with licences, limits."""
    from isoglot.cards.card import card as written

    found = written(model, results or [], name=name, licence=licence)
    show(
        Summary(
            finding=(f"{found.path} has the card, with {len(found.results):,} results.",),
            then=command("push", str(model), name or "OWNER/NAME"),
            why="to send it to the hub",
        )
    )
