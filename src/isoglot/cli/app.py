"""The command line's root: every command is the function of its module's name."""

import typer

from isoglot.cli.audit import audit
from isoglot.cli.cache import cache_app
from isoglot.cli.compare import compare
from isoglot.cli.data import data_app
from isoglot.cli.debias import debias
from isoglot.cli.demo import demo
from isoglot.cli.evaluate import evaluate
from isoglot.cli.leaks import leaks
from isoglot.cli.lint import lint
from isoglot.cli.merge import merge
from isoglot.cli.mine import mine
from isoglot.cli.prepare import prepare
from isoglot.cli.robustness import robustness
from isoglot.cli.score import score
from isoglot.cli.study import study
from isoglot.cli.train import train

# In the order in which --help lists them.
_COMMANDS = (
    debias,
    audit,
    evaluate,
    score,
    compare,
    leaks,
    lint,
    mine,
    prepare,
    robustness,
    study,
    train,
    merge,
    demo,
)

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Train, audit and serve dense retrievers that rank by meaning, not by language.",
    epilog="Add --quiet anywhere to see no progress and no notes, --debug for a full traceback of an error.",
)
for command in _COMMANDS:
    app.command()(command)
app.add_typer(data_app, name="data")
app.add_typer(cache_app, name="cache")
