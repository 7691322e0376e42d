"""The pictures of a study's report: what the share of monolingual batches does, a curve for each training domain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from isoglot.evaluation.settings import SETTINGS
from isoglot.report.curves import Panel, curves
from isoglot.study.answer import shared
from isoglot.study.outcome import DISTANCE, Outcome, Table
from isoglot.study.tables import shares

_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def alpha_picture(outcome: Outcome, test: str) -> str | None:
    """Means over seeds of every setting's measure and of the rank distance; None where no domain has all the arms."""
    alphas = shares(outcome.study.config)
    domains, _ = shared(outcome, list(alphas))
    if not domains:
        return None
    columns: list[tuple[str, Table, str]] = [(f"{name} {outcome.measure}", name, outcome.measure) for name in SETTINGS]
    panels = []
    for title, table, name in [*columns, ("rank distance", "bias", DISTANCE)]:
        series = {domain: _points(outcome, test, domain, table, name) for domain in domains}
        if not any(np.isnan(value) for points in series.values() for _, value in points):
            panels.append(Panel(title, series, partial(_written, whole=name == DISTANCE)))
    title = f"{test}: by share of monolingual batches"
    return curves(panels, title=title, x_title="alpha", x_ticks=_TICKS) if panels else None


def _points(outcome: Outcome, test: str, domain: str, table: Table, name: str) -> Sequence[tuple[float, float]]:
    alphas = shares(outcome.study.config)
    return [
        (alphas[arm], float(np.mean([run.macro(table, name) for run in outcome.of(arm, domain, test).values()])))
        for arm in sorted(alphas, key=alphas.__getitem__)
    ]


def _written(value: float, *, whole: bool) -> str:
    return f"{value:,.0f}" if whole else f"{value:g}"
