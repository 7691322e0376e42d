"""Differences: which way is better, written as the table writes them; the colour is that of the arm that is B."""

import pytest

from helpers.compared import FAST, evaluated
from isoglot.evaluation.comparison.compare import compare
from isoglot.evaluation.comparison.comparison import Comparison
from isoglot.report.charts.dot_plot import DotPlot
from isoglot.report.page.blocks import Panels
from isoglot.report.page.compose import page_of
from isoglot.report.page.page import Page
from isoglot.report.sections.compared import differences
from isoglot.report.values import value_of

A, B = (evaluated(name, vectors=number, draws=20) for number, name in enumerate("ab"))


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(A, B, options=FAST)


def charts(page: Page) -> list[DotPlot]:
    blocks = (block for section in page.sections for block in section.blocks if isinstance(block, Panels))
    return [
        chart for block in blocks for chart in block.charts if isinstance(chart, DotPlot) and chart.title == "B − A"
    ]


def test_a_difference_says_which_way_is_better_and_is_written_as_in_the_table(found: Comparison) -> None:
    measured = found.collections["random"]
    measures, shares, ranks = differences(measured)
    assert [chart.hint for chart in (measures, shares, ranks)] == [
        "↑ right is better",
        "↑ right is better",
        "↓ left is better",
    ]
    assert all(dot.name.endswith("↑") for dot in measures.dots)
    assert [dot.name for dot in ranks.dots] == ["rank distance\u00a0↓"]
    top = value_of("bias", "same_language@1")
    assert top.label in [dot.name for dot in shares.dots]  # neither way is better
    for chart, value in (
        (measures, value_of("mono", "map")),
        (shares, top),
        (ranks, value_of("bias", "rank_distance")),
    ):
        (row,) = (row for row in chart.table()[1] if row[0].startswith(value.label))
        assert row[1] == value.difference(measured.row(value.table, value.name).macro.difference)


def test_a_comparison_has_the_colour_of_the_arm_that_is_b(found: Comparison) -> None:
    third = evaluated("c", vectors=2, draws=20)
    series = {
        names: {dot.series for chart in charts(page_of([*arms, found])) for dot in chart.dots}
        for names, arms in (("cab", (third, A, B)), ("ba", (B, A)), ("c", (third,)), ("", ()))
    }
    assert series == {"cab": {2}, "ba": {0}, "c": {1}, "": {1}}
