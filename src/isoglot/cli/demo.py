"""``isoglot demo``: the whole way on the built-in sample."""

from pathlib import Path
from typing import Annotated

from isoglot.cli.notices import say_note
from isoglot.cli.options import Verbose, output_to
from isoglot.cli.screen import show
from isoglot.summary import command


def demo(
    output: Annotated[Path, output_to("Write models, results and the page to this folder.")] = Path("demo"),
    verbose: Verbose = False,
) -> None:
    """Repair an encoder and train three on the built-in sample, compare them, and write a page with the results."""
    from isoglot.cli.progress import embedding_progress, training_report
    from isoglot.demo import run_demo
    from isoglot.report.demo import demo_summary

    found = run_demo(output, say=say_note, training=training_report, embedding=embedding_progress)
    then = command("audit", "YOUR_ENCODER", "YOUR_COLLECTION")
    why = "to see how your own encoder ranks your own texts"
    summary = demo_summary(found.arms, page=found.page, notes=found.notes, then=then, why=why)
    show(*found.questions, summary, verbose=verbose)
