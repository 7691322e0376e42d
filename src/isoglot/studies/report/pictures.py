"""The pictures of a study's report: what the share of monolingual batches does, a curve for each training domain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isoglot.report.charts.curves import Curves, Panel, Point
from isoglot.studies.outcome import DISTANCE, StudyOutcome, Table

_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def alpha_curves(outcome: StudyOutcome, test: str) -> Curves | None:
    """Means over seeds of every setting's measure and of the rank distance; None where no domain has all the arms."""
    alphas = outcome.study.config.alphas
    domains, seeds = outcome.shared(list(alphas))
    if not domains:
        return None
    panels = []
    for heading, table, name in outcome.columns(test):
        series = {domain: _points(outcome, test, domain, seeds, table, name) for domain in domains}
        if not any(np.isnan(point.value) for points in series.values() for point in points):
            title = heading if table == "bias" else f"{heading} {name}"
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
