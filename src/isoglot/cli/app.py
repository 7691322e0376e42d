"""The command line's root: every command is the function of its module's name."""

from typing import Annotated

import typer

from isoglot.cli.audit import audit
from isoglot.cli.cache import cache_app
from isoglot.cli.calibrate import calibrate
from isoglot.cli.card import card
from isoglot.cli.compare import compare
from isoglot.cli.data import data_app
from isoglot.cli.debias import debias
from isoglot.cli.demo import demo
from isoglot.cli.encode import encode
from isoglot.cli.evaluate import evaluate
from isoglot.cli.examples import EXAMPLES
from isoglot.cli.export import export
from isoglot.cli.help import Command, Root
from isoglot.cli.index import index
from isoglot.cli.leaks import leaks
from isoglot.cli.lint import lint
from isoglot.cli.merge import merge
from isoglot.cli.mine import mine
from isoglot.cli.prepare import prepare
from isoglot.cli.push import push
from isoglot.cli.robustness import robustness
from isoglot.cli.score import score
from isoglot.cli.screen import say
from isoglot.cli.search import search
from isoglot.cli.serve import serve
from isoglot.cli.study import study
from isoglot.cli.train import train

# Headings of --help and what stands under each, in that order.
_GROUPS = {
    "Start here": (demo, audit),
    "Measure": (evaluate, score, compare, robustness, leaks),
    "Data": (data_app, prepare, mine, lint, cache_app),
    "Train": (train, merge, study),
    "Repair": (debias,),
    "Search": (encode, export, index, search, calibrate, serve),
    "Share": (card, push),
}

app = typer.Typer(
    cls=Root,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain text: names and paths stand whole at 80 columns and in a pipe
)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        say(f"isoglot {version('isoglot')}")
        raise typer.Exit


@app.callback()
def isoglot(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Audit, repair and train dense retrievers so that they rank by meaning, not by language."""


for heading, commands in _GROUPS.items():
    for command in commands:
        if isinstance(command, typer.Typer):
            app.add_typer(command, rich_help_panel=heading)
        else:
            epilog = "\n".join(EXAMPLES[command.__name__])
            app.command(cls=Command, epilog=epilog, rich_help_panel=heading)(command)
