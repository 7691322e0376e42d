"""The pictures of a study: curves over the share of monolingual batches, results, transfer, differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from isoglot.arrays import Floats
from isoglot.evaluation.comparison.comparison import LEVEL
from isoglot.evaluation.settings import SETTINGS, Setting
from isoglot.report.charts.chart import Chart
from isoglot.report.charts.curves import Curves, Panel, Point
from isoglot.report.charts.dot_plot import Dot, DotPlot, Line
from isoglot.report.charts.heat_map import HeatMap, Pair
from isoglot.report.values import measure_title
from isoglot.studies.answer import Answer
from isoglot.studies.config import ZERO_SHOT, VerdictConfig
from isoglot.studies.outcome import DISTANCE, StudyOutcome, Table
from isoglot.studies.report.tables import language_gains
from isoglot.studies.shift.transfer import TransferMatrix
from isoglot.studies.shift.uncertainty import Uncertain, estimate

_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_CURVE = 3  # alphas that make a curve


def alpha_curves(outcome: StudyOutcome, test: str) -> Curves | None:
    """Means over seeds of every setting's measure and of the rank distance.

    None where arms make no curve, or no domain has all of them.
    """
    alphas = outcome.study.config.alphas
    if len(alphas) < _CURVE:
        return None
    domains, seeds = outcome.shared(list(alphas))
    if not domains:
        return None
    panels = []
    for heading, table, name in outcome.columns(test):
        series = {domain: _points(outcome, test, domain, seeds, table, name) for domain in domains}
        if not any(np.isnan(point.value) for points in series.values() for point in points):
            title = heading if table == "bias" else f"{heading} {measure_title(name)}"
            panels.append(Panel(title, series, "{:,.0f}" if name == DISTANCE else "{:.3g}"))
    title = f"{test}: by share of monolingual batches"
    return Curves(title=title, panels=panels, x_title="alpha", x_ticks=_TICKS) if panels else None


def _points(
    outcome: StudyOutcome, test: str, domain: str, seeds: Sequence[int], table: Table, name: str
) -> Sequence[Point]:
    alphas = outcome.study.config.alphas
    points = []
    for arm in sorted(alphas, key=alphas.__getitem__):
        runs = outcome.of(arm, domain, test)
        points.append(Point(alphas[arm], float(np.mean([runs[seed].macro(table, name) for seed in seeds]))))
    return points


def result_dots(outcome: StudyOutcome, test: str, setting: Setting) -> DotPlot | None:
    """What each arm has on a test, by what it was trained on; None where the test does not have the setting.

    An arm is over the domains and seeds that it has in common, so a domain that failed takes no other with it.
    """
    dots = [dot for number, name in enumerate(outcome.arms) for dot in _dots(outcome, name, number, test, setting)]
    if not dots:
        return None
    title = f"{setting} {measure_title(outcome.measure)}"
    hint = "higher is better →"
    return DotPlot(title=title, subtitle=f"on {test}", dots=tuple(dots), form="{:.3f}", hint=hint)


def _dots(outcome: StudyOutcome, name: str, number: int, test: str, setting: Setting) -> Iterator[Dot]:
    arm = outcome.whole_arm(name, setting)
    if arm is None or test not in arm.matrix.targets:
        return
    column = arm.matrix.targets.index(test)
    untrained = name.startswith(ZERO_SHOT)
    for row, source in enumerate(arm.matrix.sources[:1] if untrained else arm.matrix.sources):
        found = estimate(arm, partial(_one, row=row, column=column))
        if found.value == found.value:
            yield Dot(name if untrained else f"{name}, {source}", number, found.bounded)


def transfer_maps(outcome: StudyOutcome) -> dict[tuple[str, ...], Chart]:
    """(Arm, setting) -> what a model trained on each domain has on each test; maps of a setting share their shades."""
    maps: dict[tuple[str, ...], Chart] = {}
    for setting in SETTINGS:
        arms = {name: outcome.whole_arm(name, setting) for name in outcome.arms}
        known = {name: arm.matrix for name, arm in arms.items() if arm is not None}
        values = [value for matrix in known.values() for value in matrix.values[~np.isnan(matrix.values)].tolist()]
        for name, matrix in known.items():
            maps[name, setting] = HeatMap(
                title=f"{name}, {setting}",
                measure=measure_title(outcome.measure),
                rows=matrix.sources,
                columns=matrix.targets,
                values=_pairs(matrix),
                form="{:.3f}",
                series=outcome.arms.index(name),
                across=("trained on", "tested on"),
                ends=(min(values), max(values)),
            )
    return maps


def difference_dots(found: Answer) -> Iterator[DotPlot]:
    """Treatment minus baseline in each setting: out of domain, in domain, and the gap between them."""
    for setting, part in found.settings.items():
        rows = {"out of domain": part.abroad, "in domain": part.home, "gap, in minus out": part.gap}
        yield from _differences(found, setting, "over all domains and tests", rows)


def cell_dots(found: Answer) -> Iterator[DotPlot]:
    """The same of every training domain on every test."""
    for setting, part in found.settings.items():
        rows = {
            f"{source} on {test}{', p < .05' if part.p_holm[source, test] < LEVEL else ''}": value
            for (source, test), value in part.cells.items()
        }
        yield from _differences(found, setting, "trained on a domain, tested on a collection", rows)


def _differences(found: Answer, setting: Setting, subtitle: str, rows: Mapping[str, Uncertain]) -> Iterator[DotPlot]:
    question = found.question
    dots = tuple(Dot(name, 0, value.bounded) for name, value in rows.items() if value.value == value.value)
    if dots:
        yield DotPlot(
            title=f"{question.treatment} − {question.baseline}, {setting} {measure_title(question.measure)}",
            subtitle=subtitle,
            dots=dots,
            form="{:+.3f}",
            ends=(0,),
            line=Line(0, ""),
        )


def language_maps(outcome: StudyOutcome, question: VerdictConfig) -> dict[tuple[str, ...], Chart]:
    """(Test, setting) -> treatment minus baseline by query language and training domain."""
    maps: dict[tuple[str, ...], Chart] = {}
    for setting in ("mono", "multi"):
        for test in outcome.tests(setting):
            gains = language_gains(outcome, question, test.name, setting)
            values = {(cell, domain): value for domain, found in gains.items() for cell, value in found.items()}
            maps[test.name, setting] = HeatMap(
                title=f"{question.treatment} − {question.baseline}, {setting}, on {test.name}",
                measure=measure_title(outcome.measure),
                rows=list(dict.fromkeys(cell for cell, _ in values)),
                columns=list(gains),
                values=values,
                form="{:+.3f}",
                across=("query", "trained on"),
            )
    return maps


def _one(values: Floats, *, row: int, column: int) -> Floats:
    return values[..., row, column]


def _pairs(matrix: TransferMatrix) -> dict[Pair, float]:
    return {
        (source, target): float(matrix.values[row, column])
        for row, source in enumerate(matrix.sources)
        for column, target in enumerate(matrix.targets)
        if not np.isnan(matrix.values[row, column])
    }
