"""The figures of the page: the pictures that results give, and the sentences that say how to read them."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from isoglot.evaluation.bias.distance import RANK_DISTANCE
from isoglot.evaluation.bias.preference import SAME_LANGUAGE
from isoglot.evaluation.results import CollectionResult, Estimate
from isoglot.evaluation.settings import SETTINGS, Setting
from isoglot.report.charts import Mark, colour_scale, dot_panel, heat_map
from isoglot.report.svg import nice_ticks

Arms = Mapping[str, CollectionResult]
BIAS = "bias"
DISTANCE, SAME = RANK_DISTANCE, SAME_LANGUAGE[1]
_HALF = 340.0  # px, a panel where two stand side by side
_WIDE = 15  # languages above which heat maps stand one below the other
_PANELS: dict[Setting, tuple[str, str]] = {
    "mono": ("One language (mono)", "passages in the query's language"),
    "cross": ("Across languages (cross)", "passages in one other language"),
    "multi": ("One pool of all (multi)", "passages in any language"),
}


@dataclass(frozen=True)
class Figure:
    """A heading, sentences that say how to read the pictures, and the pictures."""

    heading: str
    captions: list[str]
    panels: list[str]
    kind: Literal["three", "two", "maps", "wide"]
    key: str | None = None


def find(result: CollectionResult, source: str, measure: str) -> Estimate | None:
    """The estimate of a setting's measure, or of a bias (source ``BIAS``); None where the result has none."""
    estimates = result.bias if source == BIAS else result.settings.get(source, {})
    return estimates.get(measure)


def several_languages(arms: Arms) -> bool:
    """Whether a top hit can be in another language than the query at all."""
    return any(result.pool_share < 1 for result in arms.values())


def answers_in_several_languages(arms: Arms) -> bool:
    """Whether questions have relevant passages in several languages, so that none is to be preferred."""
    return any(find(result, BIAS, DISTANCE.name) for result in arms.values())


def _marks(arms: Arms, source: str, measure: str) -> list[Mark]:
    found = [(name, find(result, source, measure)) for name, result in arms.items()]
    return [Mark(name, number, estimate) for number, (name, estimate) in enumerate(found) if estimate]


def _decimals(value: float, *, step: float) -> str:
    """A tick with as many decimals as its step needs."""
    return f"{value:,.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"


def _ticks(estimates: Iterable[Estimate], *, most: int) -> tuple[float, ...]:
    ends = [end for estimate in estimates for end in (estimate.low, estimate.high, estimate.value)]
    return nice_ticks(min(ends), max(ends), most=most)


def settings_figure(arms: Arms) -> Figure | None:
    """mAP of the arms in each setting that the collection has."""
    found = {setting: _marks(arms, setting, "map") for setting in SETTINGS}
    found = {setting: marks for setting, marks in found.items() if marks}
    if not found:
        return None
    ticks = _ticks((mark.estimate for marks in found.values() for mark in marks), most=8)
    panels = [
        dot_panel(
            *_PANELS[setting],
            marks,
            ticks=ticks,
            form="{:.3f}".format,
            tick_form=partial(_decimals, step=ticks[1] - ticks[0]),
            hint="mAP, higher is better →",
        )
        for setting, marks in found.items()
    ]
    caption = (
        "mAP is 1 when every relevant passage stands before every other: further right is better. A dot is "
        "the mean, the line through it its 95% interval."
    )
    if ticks[0] > 0:
        caption += f" The scale starts at {ticks[0]:g}, not at 0."
    if "multi" in found and answers_in_several_languages(arms):
        caption += " In multi, relevant passages in every language have to come before others in the query's own."
    return Figure("How well are the relevant passages ranked?", [caption], panels, "three")


def bias_figure(arms: Arms) -> Figure | None:
    """Rank distance, and the share of top hits in the query's language against the pool's share."""
    distances, shares = _marks(arms, BIAS, DISTANCE.name), _marks(arms, BIAS, SAME.name)
    panels, captions = [], []
    if distances:
        panels.append(_distance_panel(distances))
        captions.append(
            "Rank distance: with all languages in one pool, how many ranks lie between the first and the "
            "last of a question's relevant passages. Where they say the same in different languages, a ranking "
            "by meaning alone puts them side by side: lower is better."
        )
    if shares and several_languages(arms):
        chance = next(iter(arms.values())).pool_share
        aim = "nearer to the dashed line is better" if distances else "the dashed line is chance"
        panels.append(_share_panel(shares, chance, aim))
        captions.append(
            f"Top hits: the dashed line is the share of the pool in the query's language ({chance:.1%}), "
            "what chance gives. The further right of it, the more an encoder prefers passages in the "
            "question's language."
        )
    if not panels:
        return None
    return Figure("Does the language of a passage move its rank?", captions, panels, "two")


def _distance_panel(marks: list[Mark]) -> str:
    ticks = nice_ticks(0, max(max(mark.estimate.high, mark.estimate.value) for mark in marks), most=6)
    return dot_panel(
        "Rank distance",
        "ranks from a question's first to its last relevant passage",
        marks,
        ticks=ticks,
        form=DISTANCE.form.format,
        tick_form=partial(_decimals, step=ticks[1]),
        hint="← lower is better",
        width=_HALF,
    )


def _share_panel(marks: list[Mark], chance: float, aim: str) -> str:
    return dot_panel(
        "Top hits in the query's language",
        "share of queries, all languages in one pool",
        marks,
        ticks=(0, 0.25, 0.5, 0.75, 1),
        form=SAME.form.format,
        tick_form="{:.0%}".format,
        hint=aim,
        width=_HALF,
        line=(chance, f"chance {chance:.1%}"),
    )


def heat_map_figure(arms: Arms) -> Figure | None:
    """mAP by query and passage language, a map an arm; None where no question crosses languages."""
    maps = {arm: _language_pairs(result) for arm, result in arms.items()}
    pairs = [pair for values in maps.values() for pair in values]
    if all(query == passage for query, passage in pairs):
        return None
    rows, columns = sorted({query for query, _ in pairs}), sorted({passage for _, passage in pairs})
    shown = [value for values in maps.values() for value in values.values()]
    ticks = nice_ticks(min(shown), max(shown), most=10)
    panels = [
        heat_map(name, number, values, rows=rows, columns=columns, ticks=ticks)
        for number, (name, values) in enumerate(maps.items())
        if values
    ]
    caption = (
        "mAP of questions in the row's language on passages in the column's; the outlined diagonal is mono, "
        "the rest is cross. The more evenly a map is filled, the less it matters who asks in which "
        "language. A column of low values is a language whose passages are hard to find, a row of low "
        "values one whose questions find little."
    )
    key = colour_scale(ticks, tick_form=partial(_decimals, step=ticks[1] - ticks[0]))
    kind: Literal["maps", "wide"] = "wide" if len(columns) > _WIDE else "maps"
    return Figure("From which language to which?", [caption], panels, kind, key=key)


def _language_pairs(result: CollectionResult) -> dict[tuple[str, str], float]:
    """(query language, passage language) -> mAP, from the cells of mono (``de``) and cross (``pt-BR>zh``)."""
    mono, cross = find(result, "mono", "map"), find(result, "cross", "map")
    pairs = {(cell, cell): value for cell, value in (mono.cells if mono else {}).items()}
    for cell, value in (cross.cells if cross else {}).items():
        query, _, passage = cell.partition(">")
        pairs[query, passage] = value
    return pairs
