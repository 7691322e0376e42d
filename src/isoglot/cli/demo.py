"""``isoglot demo``: the whole way on the built-in sample."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from rich.table import Table
from rich.text import Text

from isoglot.cli.options import output_to
from isoglot.cli.screen import Screen, marked, say
from isoglot.wording import Estimated, interval

if TYPE_CHECKING:
    from isoglot.evaluation.results import CollectionResult


def demo(
    output: Annotated[Path, output_to("Write models, results and the page to this folder.")] = Path("demo"),
) -> None:
    """Train three small encoders on the built-in sample, compare them, and write a page with the results."""
    from isoglot.cli.progress import embedding_progress, training_report
    from isoglot.demo import run_demo

    found = run_demo(output, say=say, training=training_report, embedding=embedding_progress)
    _print(found.arms)
    for line in found.closing:
        say(line)


def _print(arms: Mapping[str, CollectionResult]) -> None:
    """Arms as rows: mAP in the three settings, and the bias, each above its 95% interval; fits 80 columns."""
    from isoglot.evaluation.bias.distance import RANK_DISTANCE
    from isoglot.evaluation.bias.preference import SAME_LANGUAGE

    settings, biases = ("mono", "cross", "multi"), (RANK_DISTANCE, SAME_LANGUAGE[1])
    headings = (measure.heading for measure in biases)
    table = Table("arm", *settings, *headings, caption="mAP, bias, 95% intervals")
    for name, result in arms.items():
        maps = (_above_interval(result.settings[setting]["map"], "{:.3f}") for setting in settings)
        bias = (_above_interval(result.bias[measure.name], measure.form) for measure in biases)
        table.add_row(name, *maps, *bias)
    Screen().print(table)


def _above_interval(estimate: Estimated, form: str) -> Text:
    narrow = interval(estimate, lambda end: form.format(end).removeprefix("0"), "\n[dim]{}–{}[/]")
    return marked(f"{form.format(estimate.value)}{narrow}")
