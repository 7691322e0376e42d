"""The command line's root, which the modules of commands add to."""

import typer

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Train, audit and serve dense retrievers that rank by meaning, not by language.",
    epilog="Add --debug anywhere for a full traceback of an error.",
)
