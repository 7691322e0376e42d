"""The tables of a study's report. Cells in bold are so in Markdown, which no page has."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.evaluation.comparison.comparison import LEVEL
from isoglot.evaluation.settings import Setting
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.evaluation.statistics.power import detectable
from isoglot.studies.answer import SettingAnswer
from isoglot.studies.config import VerdictConfig
from isoglot.studies.domains import Domain
from isoglot.studies.outcome import DISTANCE, StudyOutcome, Table, paired_difference
from isoglot.studies.prepared import PreparedStudy
from isoglot.studies.report.verdict import said
from isoglot.studies.shift.measures import (
    absolute_robustness,
    in_domain,
    mean_gap,
    mean_kept,
    mean_target_drop,
    out_of_domain,
    relative_robustness,
    worst_cell,
    worst_domain,
    worst_language,
)
from isoglot.studies.shift.transfer import TransferMatrix
from isoglot.studies.shift.uncertainty import Arm, Figure, estimate
from isoglot.summary import TextTable
from isoglot.wording import Estimated, decimal, signed, tally, with_interval

FIGURES = (
    "in domain",
    "out of domain",
    "in minus out",
    "relative",
    "absolute",
    "target drop",
    "worst domain",
    "worst language",
    "worst cell",
)
Rows = Iterator[tuple[str, ...]]


def markdown(table: TextTable) -> Iterator[str]:
    """The lines of a table."""
    for cells in (table.headings, ["---"] * len(table.headings), *table.rows):
        yield f"| {' | '.join(cells)} |"


def domains_table(study: PreparedStudy) -> TextTable:
    """What each domain that can be used has, and its home."""
    rows = []
    for name, domain in study.domains.items():
        if isinstance(domain, Domain):
            dropped = f"{domain.dropped:,}" if study.config.leaks != "unchecked" else "not looked for"
            home = study.config.domains[name].home or "–"
            rows.append((name, f"{domain.items:,}", tally(domain.languages), dropped, home))
    return TextTable(("domain", "items", "languages", "leaked into a test, left out", "home"), rows)


def results_table(outcome: StudyOutcome, test: str) -> TextTable:
    """Every arm and domain on a test: means over seeds, and their standard deviation."""
    columns = outcome.columns(test)
    head = ("arm", "trained on", "seeds", *(heading for heading, _, _ in columns))
    return TextTable(head, list(_results(outcome, test, columns)))


def _results(outcome: StudyOutcome, test: str, columns: Sequence[tuple[str, Table, str]]) -> Rows:
    for arm, domain in outcome.finished:
        runs = outcome.of(arm, domain, test).values()
        values = [[run.macro(table, name) for run in runs] for _, table, name in columns]
        if runs:
            shown = (_spread(found, name) for found, (_, _, name) in zip(values, columns, strict=True))
            yield arm, domain or "–", str(len(runs)), *shown


def transfer_table(outcome: StudyOutcome, matrix: TransferMatrix) -> TextTable:
    """Source x target; home in bold."""
    home = outcome.homes(matrix)
    found = matrix.estimate(lambda values: values.reshape(*values.shape[:-2], -1))
    shape = matrix.values.shape
    value, low, high = (part.reshape(shape) for part in (found.value, found.low, found.high))
    rows = []
    for row, source in enumerate(matrix.sources):
        cells = [source]
        for column in range(len(matrix.targets)):
            place = row, column
            text = _estimated(Bounded(value[place], low[place], high[place]))
            cells.append(f"**{text}**" if home[row] == column else text)
        rows.append(cells)
    return TextTable(("trained on \\ tested on", *matrix.targets), rows)


def alpha_table(outcome: StudyOutcome, test: str) -> TextTable:
    """Arms that differ in the share of monolingual batches: means over the seeds and domains that they all have."""
    alphas, columns = outcome.study.config.alphas, outcome.columns(test)
    domains, seeds = outcome.shared(list(alphas))
    rows = []
    for arm in sorted(alphas, key=alphas.__getitem__):
        runs = [outcome.of(arm, domain, test)[seed] for domain in domains for seed in seeds]
        means = [
            _spread([float(np.mean([run.macro(table, name) for run in runs]))], name) for _, table, name in columns
        ]
        rows.append([f"{alphas[arm]:g}", arm, *means])
    return TextTable(("alpha", "arm", *(heading for heading, _, _ in columns)), rows)


def language_table(outcome: StudyOutcome, question: VerdictConfig, test: str, setting: Setting) -> TextTable:
    """Treatment minus baseline in every query language (or pair) of a test, by training domain; means over seeds."""
    gains = language_gains(outcome, question, test, setting)
    cells = next(iter(gains.values()))
    return TextTable(
        ("query language", *gains), [[cell, *(signed(found[cell]) for found in gains.values())] for cell in cells]
    )


def language_gains(
    outcome: StudyOutcome, question: VerdictConfig, test: str, setting: Setting
) -> dict[str, dict[str, float]]:
    """Training domain -> query language (or pair) -> treatment minus baseline."""
    domains, seeds = outcome.shared((question.baseline, question.treatment))
    gains = {}
    for domain in domains:
        a, b = (outcome.scores(arm, domain, test, setting, seeds) for arm in (question.baseline, question.treatment))
        gains[domain] = paired_difference(a, b, outcome.measure).by_cell(outcome.measure)
    return gains


def robustness_table(outcome: StudyOutcome, setting: Setting) -> TextTable:
    """The figures of every arm."""
    rows = [(name, *map(_estimated, found)) for name, found in robustness(outcome, setting).items()]
    return TextTable(("arm", *FIGURES), rows)


def robustness(outcome: StudyOutcome, setting: Setting) -> dict[str, list[Bounded]]:
    """Arm -> its :data:`FIGURES`, NaN where one needs cells that are not there."""
    arms = {name: outcome.whole_arm(name, setting) for name in outcome.arms}
    return {name: list(_figures(arm, outcome.homes(arm.matrix))) for name, arm in arms.items() if arm is not None}


def differences_table(part: SettingAnswer, targets: Sequence[str], homes: Mapping[str, str | None]) -> TextTable:
    """Treatment minus baseline in every cell; a domain's home in bold."""

    def text(cell: tuple[str, str]) -> str:
        return f"{said(part.cells[cell])}{'*' if part.p_holm[cell] < LEVEL else ''}"

    return _by_domain(part, targets, homes, text)


