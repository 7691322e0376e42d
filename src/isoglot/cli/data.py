"""Commands about named data sets: ``data list`` and ``data fetch``."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from isoglot.cli.app import app

data_app = typer.Typer(no_args_is_help=True, help="Data sets that isoglot knows by name.")
app.add_typer(data_app, name="data")


@data_app.command("list")
def data_list() -> None:
    """List the data sets that isoglot knows by name."""
    from isoglot.data import registry

    table = Table("name", "kind", "languages", "licence", "use", title=None)
    for entry in registry.available():
        table.add_row(entry.name, entry.kind, " ".join(entry.languages), entry.licence, entry.use)
    Console().print(table)


@data_app.command("fetch")
def data_fetch(
    name: Annotated[str, typer.Argument(help="A name of `isoglot data list`.")],
    languages: Annotated[str | None, typer.Option(help="Only these, such as en,de.")] = None,
) -> None:
    """Download a data set, check it, and say where it is."""
    from isoglot.data import registry

    wanted = None if languages is None else [word.strip() for word in languages.split(",")]
    for path in registry.paths(name, languages=wanted):
        typer.echo(str(path))
