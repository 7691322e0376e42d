"""What came of a training: how it ended, how its losses went, what it saw, and how it was made."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from isoglot.cards.training import time_spent
from isoglot.report.charts.chart import Chart
from isoglot.report.charts.curves import Curves, Panel, Point
from isoglot.report.drawing.svg import isolated
from isoglot.report.page.blocks import Block, Panels, Points, Section, Switch
from isoglot.report.sections.trainingdata import data_seen, leaks_found, run_made
from isoglot.training.trained import Trained
from isoglot.wording import counted

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST, _FEW = 40, 20  # points of a curve: alone, and beside others


def trained(found: Trained) -> Iterator[Section]:
    """All sections of a run; what its record does not have is left out."""
    log = found.log
    yield Section(heading="What came of the training?", blocks=[Points(list(_ended(found, log)))])
    yield from _curves(log)
    yield data_seen(found.record)
    yield leaks_found(found)
    yield run_made(found.record)


def _ended(found: Trained, log: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    record = found.record
    asked = record["config"]["optimization"]["steps"]
    steps = record.get("steps", log[-1]["step"] if log else 0)
    name = isolated(found.folder.resolve().name)
    spent = time_spent(record)
    yield f"{name} was trained for {steps:,} of {counted(asked, 'steps')}{spent and f' in {spent}'}."
    patience = record["config"]["optimization"].get("patience")
    if steps < asked:
        waited = f" for {counted(patience, 'checks')}" if patience else ""
        yield f"It stopped early: the validation loss had not improved{waited}."
    yield _kept(record, log, steps)
    losses = [entry["loss"] for entry in log if _finite(entry.get("loss"))]
    if losses:
        yield f"The training loss went from {losses[0]:.4g} (first report) to {losses[-1]:.4g} (last)."
    resumed = sum(later["seconds"] < before["seconds"] for before, later in pairwise(log))
    if resumed:
        often = "once" if resumed == 1 else f"{resumed} times"
        yield f"The run was resumed {often}, from a checkpoint; the time is that of the last part."
    if chosen := record.get("alpha"):
        yield f"The share of monolingual batches was chosen by short trainings: alpha = {chosen['chosen']:g}."


def _kept(record: Mapping[str, Any], log: Sequence[Mapping[str, Any]], steps: int) -> str:
    """Which checkpoint is the encoder."""
    checks = [(entry["validation_loss"], entry["step"]) for entry in log if _finite(entry.get("validation_loss"))]
    if record.get("validation") is None or not checks:
        return "Nothing was held out for validation, so the encoder is that of the last step."
    best = record.get("best_validation_loss")
    least, step = min(checks)
    loss = best if _finite(best) else least
    last = "the last step" if step == steps else f"step {step:,}"
    return f"The encoder is that of {last}, which has the lowest of {len(checks)} validation losses ({loss:.4g})."


def _curves(log: Sequence[Mapping[str, Any]]) -> Iterator[Section]:
    losses = {
        "training": _points(log, "loss"),
        "validation": _points(log, "validation_loss", most=len(log)),
    }
    panels = [Panel("Loss", {name: points for name, points in losses.items() if points}, "{:.4g}")]
    panels += [_rate(points)] if (points := _points(log, "learning_rate")) else []
    if points := _points(log, "pairs_per_second"):
        panels.append(Panel("Pairs per second", {"training": points}, "{:,.0f}"))
    charts = [Curves(title=panel.title, panels=[panel], x_title="step") for panel in panels if panel.series]
    if not charts:
        return
    blocks: list[Block] = [Panels(charts)]
    reading = [
        f"A point is {_thinned([sum(_finite(entry.get('loss')) for entry in log)], _MOST)}; a report has the mean loss "
        "since the one before. Validation losses are all there."
    ]
    terms = _terms(log)
    if terms:
        blocks.append(Switch({"Term of the loss": [term for (term,) in terms]}, terms))
        reading.append("By source: each term of the loss before it is weighed, a line for each source of data.")
        reading.append(f"There a point is {_thinned(_reports_of_terms(log), _FEW)}.")
    yield Section(heading="How did the loss go?", reading=reading, blocks=blocks)


def _rate(points: Sequence[Point]) -> Panel:
    """In units of a power of ten, for an axis has no room for so many zeros."""
    most = max(point.value for point in points)
    power = math.floor(math.log10(most)) if most > 0 else 0
    scaled = [Point(point.x, point.value / 10.0**power) for point in points]
    unit = f" (× 10{str(power).translate(_RAISED)})" if power else ""
    return Panel(f"Learning rate{unit}", {"training": scaled}, "{:.3g}")


def _terms(log: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], Chart]:
    """(Term,) -> its curves, a line a source."""
    sources = dict.fromkeys(source for entry in log for source in entry.get("terms", {}))
    names = dict.fromkeys(term for entry in log for terms in entry.get("terms", {}).values() for term in terms)
    charts: dict[tuple[str, ...], Chart] = {}
    for term in names:
        values = {source: [(entry["step"], _term(entry, source, term)) for entry in log] for source in sources}
        series = {source: points for source, known in values.items() if (points := _averaged(known, most=_FEW))}
        if series:
            panel = Panel(term, series, "{:.4g}")
            charts[term,] = Curves(title=term, panels=[panel], x_title="step")
    return charts


def _term(entry: Mapping[str, Any], source: str, term: str) -> Any:
    return entry.get("terms", {}).get(source, {}).get(term)


def _points(log: Sequence[Mapping[str, Any]], key: str, *, most: int = _MOST) -> Sequence[Point]:
    return _averaged([(entry["step"], entry.get(key)) for entry in log], most=most)


def _averaged(values: Sequence[tuple[int, Any]], *, most: int = _MOST) -> Sequence[Point]:
    """(Step, value), of which those that are no numbers are left out; neighbours are averaged into so many points."""
    known = [(step, float(value)) for step, value in values if _finite(value)]
    together = _together(len(known), most)
    parts = [known[start : start + together] for start in range(0, len(known), together)]
    return [Point(float(part[-1][0]), float(np.mean([value for _, value in part]))) for part in parts]


def _thinned(counts: Sequence[int], most: int) -> str:
    """What a point is.

    Args:
        counts: of the reports of each curve.
        most: points of a curve.
    """
    found = sorted({_together(count, most) for count in counts})
    if found == [1]:
        return "a report of the log"
    return f"the mean of {' to '.join(dict.fromkeys(map(str, (found[0], found[-1]))))} reports, at the step of the last"


def _reports_of_terms(log: Sequence[Mapping[str, Any]]) -> list[int]:
    """How many reports have a term of a source, of each."""
    values = [
        (source, term)
        for entry in log
        for source, terms in entry.get("terms", {}).items()
        for term, value in terms.items()
        if _finite(value)
    ]
    return list(Counter(values).values())


def _together(reports: int, most: int) -> int:
    """How many reports make a point."""
    return max(1, math.ceil(reports / most))


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
