"""The README's picture: on page 1 or not, by the query's language and the passage's, before and after.

    python benchmarks/picture.py zero-shot.json trained.json --titles e5-small trained --output docs/page-1.svg

Results are those of `isoglot evaluate ENCODER xquad-r --save`. A cell is the share of queries of its row's language
whose right passage in its column's language is among the first ten hits of the pool of all languages.
"""

import argparse
import json
from pathlib import Path
from xml.etree.ElementTree import Element

from isoglot.report.drawing.svg import add, as_text, picture

CELL, SIDE, TOP = 26.0, 34.0, 62.0
GAP = 40.0
LOW, HIGH = (247, 250, 252), (8, 88, 120)  # either ink on any cell has a contrast of 4.4 or more
Cells = dict[str, float]


def main() -> None:
    """Read, draw, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("results", type=Path, nargs=2)
    parser.add_argument("--titles", nargs=2, required=True)
    parser.add_argument("--collection", default="xquad-r")
    parser.add_argument("--output", type=Path, required=True)
    asked = parser.parse_args()
    maps = [_cells(path, asked.collection) for path in asked.results]
    languages = sorted({pair.split(">")[0] for pair in maps[0]})
    side = SIDE + CELL * len(languages)
    svg = picture(2 * side + GAP, TOP + CELL * len(languages) + 24, _said(asked.titles, maps))
    add(svg, "rect", width=2 * side + GAP, height=TOP + CELL * len(languages) + 24, fill="#ffffff")
    for number, (title, cells) in enumerate(zip(asked.titles, maps, strict=True)):
        _draw(svg, cells, languages, left=number * (side + GAP), title=title)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(as_text(svg) + "\n", encoding="utf-8")


def _cells(path: Path, collection: str) -> Cells:
    bias = json.loads(path.read_text(encoding="utf-8"))["collections"][collection]["cells"]["bias"]
    return {**bias["reach_same@10"], **bias["reach_other@10"]}


def _said(titles: list[str], maps: list[Cells]) -> str:
    means = [_mean_other(cells) for cells in maps]
    told = "; ".join(f"{title}: {mean:.0%}" for title, mean in zip(titles, means, strict=True))
    return f"Share of queries whose right passage in another language is on page 1. {told}."


def _mean_other(cells: Cells) -> float:
    other = [share for pair, share in cells.items() if len(set(pair.split(">"))) == 2]
    return sum(other) / len(other)


def _draw(svg: Element, cells: Cells, languages: list[str], *, left: float, title: str) -> None:
    font = {"font_family": "system-ui, sans-serif", "fill": "#1b2733"}
    other = f"another language: {_mean_other(cells):.0%}"
    add(svg, "text", title, x=left + SIDE, y=16, font_size=14, font_weight="bold", **font)
    add(svg, "text", f"right passage on page 1, {other}", x=left + SIDE, y=33, font_size=12, **font)
    for place, language in enumerate(languages):
        middle = CELL * (place + 0.5)
        centred = {"text_anchor": "middle", "font_size": 11, **font}
        add(svg, "text", language, x=left + SIDE + middle, y=TOP - 7, **centred)
        add(svg, "text", language, x=left + SIDE - 14, y=TOP + middle + 4, **centred)
        for column, passage in enumerate(languages):
            share = cells[f"{language}>{passage}"]
            x, y = left + SIDE + CELL * column, TOP + CELL * place
            add(svg, "rect", x=x, y=y, width=CELL - 1, height=CELL - 1, fill=_colour(share))
            ink = {"text_anchor": "middle", "font_size": 10, "font_family": "system-ui, sans-serif"}
            ink["fill"] = "#ffffff" if share > 0.74 else "#000000"
            add(svg, "text", f"{share * 100:.0f}", x=x + (CELL - 1) / 2, y=y + CELL / 2 + 3.5, **ink)
    below = TOP + CELL * len(languages) + 16
    add(
        svg,
        "text",
        "rows: language of the query; columns: of the passage; percent",
        x=left + SIDE,
        y=below,
        font_size=11,
        **font,
    )


def _colour(share: float) -> str:
    mixed = [round(low + (high - low) * share) for low, high in zip(LOW, HIGH, strict=True)]
    return f"rgb({mixed[0]},{mixed[1]},{mixed[2]})"


if __name__ == "__main__":
    main()
