"""Robustness in words: what is left of a measure under each perturbation, and which language is hit hardest."""

import math
from collections.abc import Iterator

from isoglot.languages import english_name
from isoglot.perturbation.curves import Curve, Robustness
from isoglot.report.values import measure_title
from isoglot.result import ALL
from isoglot.summary import MOST_ROWS, Summary, TextTable
from isoglot.wording import counted, decimal


def robustness_summary(encoder: str, found: Robustness, *, then: str = "", why: str = "") -> Summary:
    """What perturbed queries cost.

    Args:
        encoder: what it is called.
        then: the command to run next.
        why: what it is for.
    """
    return Summary(
        finding=tuple(_finding(encoder, found)),
        table=_table([curve for curve in found.curves if curve.cell == ALL][:MOST_ROWS], "perturbation"),
        then=then,
        why=why,
        details=tuple(_details(found)),
    )


def _finding(encoder: str, found: Robustness) -> Iterator[str]:
    of = f"{encoder} on {found.collection}"
    whole = [curve for curve in found.curves if curve.cell == ALL and not math.isnan(curve.points[-1].relative)]
    if not whole:
        yield f"{of}: nothing is found with the queries as they are, so that nothing can be lost."
        return
    worst = min(whole, key=lambda curve: curve.points[-1].relative)
    point = worst.points[-1]
    yield (
        f"{of}: {worst.perturbation} costs most, and leaves at strength {point.strength:g} {point.relative:.0%} of "
        f"{worst.setting} {measure_title(worst.measure)} ({decimal(worst.points[0].value)} before, "
        f"{decimal(point.value)} after)."
    )
    known = [curve for curve in curves_by_language(found, worst) if not math.isnan(curve.points[-1].relative)]
    if len(known) > 1:
        hardest = min(known, key=lambda curve: curve.points[-1].relative)
        left = f"{hardest.points[-1].relative:.0%}"
        yield f"Queries in {english_name(hardest.cell)} lose most: {left} of their value is left."


def curves_by_language(found: Robustness, whole: Curve) -> list[Curve]:
    """The curves by query language of which this one is the macro average; of pairs of languages there are too many."""
    key = (whole.perturbation, whole.setting, whole.measure)
    alike = [curve for curve in found.curves if (curve.perturbation, curve.setting, curve.measure) == key]
    return [curve for curve in alike if ">" not in curve.cell and curve.cell != ALL]


def _table(curves: list[Curve], first: str) -> TextTable:
    strengths = [f"{point.strength:g}" for point in curves[0].points] if curves else []
    several = len({(curve.setting, curve.measure) for curve in curves}) > 1
    rows = [
        (
            (curve.perturbation if curve.cell == ALL else curve.cell)
            + (f", {curve.setting} {measure_title(curve.measure)}" if several else ""),
            *_row(curve),
        )
        for curve in curves
    ]
    of = "" if several or not curves else f"{curves[0].setting} {measure_title(curves[0].measure)} "
    return TextTable(
        (first, *strengths), rows, note=f"Values are {of}by strength; brackets show what is left of the value at 0."
    )


def _details(found: Robustness) -> Iterator[str | TextTable]:
    for curve in found.curves:
        if curve.cell == ALL:
            yield f"{curve.perturbation}, {curve.setting} {measure_title(curve.measure)}:"
            yield _table(curves_by_language(found, curve), "query in")
    for name, reasons in found.left_out.items():
        for reason, count in reasons.items():
            yield f"{name} leaves out {counted(count, 'queries')}: {reason}."
    for example in found.examples:
        yield f"{example.perturbation}, {example.language}: {example.before} → {example.after}"


def _row(curve: Curve) -> list[str]:
    """The clean value, then values with the share of the clean one that is left."""
    first, *rest = curve.points
    return [decimal(first.value), *(f"{decimal(point.value)}{_share(point.relative)}" for point in rest)]


def _share(relative: float) -> str:
    """Nothing where the clean value is 0, of which there is no share."""
    return "" if math.isnan(relative) else f" ({relative:.0%})"
