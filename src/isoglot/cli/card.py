"""``isoglot card``: the README of an encoder's folder."""

from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.options import Html
from isoglot.cli.saving import check_targets
from isoglot.cli.screen import say, show
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
    html: Html = None,
) -> None:
    """Write an encoder's model card: results, training data with licences, limits."""
    from isoglot.cards.card import card as written
    from isoglot.report.page.compose import Extras, page_of
    from isoglot.training.trained import Trained

    check_targets([html])
    trained = None if html is None else Trained.read(model)  # or refuse, before anything is written
    found = written(model, results or [], name=name, licence=licence)
    if html is not None and trained is not None:
        title = f"Training of {trained.folder.resolve().name}"
        page_of([*(results or []), trained], extras=Extras(title=title)).save(html)
    show(
        Summary(
            finding=(f"{found.path} has the card, with {len(found.results):,} results.",),
            then=command("push", str(model), name or "OWNER/NAME"),
            why="to send it to the hub",
        )
    )
    if html is not None:
        say(f"page: {html}")
