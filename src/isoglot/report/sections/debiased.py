"""What a repair changes: before and after with intervals, and what each candidate gives by its strength."""

from collections.abc import Iterator
from dataclasses import replace
from math import nan

from isoglot.debiasing.run import Debiasing
from isoglot.debiasing.selection import TransformSelection
from isoglot.encoder.fitted import Choice, Fitted
from isoglot.evaluation.bias.preference import SAME_LANGUAGE
from isoglot.evaluation.comparison.comparison import CollectionComparison
from isoglot.evaluation.guard.selection import Change
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.report.charts.curves import Curves, Panel, Point
from isoglot.report.charts.dot_plot import Dot, DotPlot
from isoglot.report.debiased import debiased_summary
from isoglot.report.page.blocks import Block, Facts, Listing, Panels, Points, Section
from isoglot.report.sections.compared import difference_chart, differences
from isoglot.report.values import BIAS, value_of
from isoglot.summary import TextTable
from isoglot.wording import decimal, short_path, signed, tally, with_interval


def debiased(found: Debiasing) -> Iterator[Section]:
    """What was done and what it gives, the candidates, and what it was fitted on."""
    found = replace(found, name=short_path(found.name))
    summary = debiased_summary(found, output="The repaired encoder")
    blocks: list[Block] = []
    if found.effect is not None:
        (measured,) = found.effect.collections.values()
        blocks.append(Panels(differences(measured, title="After − before")))
    if summary.table is not None:
        blocks.append(Listing(summary.table))
    yield Section(heading="What does the repair change?", reading=summary.finding, blocks=blocks)
    if found.effect is not None:
        yield from _pull(measured)
    if found.selection is not None:
        yield _candidates(found.selection)
    if found.fitted is not None:
        facts = [("encoder", found.name), ("transform", str(found.fitted.choice)), *_texts(found.fitted)]
        points = [Points([str(agreement) for agreement in found.agreements])] if found.agreements else []
        yield Section(heading="How was it fitted?", blocks=[Facts("Transform", facts), *points])


def _pull(measured: CollectionComparison) -> Iterator[Section]:
    """How often the top hit is in the query's language, a row a language; nothing where there is one language."""
    value = value_of(BIAS, SAME_LANGUAGE[1].name)
    cells = next((row.cells for row in measured.rows if (row.table, row.name) == (value.table, value.name)), {})
    if len(cells) < 2:
        return
    shares = {
        "Before": {language: effect.a for language, effect in cells.items()},
        "After": {language: effect.b for language, effect in cells.items()},
    }
    charts = [
        DotPlot(
            title=title,
            subtitle="top hits in the query's language, share of queries",
            dots=tuple(Dot(language, series, Bounded(share, nan, nan)) for language, share in found.items()),
            form=SAME_LANGUAGE[1].form,
            ends=(0, 1),
        )
        for series, (title, found) in enumerate(shares.items())
    ]
    yield Section(
        heading="How hard does each language pull?",
        reading=[
            "A row is the language of queries. The more of them have their top hit in it, though passages in other "
            "languages say the same, the harder it pulls. The third chart has the differences with 95% intervals."
        ],
        blocks=[Panels([*charts, difference_chart(value, cells, title="After − before", series=1)])],
    )


def _texts(fitted: Fitted) -> Iterator[tuple[str, str]]:
    yield "texts of each language", tally(fitted.on["texts"])
    for key, name in (("data", "fitted on"), ("chosen_on", "chosen on")):
        for data in fitted.on.get(key, ()):
            yield name, f"{data['name']}, fingerprint {data['fingerprint']}"


def _candidates(selection: TransformSelection) -> Section:
    kinds: dict[str, list[tuple[Choice, Change]]] = {}
    for outcome in selection.outcomes:
        if outcome.change:
            kinds.setdefault(_kind(outcome.choice), []).append((outcome.choice, outcome.change))
    curves = []
    for setting in ("mono", "multi"):
        before = getattr(selection, setting)
        start = Point(0.0, before)
        series = {
            kind: [start, *(_point(choice, change, setting, before) for choice, change in _by_strength(tried))]
            for kind, tried in kinds.items()
        }
        curves.append(
            Curves(title=f"{setting} mAP", panels=[Panel(f"{setting} mAP", series, "{:.3f}")], x_title="strength")
        )
    reading = (
        f"On {selection.name}, by the strength of each kind of transform; strength 0 is the encoder as it is, and a "
        "line through a point the 95% interval of its difference from there. A good repair keeps mono and raises multi."
    )
    candidates = [_row(outcome.choice, outcome.change, outcome.why) for outcome in selection.outcomes]
    table = TextTable(("candidate", "mono mAP", "multi mAP", "why it was chosen or not"), candidates)
    return Section(
        heading="How was it chosen?",
        reading=[reading],
        blocks=[*([Panels(curves)] if kinds else []), Points(selection.choice_lines()), Listing(table)],
    )


def _row(choice: Choice, change: Change | None, why: str) -> tuple[str, ...]:
    if change is None:
        return str(choice), "", "", why
    found = ((change.mono, change.mono_difference), (change.multi, change.multi_difference))
    values = (f"{decimal(value)} {with_interval(difference, signed)}" for value, difference in found)
    return str(choice), *values, why


def _by_strength(tried: list[tuple[Choice, Change]]) -> list[tuple[Choice, Change]]:
    """By strength."""
    return sorted(tried, key=lambda pair: pair[0].strength)


def _kind(choice: Choice) -> str:
    return f"{choice.kind}, rank {choice.rank}" if choice.rank else choice.kind


def _point(choice: Choice, change: Change, setting: str, before: float) -> Point:
    difference: Bounded = getattr(change, f"{setting}_difference")
    return Point(choice.strength, getattr(change, setting), before + difference.low, before + difference.high)
