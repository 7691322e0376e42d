"""The report of a study: the verdict, every number behind it, and what could not be answered, in Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from isoglot.evaluation.settings import SETTINGS, Setting
from isoglot.files import whole_file
from isoglot.studies.answer import Answer, answer
from isoglot.studies.config import REPAIRED, VerdictConfig
from isoglot.studies.domains import Domain
from isoglot.studies.outcome import StudyOutcome
from isoglot.studies.prepared import PreparedStudy, failures, missing
from isoglot.studies.report.pictures import alpha_curves
from isoglot.studies.report.tables import (
    alpha_table,
    differences_table,
    language_table,
    results_table,
    robustness_table,
    transfer_table,
)
from isoglot.studies.report.verdict import said, verdict
from isoglot.studies.shift.uncertainty import Uncertain
from isoglot.versions import versions
from isoglot.wording import listed, tally

_SHOWN = 3  # cells of a sentence
_CURVE = 3  # alphas that make a curve


def write_report(study: PreparedStudy, path: Path, *, title: str) -> list[str]:
    """Write the report of what is there, and return the verdict's sentences.

    Raises:
        DataError: a results file is broken.
    """
    question = study.config.verdict
    measure = question.measure if question else "map"
    outcome = StudyOutcome.read(study, measure)
    answers = [answer(outcome, one) for one in question.questions] if question else []
    sentences = [sentence for one in answers for sentence in _sentences(one)] + list(_unanswered(study))
    found = answers[0] if answers else None
    pictures = dict(_pictures(outcome, path))
    lines = [*_head(study, title), *_paragraphs("Verdict", sentences), *_tables(outcome, question, found, pictures)]
    with whole_file(path) as part:
        part.write_text(_single_spaced(lines), encoding="utf-8")
    return sentences


def _pictures(outcome: StudyOutcome, path: Path) -> Iterator[tuple[str, str]]:
    """Draw the curves of every test, where arms make one: (test, the picture's file beside the report)."""
    if len(outcome.study.config.alphas) < _CURVE:
        return
    for test in outcome.study.tests:
        drawn = alpha_curves(outcome, test.name)
        if drawn is not None:
            file = path.with_name(f"{path.stem}-{test.name}.svg")
            with whole_file(file) as part:
                part.write_text(drawn.standalone(), encoding="utf-8")
            yield test.name, file.name


def _sentences(found: Answer | str) -> Iterator[str]:
    if isinstance(found, Answer):
        yield from verdict(found)
    else:
        yield f"No answer yet: {found}"


def _unanswered(study: PreparedStudy) -> Iterator[str]:
    """What cannot be run, failed, or is still to do."""
    for name, domain in study.domains.items():
        if isinstance(domain, str):
            yield f"The domain {name} cannot be used: {domain}"
        elif study.config.domains[name].home is None:
            yield f"The domain {name} has no test of its own (home), so nothing is said of it in domain."
    for (arm, domain), reason in study.plan.refused.items():
        if not isinstance(study.domains[domain], str):
            yield f"{arm} on {domain} cannot be run: {reason}"
    failed = failures(study)
    for reason in dict.fromkeys(failed.values()):
        yield f"{listed([label for label, found in failed.items() if found == reason], most=_SHOWN)} failed: {reason}"
    if left := missing(study):
        names = listed([cell.label for cell in left], most=_SHOWN)
        yield f"{len(left)} of {len(study.plan.cells)} cells are still to be run: {names}."


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
    yield "| domain | items | languages | leaked into a test, left out | home |"
    yield "|---|---|---|---|---|"
    for name, domain in study.domains.items():
        if isinstance(domain, Domain):
            looked = study.config.leaks != "unchecked"
            dropped = f"{domain.dropped:,}" if looked else "not looked for"
            home = study.config.domains[name].home or "–"
            yield f"| {name} | {domain.items:,} | {tally(domain.languages)} | {dropped} | {home} |"


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
        yield "\\* p < .05 after Holm's correction over all cells of all settings. In bold: at home."
        for domain, residual in part.effective.items():
            text = said(residual) if isinstance(residual, Uncertain) else residual
            yield ""
            yield f"Effective robustness of {question.treatment} trained on {domain}: {text}"
        for test in tests if setting != "cross" else ():
            lines = language_table(outcome, question, test, setting)
            yield from _section(f"{title}, by language, on {test}", lines, level=3)
    yield from _section("Robustness", robustness_table(outcome, setting), level=3)
    for name in (question.baseline, question.treatment):
        if (arm := outcome.whole_arm(name, setting)) is not None:
            yield from _section(f"Transfer, {name}", transfer_table(outcome, arm.matrix), level=3)


def _section(title: str, lines: Iterator[str], *, level: int = 2) -> Iterator[str]:
    yield ""
    yield f"{'#' * level} {title}"
    yield ""
    yield from lines
    yield ""


def _paragraphs(title: str, sentences: list[str]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield from (f"- {sentence}" for sentence in sentences)


def _single_spaced(lines: list[str]) -> str:
    """Lines with one empty line between paragraphs at most."""
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(kept).rstrip("\n") + "\n"
