"""The page: what some arms scored on one collection, as one HTML file without scripts that works offline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from isoglot.errors import ConfigError
from isoglot.evaluation.bias.measure import Better
from isoglot.evaluation.results import CollectionResult, Estimate
from isoglot.files import whole_file
from isoglot.report.charts import swatch
from isoglot.report.figures import (
    BIAS,
    DISTANCE,
    SAME,
    Arms,
    answers_in_several_languages,
    bias_figure,
    find,
    heat_map_figure,
    settings_figure,
    several_languages,
)
from isoglot.versions import versions
from isoglot.wording import counted, interval


@dataclass(frozen=True)
class Column:
    """A column of the table: where its estimates are, how they are written, and what is best.

    With ``"chance"`` the best is the nearest to the pool's share of the query's language.
    """

    group: str
    title: str
    source: str
    measure: str
    form: str
    better: Better

    def find(self, result: CollectionResult) -> Estimate | None:
        return find(result, self.source, self.measure)


@dataclass(frozen=True)
class TableCell:
    """A value of the table and its interval, as written."""

    value: str
    interval: str
    best: bool


_COLUMNS = (
    Column("mAP", "mono", "mono", "map", "{:.3f}", "higher"),
    Column("mAP", "cross", "cross", "map", "{:.3f}", "higher"),
    Column("mAP", "multi", "multi", "map", "{:.3f}", "higher"),
    *(
        Column("Language bias", measure.heading, BIAS, measure.name, measure.form, measure.better)
        for measure in (DISTANCE, SAME)
    ),
    Column("One pool (multi)", "nDCG@10", "multi", "ndcg@10", "{:.3f}", "higher"),
    Column("One pool (multi)", "R@10", "multi", "r@10", "{:.3f}", "higher"),
)


def write_page(
    path: Path,
    *,
    title: str,
    lead: str,
    arms: Arms,
    notes: Sequence[str] = (),
    commands: Sequence[tuple[str, str]] = (),
) -> None:
    """Write the page beside and rename, so that it is whole or not there.

    Args:
        path: of the HTML file; its folder is made.
        title, lead: the heading, and the sentence below it.
        arms: name -> result, all on one collection, in the order to show them. What a result does not have
            (such as cross in a collection of one language) the page leaves out.
        notes: sentences about how the numbers came about.
        commands: (what it does, shell command), shown as what to do next.

    Raises:
        ConfigError: there is no arm, or arms were evaluated on different collections.
    """
    if not arms:
        raise ConfigError("a page needs at least one arm, but got none.")
    names = {result.fingerprint: f"{arm} ({result.name})" for arm, result in arms.items()}
    if len(names) > 1:
        raise ConfigError(f"a page compares arms on one collection, but these differ: {', '.join(names.values())}.")
    collection = next(iter(arms.values()))
    columns = _columns(arms)
    figures = (settings_figure(arms), bias_figure(arms), heat_map_figure(arms))
    environment = Environment(
        loader=PackageLoader("isoglot", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    content = environment.get_template("page.html.j2").render(
        title=title,
        lead=lead,
        collection=collection,
        sizes=[counted(count, things) for things, count in collection.sizes.items()],
        groups=_groups(columns),
        columns=columns,
        rows=_rows(columns, arms),
        reading=_reading(columns, arms),
        pool_share=f"{collection.pool_share:.1%}",
        figures=[figure for figure in figures if figure],
        notes=notes,
        commands=commands,
        versions=versions(),
    )
    with whole_file(path) as part:
        part.write_text(content, encoding="utf-8")


def _columns(arms: Arms) -> list[Column]:
    """The columns that some arm has a value for."""
    found = [column for column in _COLUMNS if any(column.find(result) for result in arms.values())]
    return [column for column in found if column.measure != SAME.name or several_languages(arms)]


def _groups(columns: Sequence[Column]) -> list[tuple[str, int]]:
    names = [column.group for column in columns]
    return [(name, names.count(name)) for name in dict.fromkeys(names)]


def _rows(columns: Sequence[Column], arms: Arms) -> list[tuple[str, str, list[TableCell | None]]]:
    """Per arm: its name, its swatch, a cell for each column (None where it has no value)."""
    best = {column: _best(column, arms) for column in columns}
    rows = []
    for number, (arm, result) in enumerate(arms.items()):
        cells = [_table_cell(column, column.find(result), best[column]) for column in columns]
        rows.append((arm, swatch(number), cells))
    return rows


def _table_cell(column: Column, estimate: Estimate | None, best: str | None) -> TableCell | None:
    if estimate is None:
        return None
    value = column.form.format(estimate.value)
    return TableCell(value, interval(estimate, column.form.format, "{}–{}"), value == best)


def _best(column: Column, arms: Arms) -> str | None:
    """The best value as written, so that equal looks are marked alike; None if nothing stands out."""
    if column.better == "chance" and not answers_in_several_languages(arms):
        return None
    cost: Callable[[tuple[float, float]], float] = {
        "higher": lambda pair: -pair[0],
        "lower": lambda pair: pair[0],
        "chance": lambda pair: abs(pair[0] - pair[1]),
    }[column.better]
    found = [(column.find(result), result.pool_share) for result in arms.values()]
    values = [(estimate.value, share) for estimate, share in found if estimate]
    shown = {column.form.format(value) for value, _ in values}
    return column.form.format(min(values, key=cost)[0]) if len(shown) > 1 else None


def _reading(columns: Sequence[Column], arms: Arms) -> str:
    sources = {column.source for column in columns}
    over = "languages (cross: over ordered pairs of languages)" if "cross" in sources else "languages"
    text = f"Values are means over {over}; the small print is a 95% interval from resampling whole clusters."
    text += " ↑ higher is better, ↓ lower is better."
    if len(arms) > 1:
        text += " Bold on a shade is the best of its column; the lead may still be chance."
    return text
