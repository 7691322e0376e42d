from xml.etree import ElementTree

import pytest

from isoglot.report.curves import Panel, curves

SVG = "{http://www.w3.org/2000/svg}"
SERIES = {"squad": [(0.0, 0.5), (0.5, 0.6), (1.0, 0.55)], "a<b": [(0.0, 0.2), (0.5, 0.2), (1.0, 0.9)]}


def test_curves_lie_in_their_panels_and_go_the_right_way() -> None:
    panels = [Panel("mono", SERIES, "{:g}".format), Panel("rank distance", SERIES, "{:g}".format)]
    svg = ElementTree.fromstring(curves(panels, title="On a test", x_title="alpha", x_ticks=(0.0, 1.0)))
    width, height = (float(svg.get(side, "0")) for side in ("width", "height"))
    lines = [
        [tuple(map(float, point.split(","))) for point in line.get("points", "").split()]
        for line in svg.iter(f"{SVG}polyline")
    ]
    assert len(lines) == 4
    for line, points in zip(lines, [*SERIES.values()] * 2, strict=True):
        assert [x for x, _ in line] == sorted(x for x, _ in line)
        by_height = sorted(range(3), key=lambda n: -line[n][1])  # from the bottom up
        assert [points[n][1] for n in by_height] == sorted(value for _, value in points)
        assert all(0 < x < width and 0 < y < height for x, y in line)
    assert max(x for x, _ in lines[0]) < min(x for x, _ in lines[2])
    words = [text.text for text in svg.iter(f"{SVG}text")]
    assert {"On a test", "mono", "rank distance", "squad", "a<b", "alpha"} <= set(words)
    assert "mono: squad 0.5 0.6 0.55" in svg.get("aria-label", "")


def test_equal_values_make_a_picture_too() -> None:
    flat = Panel("mono", {"a": [(0.0, 0.3), (1.0, 0.3)]}, "{:g}".format)
    svg = ElementTree.fromstring(curves([flat], title="t", x_title="x", x_ticks=(0.0, 1.0)))
    heights = {point.split(",")[1] for line in svg.iter(f"{SVG}polyline") for point in line.get("points", "").split()}
    assert len(heights) == 1
    assert float(heights.pop()) == pytest.approx(46, abs=190)
