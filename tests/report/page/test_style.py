"""The style sheet: what is written can be read, light and dark, on every ground that it stands on."""

import re
from itertools import chain

import pytest

from isoglot.report.drawing.heat import SHADES
from isoglot.report.drawing.marks import COLOURS
from isoglot.report.page.page import Page

_TEXT = (
    *((name, "paper") for name in ("ink", "muted", "link", "mark")),
    ("ink", "tint"),
    ("ink", "code"),
    ("paper", "ink"),  # what is chosen of a switch
    *(("on-heat", f"heat{number}") for number in range(SHADES)),
)
_MARKS = tuple((f"arm{number}", "paper") for number in range(COLOURS))


def palettes() -> dict[str, dict[str, str]]:
    """Light and dark, name -> colour, of the sheet that a page has."""
    (style,) = re.findall(r"<style>(.*?)</style>", Page(title="t").html(), re.DOTALL)
    found: dict[str, dict[str, str]] = {"light": {}, "dark": {}}
    for media in re.finditer(r"@media screen and \(prefers-color-scheme: dark\) \{(.*?\})\s*\}", style, re.DOTALL):
        found["dark"].update(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", media[1]))
        style = style.replace(media[0], "")
    found["light"].update(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", style))
    return found


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: (lighter + .05) / (darker + .05), of relative luminance."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_marks_stand_out_from_their_ground(scheme: str) -> None:
    colours = palettes()[scheme]
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert set(chain(*_TEXT, *_MARKS)) <= colours.keys()
    poor = {pair: contrast(*(colours[name] for name in pair)) for pair in _TEXT}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}
    faint = {pair: contrast(*(colours[name] for name in pair)) for pair in _MARKS}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 3} == {}
    shades = [luminance(colours[f"heat{number}"]) for number in range(SHADES)]
    assert shades == sorted(shades, reverse=scheme == "light")  # more is darker on paper, lighter on black
