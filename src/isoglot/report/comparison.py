"""A comparison in words: in what B is better or worse than A, in what no difference is shown, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isoglot.evaluation.comparison.comparison import (
    LEVEL,
    CollectionComparison,
    ComparedSide,
    Comparison,
    Effect,
    Row,
)
from isoglot.evaluation.settings import SETTINGS
from isoglot.evaluation.statistics.power import detectable
from isoglot.report.values import Value, compared_values, main_measure, value_of
from isoglot.summary import MOST_ROWS, Summary, TextTable
from isoglot.wording import enumerated, interval, p_value

_ABREAST = 3  # values of a table by language
_HEAD = ("value", "A", "B", "B − A [95% interval]", "B is")
_NONE, _EQUAL, _UNTESTED = "none seen", "equal", "one cluster"
_BEGIN = {
    _NONE: "no difference is shown in",
    _EQUAL: "A and B are equal in",
    _UNTESTED: "with one cluster nothing can be tested in",
}


def comparison_summaries(comparison: Comparison, *, then: str = "", why: str = "") -> Iterator[Summary]:
    """What a comparison found on each collection, the next command below the last.

    Args:
        then: the command to run next.
        why: what it is for.
    """
    *_, last = comparison.collections
    for name, found in comparison.collections.items():
        yield Summary(
            finding=(_sides(comparison, name), *_finding(found, comparison.margin)),
            table=compared_table(found, compared_values(_main(found))),
            then=then if name == last else "",
            why=why,
            details=(*_details(found), *_scope(comparison)),
        )


def compared_table(
    found: CollectionComparison, values: Sequence[Value], *, head: Sequence[str] = _HEAD, note: str = ""
) -> TextTable:
    """A and B, their difference with its interval, and whether B is better, worse or not told apart from A.

    Args:
        values: those that the comparison lacks are left out.
        head: of the five columns.
        note: what else there is to know of the table.
    """
    known = [(value, row) for value in values[:MOST_ROWS] if (row := _row(found, value))]
    said = [verdict(value, row) for value, row in known]
    legend = []
    if any(verdict.startswith(_NONE) for verdict in said):
        legend.append(
            f"{_NONE} (d): no difference is shown once several values are tested, so that its interval may "
            "leave 0 out; one of d would have shown in 8 of 10 tests."
        )
    if any(value.unit.endswith("%}") for value, _ in known):
        legend.append("Differences of percentages are in points.")
    rows = [
        (
            value.label,
            value.form(row.macro.a),
            value.form(row.macro.b),
            f"{value.difference(row.macro.difference)} {interval(row.macro, value.bound)}".rstrip(),
            word,
        )
        for (value, row), word in zip(known, said, strict=True)
    ]
    return TextTable(tuple(head), rows, note=" ".join([*legend, *([note] if note else [])]))


def verdict(value: Value, row: Row) -> str:
    """``↑ better``, ``↓ worse``, ``none seen (.012)``; ``↓ lower`` where what is better is for the user to say."""
    effect = row.macro
    if effect.equal == 1:  # in every cluster
        return _EQUAL
    if not effect.low <= effect.high:
        return _UNTESTED  # which tells nothing of other texts
    if not _shown(row):
        return f"{_NONE} ({value.size(detectable(effect))})"
    arrow, word = ("↑", "higher") if effect.difference > 0 else ("↓", "lower")
    if value.better != "chance":
        word = "better" if word == value.better else "worse"
    return f"{arrow} {word}"


def _shown(row: Row) -> bool:
    """Whether there is a difference: corrected by Holm's method where a claim is made of it, else by BH's."""
    return (row.macro.p_holm if row.confirmatory else row.macro.p_bh) <= LEVEL


def _sides(comparison: Comparison, collection: str) -> str:
    return f"On {collection}, A is {_named(comparison.a)} and B is {_named(comparison.b)}."


def _named(side: ComparedSide) -> str:
    names = ", ".join(dict.fromkeys(side.encoders))
    return names if len(side.sources) == 1 else f"{names} ({len(side.sources)} runs)"


def _finding(found: CollectionComparison, margin: float | None) -> Iterator[str]:
    """Of the values that claims are made of, those of the settings if nothing else was asked for."""
    known = [(value_of(row.table, row.name), row) for row in found.rows if row.confirmatory]
    groups: dict[str, list[str]] = {}
    for value, row in known:
        word = verdict(value, row).split(" (")[0].lstrip("↑↓ ")
        groups.setdefault(word, []).append(f"{value.label}{_by(value, row.macro, word)}")
    if groups:
        parts = (f"{_BEGIN.get(word, f'B is {word} in')} {enumerated(labels)}" for word, labels in groups.items())
        sentence = "; ".join(parts)
        yield f"{sentence[0].upper()}{sentence[1:]}."
    if margin is not None:
        within = [f"{value.label}: {said}" for value, row in known if (said := margin_verdicts(row, margin))]
        if within:
            yield f"{'; '.join(within)}."


def _by(value: Value, effect: Effect, word: str) -> str:
    if word in (_EQUAL, _UNTESTED):
        return ""
    if word == _NONE:
        return f" ({value.size(detectable(effect))} would have shown)"
    return f" ({value.difference(effect.difference)})"


def margin_verdicts(row: Row, margin: float) -> str | None:
    """``within .01 no worse (p < .001), not shown to be equivalent (p = .2)``; None without a margin."""
    found = row.macro.margin
    if found is None:
        return None
    no_worse = "no worse" if found.no_worse else "not shown to be no worse"
    equivalent = "equivalent" if found.equivalent else "not shown to be equivalent"
    by = f"{margin:g}".removeprefix("0")
    return f"within {by} {no_worse} (p {p_value(found.p_no_worse)}), {equivalent} (p {p_value(found.p_equivalent)})"


def _details(found: CollectionComparison) -> Iterator[str | TextTable]:
    """Every value, the values by language, and what is left out."""
    yield _all(found)
    yield from _by_cell(found)
    yield from _pairs(found)
    for row in found.rows:
        if row.dropped:
            yield f"{row.table}/{row.name}: {row.dropped:,} topics have no value in some run and are left out."


def _scope(comparison: Comparison) -> Iterator[str]:
    """What intervals and p values generalise to."""
    if not comparison.seeds_vary:
        yield "Intervals and p values are about other test questions; training seeds were not varied."
    else:
        sides = (("A", comparison.a), ("B", comparison.b))
        runs = ", ".join(f"{name} {len(side.sources)}" for name, side in sides)
        said = [f"Intervals and p values are about other test questions and training seeds (runs: {runs})."]
        said += [
            f"{name} is one run: its seeds were not varied, and it counts as it is."
            for name, side in sides
            if len(side.sources) == 1
        ]
        yield " ".join(said)
    if comparison.left_out:
        yield f"Collections that are not in every file are left out: {', '.join(comparison.left_out)}."


def _all(found: CollectionComparison) -> TextTable:
    rows = []
    for row in found.rows:
        value, effect = value_of(row.table, row.name), row.macro
        rows.append(
            (
                f"{row.table}/{row.name}",
                value.form(effect.a),
                value.form(effect.b),
                _difference(value, effect),
                f"{p_value(effect.p_bh).removeprefix('= ')}{_star(effect)}",
            )
        )
    note = f"p: by Benjamini and Hochberg over the table, * up to {LEVEL:g}; of {found.clusters:,} clusters."
    return TextTable(("value", "A", "B", "B − A [95% interval]", "p"), rows, note=note)


def _by_cell(found: CollectionComparison) -> Iterator[TextTable]:
    """The confirmatory values by language, three abreast; language pairs are too many."""
    rows = [row for row in found.rows if row.confirmatory and not any(">" in cell for cell in row.cells)]
    for start in range(0, len(rows), _ABREAST):
        abreast = [(value_of(row.table, row.name), row) for row in rows[start : start + _ABREAST]]
        cells = dict.fromkeys(cell for _, row in abreast for cell in row.cells)
        yield TextTable(
            ("query in", *(value.label for value, _ in abreast)),
            [(cell, *(_cell(value, row.cells.get(cell)) for value, row in abreast)) for cell in cells],
            note=f"B − A by language; * p (Benjamini and Hochberg over languages) up to {LEVEL:g}.",
        )


def _pairs(found: CollectionComparison) -> Iterator[str]:
    """Confirmatory values by ordered pair of languages, counted."""
    for row in found.rows:
        if row.confirmatory and any(">" in cell for cell in row.cells):
            effects = list(row.cells.values())
            higher, lower = ([e for e in effects if sign * e.difference > 0] for sign in (1, -1))
            yield (
                f"{value_of(row.table, row.name).label}: of {len(effects)} ordered pairs of languages, B is higher in "
                f"{len(higher)} ({_significant(higher)} with p (Benjamini and Hochberg over pairs) up to {LEVEL:g}), "
                f"lower in {len(lower)} ({_significant(lower)})."
            )


def _significant(effects: Sequence[Effect]) -> int:
    return sum(effect.significant for effect in effects)


def _cell(value: Value, effect: Effect | None) -> str:
    return "" if effect is None else f"{_difference(value, effect)}{_star(effect)}"


def _difference(value: Value, effect: Effect) -> str:
    return f"{value.difference(effect.difference)} {interval(effect, value.bound)}".rstrip()


def _star(effect: Effect) -> str:
    return "*" if effect.significant else " "


def _row(found: CollectionComparison, value: Value) -> Row | None:
    return next((row for row in found.rows if (row.table, row.name) == (value.table, value.name)), None)


def _main(found: CollectionComparison) -> str:
    return main_measure([row.name for row in found.rows if row.table in SETTINGS])
