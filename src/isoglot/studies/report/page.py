"""The report of a study: the verdict, every number behind it, and what could not be answered, in Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from isoglot.evaluation.settings import SETTINGS, Setting
from isoglot.files import whole_file
from isoglot.studies.answer import Answer
from isoglot.studies.config import REPAIRED, VerdictConfig
from isoglot.studies.outcome import StudyOutcome
from isoglot.studies.prepared import PreparedStudy
from isoglot.studies.report.findings import Findings
from isoglot.studies.report.pictures import alpha_curves
from isoglot.studies.report.tables import (
    alpha_table,
    choice_table,
    differences_table,
    domains_table,
    language_table,
    markdown,
    results_table,
    robustness_table,
    transfer_table,
)
from isoglot.studies.report.verdict import said
from isoglot.studies.shift.uncertainty import Uncertain
from isoglot.summary import TextTable
from isoglot.versions import versions


def write_report(found: Findings, path: Path, *, title: str) -> None:
    """Write the report of what was found.

    Raises:
        StorageError: it cannot be written there.
    """
    pictures = dict(_pictures(found.outcome, path))
    lines = [
        *_head(found.outcome.study, title),
        *_paragraphs("Verdict", found.sentences),
        *_tables(found.outcome, found.question, found.answer, pictures),
    ]
    with whole_file(path) as part:
        part.write_text(_single_spaced(lines), encoding="utf-8")


def _pictures(outcome: StudyOutcome, path: Path) -> Iterator[tuple[str, str]]:
    """Draw the curves of every test, where arms make one: (test, the picture's file beside the report)."""
    for test in outcome.study.tests:
        drawn = alpha_curves(outcome, test.name)
        if drawn is not None:
            file = path.with_name(f"{path.stem}-{test.name}.svg")
            with whole_file(file) as part:
                part.write_text(drawn.standalone(), encoding="utf-8")
            yield test.name, file.name


def _head(study: PreparedStudy, title: str) -> Iterator[str]:
    date = datetime.now(UTC).date().isoformat()
    used = ", ".join(f"{name} {version}" for name, version in versions().items())
    yield f"# {title}"
    yield ""
    yield f"{date}; {platform.machine()}, {os.cpu_count()} cores; {used}."
    yield ""
    if study.repair is not None:
        yield f"Arms with {REPAIRED}: the same models, repaired by {study.repair}."
        yield ""
    yield from markdown(domains_table(study))


def _tables(
    outcome: StudyOutcome, question: VerdictConfig | None, found: Answer | str | None, pictures: Mapping[str, str]
) -> Iterator[str]:
    for test in outcome.study.tests:
        yield from _section(f"On {test.name} ({test.collection.name})", results_table(outcome, test.name))
        yield "Means over seeds ± their standard deviation."
        if test.name in pictures:
            yield from _section("By share of monolingual batches", alpha_table(outcome, test.name), level=3)
            yield "Means over the seeds and training domains that all of these arms have."
            yield ""
            yield f"![Curves by training domain]({pictures[test.name]})"
    for setting in SETTINGS:
        tests = outcome.tests(setting)
        if tests and question is not None and outcome.domains:
            yield from _shift(outcome, question, found, setting, [test.name for test in tests])


def _shift(
    outcome: StudyOutcome, question: VerdictConfig, found: Answer | str | None, setting: Setting, tests: list[str]
) -> Iterator[str]:
    """What a shift of domain does in one setting."""
    yield ""
    yield f"## Domain shift, {setting} {outcome.measure}"
    if isinstance(found, Answer) and setting in found.settings:
        part = found.settings[setting]
        homes = {name: domain.home for name, domain in outcome.study.config.domains.items()}
        title = f"{question.treatment} minus {question.baseline}"
        yield from _section(title, differences_table(part, tests, homes), level=3)
        yield "\\* p < .05 after Holm's correction over all cells of all settings. In bold: in domain."
        yield from _section("When to use which", choice_table(question, part, tests, homes), level=3)
        yield (
            "either: none is shown to be better after Holm's correction; a test of this cell alone would have shown "
            "the difference in brackets with a probability of 80%."
        )
        for domain, residual in part.effective.items():
            text = said(residual) if isinstance(residual, Uncertain) else residual
            yield ""
            yield f"Effective robustness of {question.treatment} trained on {domain}: {text}"
        for test in tests if setting != "cross" else ():
            table = language_table(outcome, question, test, setting)
            yield from _section(f"{title}, by language, on {test}", table, level=3)
    yield from _section("Robustness", robustness_table(outcome, setting), level=3)
    for name in (question.baseline, question.treatment):
        if (arm := outcome.whole_arm(name, setting)) is not None:
            yield from _section(f"Transfer, {name}", transfer_table(outcome, arm.matrix), level=3)


def _section(title: str, table: TextTable, *, level: int = 2) -> Iterator[str]:
    yield ""
    yield f"{'#' * level} {title}"
    yield ""
    yield from markdown(table)
    yield ""


def _paragraphs(title: str, sentences: Sequence[str]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield from (f"- {sentence}" for sentence in sentences)


def _single_spaced(lines: list[str]) -> str:
    """Lines with one empty line between paragraphs at most."""
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(kept).rstrip("\n") + "\n"