def choice_table(
    question: VerdictConfig, part: SettingAnswer, targets: Sequence[str], homes: Mapping[str, str | None]
) -> TextTable:
    """The better arm in every cell; where none is shown to be, the least difference that would have been seen."""

    def text(cell: tuple[str, str]) -> str:
        found = part.cells[cell]
        if part.p_holm[cell] < LEVEL:
            return question.treatment if found.value > 0 else question.baseline
        return f"either ({decimal(detectable(found))})"

    return _by_domain(part, targets, homes, text)


def _by_domain(
    part: SettingAnswer,
    targets: Sequence[str],
    homes: Mapping[str, str | None],
    text: Callable[[tuple[str, str]], str],
) -> TextTable:
    """Training domain x test; a domain's home in bold."""
    rows = []
    for source in dict.fromkeys(source for source, _ in part.cells):
        cells = [source]
        for target in targets:
            said_there = text((source, target)) if (source, target) in part.cells else "–"
            cells.append(f"**{said_there}**" if homes.get(source) == target else said_there)
        rows.append(cells)
    return TextTable(("trained on \\ tested on", *targets), rows)


def _figures(arm: Arm, home: Ints) -> Iterator[Bounded]:
    """One column of the robustness table after the other."""
    averages: list[Figure] = [
        partial(in_domain, home=home),
        partial(out_of_domain, home=home),
        partial(mean_gap, home=home),
        partial(mean_kept, home=home, kept=relative_robustness),
        partial(mean_kept, home=home, kept=absolute_robustness),
        partial(mean_target_drop, home=home),
        lambda values: worst_domain(values).min(axis=-1),
    ]
    for figure in averages:
        yield estimate(arm, figure).bounded
    for worst in (worst_language, worst_cell):
        found = arm.matrix.estimate_cells(partial(_least, worst=worst))
        yield Bounded(found.value[0], found.low[0], found.high[0])


def _least(cells: Floats, worst: Figure) -> Floats:
    """(..., sources, targets, languages) -> (..., 1)."""
    found: Floats = worst(cells).min(axis=-1, keepdims=True)
    return found


def _spread(values: Sequence[float], name: str) -> str:
    """Mean, and standard deviation where there are several."""
    form = "{:,.0f}" if name == DISTANCE else "{:.3f}"
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return "–"
    mean = form.format(np.mean(known))
    return mean if len(known) == 1 else f"{mean} ± {form.format(np.std(known, ddof=1))}"


def _estimated(found: Estimated) -> str:
    return with_interval(found, "{:.3f}".format)
