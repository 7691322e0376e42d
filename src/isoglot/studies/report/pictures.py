"""The pictures of a study's report: what the share of monolingual batches does, a curve for each training domain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from isoglot.report.curves import Panel, curves
from isoglot.studies.outcome import DISTANCE, StudyOutcome, Table

_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def alpha_picture(outcome: StudyOutcome, test: str) -> str | None:
    """Means over seeds of every setting's measure and of the rank distance; None where no domain has all the arms."""
    alphas = outcome.study.config.alphas
    domains, seeds = outcome.shared(list(alphas))
    if not domains:
        return None
    panels = []
    for heading, table, name in outcome.columns(test):
        series = {domain: _points(outcome, test, domain, seeds, table, name) for domain in domains}
        if not any(np.isnan(value) for points in series.values() for _, value in points):
            title = heading if table == "bias" else f"{heading} {name}"
            panels.append(Panel(title, series, partial(_written, whole=name == DISTANCE)))
    title = f"{test}: by share of monolingual batches"
    return curves(panels, title=title, x_title="alpha", x_ticks=_TICKS) if panels else None


def _points(
    outcome: StudyOutcome, test: str, domain: str, seeds: Sequence[int], table: Table, name: str
) -> Sequence[tuple[float, float]]:
    alphas = outcome.study.config.alphas
    points = []
    for arm in sorted(alphas, key=alphas.__getitem__):
        runs = outcome.of(arm, domain, test)
        points.append((alphas[arm], float(np.mean([runs[seed].macro(table, name) for seed in seeds]))))
    return points


def _written(value: float, *, whole: bool) -> str:
    return f"{value:,.0f}" if whole else f"{value:g}"
