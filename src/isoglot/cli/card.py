"""``isoglot card``: the README of an encoder's folder."""

from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.options import Html
from isoglot.cli.saving import check_targets, page_of_results, saved_first
from isoglot.cli.screen import show
from isoglot.result import Result
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
    from isoglot.cards.card import README
    from isoglot.cards.card import card as written
    from isoglot.training.trained import Trained

    check_targets([html], inputs=[*(results or []), model / README])
    page = None
    if html is not None:  # made before the card is written, so that what has no page has no card either
        trained = Trained.read(model)
        shown: list[Result | Path] = [*(results or []), trained]
        page = page_of_results(shown, title=f"Training of {trained.folder.resolve().name}")
        page()
    found = written(model, results or [], name=name, licence=licence)
    with saved_first(None, found, what="card", html=html, page=page, before={"card": found.path}):
        show(
            Summary(
                finding=(f"{found.path} has the card, with {len(found.results):,} results.",),
                then=command("push", str(model), name or "OWNER/NAME"),
                why="to send it to the hub",
            )
        )
