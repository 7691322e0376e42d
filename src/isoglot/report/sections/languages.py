"""From which language to which: heat maps of arms and measures, one at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from isoglot.evaluation.bias.reach import REACH_OTHER, REACH_SAME
from isoglot.evaluation.results import CollectionResult, Estimate
from isoglot.report.arms import Arms
from isoglot.report.charts.chart import Chart
from isoglot.report.charts.heat_map import HeatMap, Pair
from isoglot.report.page.blocks import Section, Switch
from isoglot.report.sections.found import find
from isoglot.report.sections.numbers import main_of
from isoglot.report.values import BIAS, measure_title


@dataclass(frozen=True)
class _Kind:
    """What maps can show: a name, and per arm the values of pairs."""

    name: str
    form: str
    values: Mapping[str, Mapping[Pair, float]]


def languages(arms: Arms) -> Section | None:
    """The maps; None where no question crosses languages."""
    kinds = [kind for kind in _kinds(arms) if any(q != p for values in kind.values.values() for q, p in values)]
    if not kinds:
        return None
    pairs = {pair for kind in kinds for values in kind.values.values() for pair in values}
    rows, columns = sorted({query for query, _ in pairs}), sorted({passage for _, passage in pairs})
    charts: dict[tuple[str, ...], Chart] = {}
    for kind in kinds:
        shown = [value for values in kind.values.values() for value in values.values()]
        for number, arm in enumerate(arms):
            if kind.values[arm]:
                charts[arm, kind.name] = HeatMap(
                    title=arm,
                    measure=kind.name,
                    rows=rows,
                    columns=columns,
                    values=kind.values[arm],
                    form=kind.form,
                    series=number,
                    ends=(min(shown), max(shown)),
                )
    lists = {"Arm": list(arms), "Measure": [kind.name for kind in kinds]}
    reading = (
        "A row is the language of the questions, a column that of the passages; the outlined diagonal is a language "
        "with itself. The more evenly a map is filled, the less it matters who asks in which language. A column of low "
        "values is a language whose passages are hard to find, a row of low values one whose questions find little. "
        "Maps of one measure share their shades."
    )
    return Section(heading="From which language to which?", reading=[reading], blocks=[Switch(lists, charts)])


def _kinds(arms: Arms) -> Iterator[_Kind]:
    main = main_of(arms)
    title = measure_title(main)
    yield _Kind(f"{title}, passages in one language", "{:.2f}", _of(arms, (("mono", main), ("cross", main))))
    yield _Kind("mAP in the pool of all, one answer at a time", "{:.2f}", _of(arms, (("single-gold", "map"),)))
    reach = ((BIAS, REACH_SAME.name), (BIAS, REACH_OTHER.name))
    yield _Kind("Relevant passage on page 1 of the pool", "{:.0%}", _of(arms, reach))


def _of(arms: Arms, sources: tuple[Pair, ...]) -> dict[str, dict[Pair, float]]:
    return {arm: dict(_pairs(result, sources)) for arm, result in arms.items()}


def _pairs(result: CollectionResult, sources: tuple[Pair, ...]) -> Iterator[tuple[Pair, float]]:
    """From cells such as ``pt-BR>zh``, and ``de`` for a language with itself."""
    estimates: list[Estimate | None] = [find(result, *source) for source in sources]
    for estimate in estimates:
        for cell, value in (estimate.cells if estimate else {}).items():
            query, _, passage = cell.partition(">")
            yield (query, passage or query), value
