"""The ``isoglot`` command: commands, and what a user sees when something goes wrong."""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from isoglot.errors import IsoglotError, TrainingInterrupted

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Train, audit and serve dense retrievers that rank by meaning, not by language.",
    epilog="Add --debug anywhere for a full traceback of an error.",
)
data_app = typer.Typer(no_args_is_help=True, help="Data sets that isoglot knows by name.")
app.add_typer(data_app, name="data")

_INTERRUPTED = 130
_errors = Console(stderr=True, highlight=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exits with 0, 1 (an error), 2 (usage) or 130 (Ctrl-C)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # busy waiting costs much on a shared machine
    try:
        code = app([word for word in given if word != "--debug"], standalone_mode=False)
        if code == _INTERRUPTED:  # typer's way to report Ctrl-C
            raise KeyboardInterrupt
    except BaseException as error:
        if debug:
            traceback.print_exc()
        code = _explain(error)
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: BaseException) -> int:
    """Say in one sentence what went wrong; the exit status."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        _say("stopped by Ctrl-C; downloads and embeddings that were done are kept.")
        return _INTERRUPTED
    if isinstance(error, IsoglotError):
        _say(str(error))
        return _INTERRUPTED if isinstance(error, TrainingInterrupted) else 1
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # the parser's own: a usage error
        if error.format_message():  # empty where no command was given: the help has been printed
            _say(f"{error.format_message()} See isoglot --help.")
        return int(error.exit_code)
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror}.")
        return 1
    _say(f"unexpected {type(error).__name__}: {error}. Run it again with --debug and report the traceback.")
    return 1


def _say(sentence: str) -> None:
    _errors.print("[bold red]error:[/]", escape(sentence))


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="A TOML file; see docs/training.md.")],
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a key, such as batch.policy=mono."),
    ] = None,
    resume: Annotated[bool, typer.Option(help="Continue an unfinished run from its last checkpoint.")] = False,
) -> None:
    """Train an encoder with monolingual, cross-lingual, hybrid or mixed batches."""
    from isoglot.cli.progress import training_report
    from isoglot.training.config import TrainConfig
    from isoglot.training.train import train as run

    settings = TrainConfig.read(config, overrides or [])
    with training_report(settings.optimization.steps) as report:
        result = run(settings, resume=resume, report=report)
    typer.echo(f"{result.folder}: a sentence-transformers folder, trained for {result.record['steps']} steps.")


@app.command()
def evaluate(
    encoder: Annotated[str, typer.Argument(help="e5-small, a sentence-transformers folder, or a hub model id.")],
    collections: Annotated[list[str], typer.Argument(help="Names of `isoglot data list`, BEIR folders or files.")],
    save: Annotated[Path | None, typer.Option(help="Write the results to this JSON file.")] = None,
    run: Annotated[Path | None, typer.Option(help="Write the multilingual pool's rankings as a TREC run.")] = None,
    candidate: Annotated[
        str, typer.Option(help="XQuAD-R, MLQA-R: a candidate's text, 'sentence' or 'sentence+paragraph'.")
    ] = "sentence",
    memory_mib: Annotated[int, typer.Option(help="Memory for a tile of scores, in MiB.")] = 512,
    draws: Annotated[int, typer.Option(help="Bootstrap resamples for the intervals.")] = 1_000,
    cache: Annotated[bool, typer.Option(help="Keep embeddings on disk and read them from there.")] = True,
) -> None:
    """Evaluate an encoder: one language, across languages, all languages in one pool, and the language bias."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.cli.tables import print_evaluation
    from isoglot.data.load import load_collection
    from isoglot.encoder.load import load_encoder
    from isoglot.evaluation.evaluate import EvaluationOptions
    from isoglot.evaluation.evaluate import evaluate as run_evaluation

    if candidate not in ("sentence", "sentence+paragraph"):
        raise typer.BadParameter(f"{candidate!r} is neither 'sentence' nor 'sentence+paragraph'.")
    loaded = [load_collection(name, candidate=candidate) for name in collections]  # type: ignore[arg-type]
    model = load_encoder(encoder)
    options = EvaluationOptions(draws=draws, memory_mib=memory_mib, cache=cache, run=run)
    with embedding_progress() as progress:
        result = run_evaluation(model, loaded, name=encoder, options=options, progress=progress)
    print_evaluation(result)
    if save is not None:
        result.save(save)
        typer.echo(f"results: {save}")


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="Where models, results and the page go.")] = Path("demo"),
) -> None:
    """Train the three arms on the built-in sample, evaluate them, and write a page with the results."""
    from isoglot.cli.progress import embedding_progress, training_report
    from isoglot.cli.tables import print_arms
    from isoglot.demo import run_demo

    found = run_demo(output, say=typer.echo, training=training_report, embedding=embedding_progress)
    print_arms(found.arms)
    for line in found.closing:
        typer.echo(line)


@data_app.command("list")
def data_list() -> None:
    """List the data sets that isoglot knows by name."""
    from isoglot.data import registry

    table = Table("name", "kind", "languages", "licence", "use", title=None)
    for entry in registry.available():
        table.add_row(entry.name, entry.kind, " ".join(entry.languages), entry.licence, entry.use)
    table.add_row(
        "sample",
        "parallel",
        "ar de en es hi vi zh",
        "Apache-2.0",
        "built in; halves sample/train, sample/test",
    )
    Console().print(table)


@data_app.command("fetch")
def data_fetch(
    name: Annotated[str, typer.Argument(help="A name of `isoglot data list`.")],
    languages: Annotated[str | None, typer.Option(help="Only these, such as en,de.")] = None,
) -> None:
    """Download a data set, check it, and say where it is."""
    from isoglot.data import registry

    wanted = None if languages is None else [word.strip() for word in languages.split(",")]
    for path in dict.fromkeys(registry.files(name, languages=wanted).values()):
        typer.echo(str(path))
