"""What a user should know beside the results, in a line each, on standard error."""

from collections.abc import Mapping

import typer

from isoglot.wording import amounts


def say_left_out(name: str, left_out: Mapping[str, int]) -> None:
    """``xnli: left out 830 neutral items, 1 negative item.``; nothing where nothing is left out."""
    if left_out:
        typer.echo(f"{name}: left out {amounts(left_out)}.", err=True)
