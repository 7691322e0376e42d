"""``isoglot lint``: what a training run would do, before it does."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from isoglot.cli.document import AsJson
from isoglot.cli.options import SaveReport, TrainOverrides
from isoglot.cli.saving import saved_first
from isoglot.cli.screen import Screen, marked
from isoglot.linting.findings import SEVERITIES, LintFinding, Severity
from isoglot.roles import ROLES, Role
from isoglot.wording import counted

if TYPE_CHECKING:
    from isoglot.linting.report import Drawn, LintReport

_COLOURS: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow", "note": "bold"}


def lint(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="[DATA]... CONFIG",
            help="A training configuration, as for `isoglot train`. Data before it replaces its data.train.",
        ),
    ],
    overrides: TrainOverrides = None,
    processes: Annotated[
        int, typer.Option(min=1, metavar="N", help="Number of processes (GPUs) that will train together.")
    ] = 1,
    save: SaveReport = None,
    as_json: AsJson = False,
) -> None:
    """Predict what is wrong with a training run: shortcuts, false negatives, rare languages, cut texts, leaks.

    The exit status is 1 if training would refuse or fail.
    """
    from isoglot.files import check_target
    from isoglot.linting.lint import lint as run
    from isoglot.training.config import TrainConfig

    if save is not None:
        check_target(save, taken=files)
    *data, config = files
    instead = [f"data.train={json.dumps(data)}"] if data else []
    report = run(TrainConfig.read(Path(config), [*instead, *(overrides or [])]), processes=processes)
    with saved_first(save, report, what="report", as_json=as_json):
        _print(report)
    if report.fails:
        raise typer.Exit(1)


def _print(report: LintReport) -> None:
    """A table of languages, the batches in a sentence, and the findings."""
    console = Screen()
    console.print(_languages(report))
    if report.drawn is not None:
        console.print(_batches(report.drawn, report))
    for finding in report.findings:
        console.print(_finding(finding), soft_wrap=True)
    console.print(_verdict(report))


def _languages(report: LintReport) -> Table:
    caption = "pairs: in the whole run; seen: a text, on average; per word: tokens (* per grapheme); cut: texts"
    table = Table("language", title=f"{len(report.data):,} items", caption=caption)
    for side in ("query", "passage"):
        for name in (f"{side} pairs", "seen", "per word", "cut"):
            table.add_column(name, justify="right")
    for number, language in enumerate(report.data.languages):
        table.add_row(language, *(cell for side in ROLES for cell in _cells(report, side, number)))
    return table


def _cells(report: LintReport, side: Role, number: int) -> list[str]:
    """Pairs, uses, tokens per word and the share that is cut of one side and language."""
    cells = ["", ""]
    if report.drawn is not None:
        seen = report.drawn.exposure
        pairs, uses = (seen.as_query, seen.query_uses) if side == "query" else (seen.as_passage, seen.passage_uses)
        cells = [f"{pairs[number]:,.0f}", f"{uses[number]:.2f}"]
    tokens = report.tokens.get((side, report.data.languages[number]))
    if tokens is None:
        return [*cells, "", ""]
    return [*cells, f"{tokens.per_unit:.2f}{'*' if tokens.unit == 'grapheme' else ''}", f"{tokens.cut:.0%}"]


def _batches(drawn: Drawn, report: LintReport) -> str:
    steps = report.config.optimization.steps
    return (
        f"{steps:,} steps are {drawn.exposure.epochs:.2f} epochs of {drawn.epoch:,}. Of the in-batch negatives "
        f"{drawn.shortcut.foreign:.0%} are in another language than the positive, and {drawn.shortcut.told_apart:.0%} "
        f"are told from it by matching the query's language. {drawn.false_negatives.either:.2f} of them a batch are "
        f"false negatives that no group declares ({drawn.false_negatives.expected_same_query:.2f} expected by formula "
        "from equal queries alone).\n"
    )


def _finding(finding: LintFinding) -> Text:
    colour = _COLOURS[finding.severity]
    return marked(f"[{colour}]{finding.severity}[/] {escape(finding.subject)}: {escape(finding.message)}")


def _verdict(report: LintReport) -> Text:
    counts = Counter(finding.severity for finding in report.findings)
    said = ", ".join(counted(counts[severity], f"{severity}s") for severity in SEVERITIES)
    return marked(f"[bold]{said}[/]: training would {'refuse or fail' if report.fails else 'run'}.")
