"""``isoglot demo``: the whole way on the built-in sample."""

from pathlib import Path
from typing import Annotated

import typer


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
