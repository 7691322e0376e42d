"""What is left when queries are perturbed: a curve for each perturbation, and for each language of the worst."""

from collections.abc import Iterator, Sequence

from isoglot.perturbation.curves import Curve, CurvePoint, Robustness
from isoglot.report.charts.chart import Chart
from isoglot.report.charts.curves import Curves, Panel, Point
from isoglot.report.page.blocks import Block, Panels, Points, Section
from isoglot.report.robust import curves_by_language, robustness_summary
from isoglot.report.values import measure_title
from isoglot.result import ALL
from isoglot.wording import counted


def robust(found: Robustness) -> Section:
    """The curves of each setting and measure; queries before and after are not shown."""
    summary = robustness_summary("The encoder", found)
    whole = [curve for curve in found.curves if curve.cell == ALL]
    of = dict.fromkeys((curve.setting, curve.measure) for curve in whole)
    charts = [chart for setting, measure in of for chart in _charts(found, whole, setting, measure)]
    left = [
        f"{name} leaves out {counted(count, 'queries')}: {reason}."
        for name, reasons in found.left_out.items()
        for reason, count in reasons.items()
    ]
    reading = [
        *summary.finding,
        "Strength 0 is the queries as they are. A line through a point is its 95% interval; the flatter a curve, the "
        "less the perturbation costs.",
    ]
    blocks: list[Block] = [Panels(charts), *([Points(left)] if left else [])]
    return Section(heading="What do perturbed queries cost?", of=found.collection, reading=reading, blocks=blocks)


def _charts(found: Robustness, whole: Sequence[Curve], setting: str, measure: str) -> Iterator[Chart]:
    """All perturbations together; then the languages under the one that costs most."""
    curves = [curve for curve in whole if (curve.setting, curve.measure) == (setting, measure)]
    title = f"{setting} {measure_title(measure)}"
    yield _chart(title, {curve.perturbation: curve.points for curve in curves})
    known = [curve for curve in curves if curve.points[-1].relative == curve.points[-1].relative]
    if known:
        worst = min(known, key=lambda curve: curve.points[-1].relative)
        languages = curves_by_language(found, worst)
        if len(languages) > 1:
            yield _chart(f"{title}, {worst.perturbation}", {curve.cell: curve.points for curve in languages})


def _chart(title: str, points: dict[str, Sequence[CurvePoint]]) -> Curves:
    series = {
        name: [Point(point.strength, point.value, point.low, point.high) for point in each]
        for name, each in points.items()
    }
    return Curves(title=title, panels=[Panel(title, series, "{:.3f}")], x_title="strength")
