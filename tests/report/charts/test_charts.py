"""Descriptions of charts: the picture, the table and the CSV file say the same."""

import csv
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.report.charts.chart import Chart
from isoglot.report.charts.curves import Curves, Panel, Point
from isoglot.report.charts.dot_plot import DotPlot, Line, dots
from isoglot.report.charts.heat_map import HeatMap
from isoglot.report.charts.spread import Quantiles, Spread

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "=a<script>\u202e"
SERIES = {
    "squad": [Point(0.0, 0.5), Point(0.5, 0.6, 0.55, 0.65), Point(1.0, 0.55)],
    HOSTILE: [Point(0.0, 0.2), Point(0.5, 0.2), Point(1.0, 0.9)],
}
DOTS = DotPlot(
    title="mono",
    subtitle="in one language",
    dots=dots({"a": Bounded(0.5, 0.4, 0.6), "none": None, HOSTILE: Bounded(0.7, float("nan"), float("nan"))}),
    form="{:.3f}",
    line=Line(0.1, "chance"),
)
MAP = HeatMap(
    title=HOSTILE,
    measure="mAP",
    rows=["de", "en"],
    columns=["de", "en"],
    values={("de", "de"): 0.5, ("de", "en"): 0.25},
)
LINES = Curves(
    title="On a test",
    panels=[Panel("mono", SERIES), Panel("rank distance", SERIES)],
    x_title="alpha",
    x_ticks=(0.0, 1.0),
)
BOXES = Spread(
    title="arm", subtitle="ranks", rows=[Quantiles.of(HOSTILE, np.arange(1.0, 101.0))], line=Line(10, "page 1")
)
CHARTS = [DOTS, MAP, LINES, BOXES]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_a_chart_is_a_picture_a_table_and_a_file(chart: Chart) -> None:
    svg = ElementTree.fromstring(chart.standalone())
    assert svg.find(f"{SVG}style") is not None
    assert not {element.tag for element in svg.iter()} & {f"{SVG}script", "script"}
    assert not any(element.get("style") for element in svg.iter())
    assert svg.get("role") == "img"
    assert "\u202e" not in re.sub("\u2068[^\u2069]*\u2069", "", svg.get("aria-label") or "")
    headings, rows = chart.table()
    read = list(csv.reader(chart.csv().splitlines()))
    assert len(read) == len(rows) + 1
    assert all(len(row) == len(headings) for row in [*rows, *read])
    assert not any(cell.startswith(("=", "+", "@")) for row in read for cell in row)
    shown = chart._repr_html_()
    assert "<details>" in shown
    assert "<script" not in shown


def test_tables_have_the_values() -> None:
    assert DOTS.table()[1] == [("a", "0.500", "0.400", "0.600"), (HOSTILE, "0.700", "", "")]
    assert [dot.series for dot in DOTS.dots] == [0, 2]  # an arm keeps its colour where another has no value
    assert MAP.table() == (("query \\ passage", "de", "en"), [("de", "0.50", "0.25"), ("en", "", "")])
    assert LINES.table()[1][1] == ("squad", "0.5", "0.6", "0.6")
    assert BOXES.data().rows == ((HOSTILE, 100, 5.0, 25.0, 50.0, 75.0, 95.0),)


def test_a_table_writes_what_the_picture_writes_and_a_file_has_no_nan() -> None:
    nan = float("nan")
    values = {("de", "de"): 0.5234, ("de", "en"): nan, ("en", "de"): -0.1}
    shares = replace(MAP, form="{:.0%}", values={**values, ("de", "en"): 0.25})
    cells = {text.text for text in ElementTree.fromstring(shares.svg()).iter(f"{SVG}text")}
    assert [list(row[1:]) for row in shares.table()[1]] == [["52%", "25%"], ["−10%", ""]]
    assert {"52%", "25%", "−10%"} <= cells
    assert replace(MAP, values=values).csv().splitlines()[1] == "de,0.5234,"
    steps = Curves(title="t", panels=[Panel("t", {"a": [Point(12_345, -2.5)]}, "{:.3f}")], x_title="step")
    assert steps.table()[1] == [("a", "12345", "−2.500")]
    assert "12345: −2.500" in steps.svg()


def test_curves_lie_in_their_panels_and_go_the_right_way() -> None:
    svg = ElementTree.fromstring(LINES.svg())
    width, height = (float(svg.get(side, "0")) for side in ("width", "height"))
    lines = [
        [tuple(map(float, point.split(","))) for point in line.get("points", "").split()]
        for line in svg.iter(f"{SVG}polyline")
    ]
    assert len(lines) == 4
    for line, points in zip(lines, [*SERIES.values()] * 2, strict=True):
        assert [x for x, _ in line] == sorted(x for x, _ in line)
        by_height = sorted(range(3), key=lambda n: -line[n][1])  # from the bottom up
        assert [points[n].value for n in by_height] == sorted(point.value for point in points)
        assert all(0 < x < width and 0 < y < height for x, y in line)
    assert max(x for x, _ in lines[0]) < min(x for x, _ in lines[2])


def test_a_line_beyond_all_ranks_lies_on_the_scale() -> None:
    few = Spread(title="t", subtitle="s", rows=[Quantiles.of("de", np.arange(1.0, 5.0))], line=Line(10, "page 1"))
    svg = ElementTree.fromstring(few.svg())
    (line,) = (each for each in svg.iter(f"{SVG}line") if each.get("class") == "reference")
    grid = [float(each.get("x1", "")) for each in svg.iter(f"{SVG}line") if each.get("class") == "grid"]
    assert float(line.get("x1", "")) <= max(grid)


def test_equal_values_make_curves_too() -> None:
    flat = Curves(title="t", panels=[Panel("mono", {"a": [Point(0, 0.3), Point(1, 0.3)]})], x_title="x")
    svg = ElementTree.fromstring(flat.svg())
    heights = {point.split(",")[1] for line in svg.iter(f"{SVG}polyline") for point in line.get("points", "").split()}
    assert len(heights) == 1


@pytest.mark.parametrize("spread", [0.001, 0.01, 0.1, 0.3, 0.9, 100.0, 12_345.0])
def test_labels_of_the_shades_stand_apart(spread: float) -> None:
    values = {("de", "de"): 0.05, ("de", "en"): 0.05 + spread}
    svg = ElementTree.fromstring(
        HeatMap(title="t", measure="m", rows=["de"], columns=["de", "en"], values=values, form="{:.3f}").svg()
    )
    shades = [rect for rect in svg.iter(f"{SVG}rect") if (rect.get("class") or "").startswith("heat")]
    bottom = max(float(rect.get("y", "")) for rect in shades)
    labels = [label for label in svg.iter(f"{SVG}text") if float(label.get("y", "")) > bottom]
    assert len(labels) > 1
    ends = []
    for label in labels:
        wide, x = 7.2 * len(label.text or ""), float(label.get("x", ""))
        side = (label.get("class") or "").split()[-1]
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[side]
        ends.append((left, left + wide))
    assert all(first[1] < second[0] for first, second in pairwise(ends))
