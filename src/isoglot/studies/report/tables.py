"""The tables of a study's report, in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.evaluation.settings import Setting
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.studies.answer import SettingAnswer
from isoglot.studies.config import VerdictConfig
from isoglot.studies.outcome import DISTANCE, StudyOutcome, paired_difference
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
from isoglot.wording import Estimated, signed, with_interval

Lines = Iterator[str]


def results_table(outcome: StudyOutcome, test: str) -> Lines:
    """Every arm and domain on a test: means over seeds, and their standard deviation."""
    columns = outcome.columns(test)
    yield from _head(["arm", "trained on", "seeds", *(heading for heading, _, _ in columns)])
    for arm, domain in outcome.finished:
        runs = outcome.of(arm, domain, test).values()
        values = [[run.macro(table, name) for run in runs] for _, table, name in columns]
        if runs:
            shown = (_spread(found, name) for found, (_, _, name) in zip(values, columns, strict=True))
            yield _row([arm, domain or "–", str(len(runs)), *shown])


def transfer_table(outcome: StudyOutcome, matrix: TransferMatrix) -> Lines:
    """Source x target; home in bold."""
    home = outcome.homes(matrix)
    found = matrix.estimate(lambda values: values.reshape(*values.shape[:-2], -1))
    shape = matrix.values.shape
    value, low, high = (part.reshape(shape) for part in (found.value, found.low, found.high))
    yield from _head(["trained on \\ tested on", *matrix.targets])
    for row, source in enumerate(matrix.sources):
        cells = []
        for column in range(len(matrix.targets)):
            place = row, column
            text = _estimated(Bounded(value[place], low[place], high[place]))
            cells.append(f"**{text}**" if home[row] == column else text)
        yield _row([source, *cells])


def alpha_table(outcome: StudyOutcome, test: str) -> Lines:
    """Arms that differ in the share of monolingual batches: means over the seeds and domains that they all have."""
    alphas, columns = outcome.study.config.alphas, outcome.columns(test)
    domains, seeds = outcome.shared(list(alphas))
    yield from _head(["alpha", "arm", *(heading for heading, _, _ in columns)])
    for arm in sorted(alphas, key=alphas.__getitem__):
        runs = [outcome.of(arm, domain, test)[seed] for domain in domains for seed in seeds]
        means = [
            _spread([float(np.mean([run.macro(table, name) for run in runs]))], name) for _, table, name in columns
        ]
        yield _row([f"{alphas[arm]:g}", arm, *means])


def language_table(outcome: StudyOutcome, question: VerdictConfig, test: str, setting: Setting) -> Lines:
    """Treatment minus baseline in every query language (or pair) of a test, by training domain; means over seeds."""
    domains, seeds = outcome.shared((question.baseline, question.treatment))
    gains = {}
    for domain in domains:
        a, b = (outcome.scores(arm, domain, test, setting, seeds) for arm in (question.baseline, question.treatment))
        gains[domain] = paired_difference(a, b, outcome.measure).by_cell(outcome.measure)
    yield from _head(["query language", *domains])
    for cell in next(iter(gains.values())):
        yield _row([cell, *(signed(gains[domain][cell]) for domain in domains)])


def robustness_table(outcome: StudyOutcome, setting: Setting) -> Lines:
    """The figures of every arm."""
    yield from _head(
        [
            "arm",
            "home",
            "abroad",
            "home minus abroad",
            "relative",
            "absolute",
            "target drop",
            "worst domain",
            "worst language",
            "worst cell",
        ]
    )
    for name in dict.fromkeys(arm for arm, _ in outcome.finished):
        if (arm := outcome.whole_arm(name, setting)) is not None:
            yield _row([name, *_figures(arm, outcome.homes(arm.matrix))])


def differences_table(part: SettingAnswer, targets: Sequence[str], homes: Mapping[str, str | None]) -> Lines:
    """Treatment minus baseline in every cell; a domain's home in bold."""
    yield from _head(["trained on \\ tested on", *targets])
    for source in dict.fromkeys(source for source, _ in part.cells):
        cells = []
        for target in targets:
            found = part.cells.get((source, target))
            star = "*" if found and part.p_holm[source, target] < 0.05 else ""
            text = f"{said(found)}{star}" if found else "–"
            cells.append(f"**{text}**" if homes.get(source) == target else text)
        yield _row([source, *cells])


def _figures(arm: Arm, home: Ints) -> Iterator[str]:
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
        yield _estimated(estimate(arm, figure))
    for worst in (worst_language, worst_cell):
        found = arm.matrix.estimate_cells(partial(_least, worst=worst))
        yield _estimated(Bounded(found.value[0], found.low[0], found.high[0]))


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


def _head(columns: Sequence[str]) -> Lines:
    yield _row(columns)
    yield _row(["---"] * len(columns))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
