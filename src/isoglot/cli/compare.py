"""``isoglot compare``: two encoders, question by question, in sentences and tables that fit 100 columns."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from isoglot.cli.notices import warn_of_seen
from isoglot.cli.options import Seed, draws_for, no_loss_margin, save_as_json, several, split_commas
from isoglot.cli.saving import check_targets, saved_first
from isoglot.cli.screen import Screen
from isoglot.wording import counted, decimal, interval, p_value

if TYPE_CHECKING:
    from isoglot.evaluation.comparison.comparison import CollectionComparison, ComparedSide, Comparison, Effect, Row

_WIDTH = 100
_ABREAST = 3  # values of a table by language


def compare(
    a: Annotated[
        str,
        typer.Argument(
            metavar="A", help="Results of A: a file that `isoglot evaluate --save` wrote; with commas, one a seed."
        ),
    ],
    b: Annotated[str, typer.Argument(metavar="B", help="Results of B. Every difference is B minus A.")],
    margin: Annotated[
        float | None,
        no_loss_margin("Test whether B loses no more than this against A, and whether both are equivalent within it."),
    ] = None,
    confirm: Annotated[
        list[str] | None,
        several(
            "--confirm",
            "Values to base claims on, such as multi/map; their p values are corrected together. Default: mAP of each "
            "setting.",
            metavar="TABLE/NAME",
        ),
    ] = None,
    save: Annotated[Path | None, save_as_json("the comparison")] = None,
    draws: Annotated[int, draws_for("Number of sign flips and of bootstrap resamples.")] = 10_000,
    seed: Seed = 0,
) -> None:
    """Test whether one encoder is better than another, question by question."""
    from isoglot.evaluation.comparison.compare import CompareOptions
    from isoglot.evaluation.comparison.compare import compare as run_comparison

    options = CompareOptions(margin=margin, confirmatory=confirm, draws=draws, seed=seed)
    sides = [[Path(os.path.expanduser(name)) for name in split_commas(side)] for side in (a, b)]
    check_targets([save], inputs=[path for side in sides for path in side])
    found = run_comparison(*sides, options=options)
    measured = {name: collection.fingerprint for name, collection in found.collections.items()}
    runs = (run for side in (found.a, found.b) for run in zip(side.encoders, side.fitted_on, strict=True))
    for encoder, fitted_on in dict.fromkeys(runs):
        warn_of_seen(encoder, fitted_on, measured)
    with saved_first(save, found, what="comparison"):
        print_comparison(found)


def print_comparison(comparison: Comparison, *, console: Screen | None = None) -> None:
    """What each confirmatory value says in words, every value, the values by language, and what p covers."""
    console = console or _console()
    console.print(f"A: {_named(comparison.a)}\nB: {_named(comparison.b)}")
    for name, found in comparison.collections.items():
        console.print(f"\n{name}, {counted(found.clusters, 'clusters')}", style="bold")
        for row in found.rows:
            if row.confirmatory:
                console.print(sentence(row))
                if verdict := verdicts(row, comparison.margin or 0.0):
                    console.print(f"  {verdict}")
        console.print(_values(found))
        for table in _by_cell(found):
            console.print(table)
        for line in (*_pairs(found), *_dropped(found)):
            console.print(line)
    console.print(f"\n{coverage(comparison)}")
    if comparison.left_out:
        console.print(f"Left out, not in every file: {', '.join(comparison.left_out)}.")


def sentence(row: Row) -> str:
    """``multi map: B is .059 higher [.052, .066], p < .001 (Holm), 240 clusters``."""
    effect = row.macro
    if effect.difference == 0:
        difference = "A and B are equal"
    else:
        difference = f"B is {_number(abs(effect.difference), effect)} {'higher' if effect.difference > 0 else 'lower'}"
    said = f"{row.table} {row.name}: {difference} {_interval(effect)}, p {p_value(effect.p_holm)} (Holm)"
    return f"{said}, {counted(effect.clusters, 'clusters')}"


def verdicts(row: Row, margin: float) -> str | None:
    """``within .01: no worse (p < .001), not shown to be equivalent (p = .2)``; None without a margin."""
    found = row.macro.margin
    if found is None:
        return None
    no_worse = "no worse" if found.no_worse else "not shown to be no worse"
    equivalent = "equivalent" if found.equivalent else "not shown to be equivalent"
    by = f"{margin:g}".removeprefix("0")
    return f"within {by}: {no_worse} (p {p_value(found.p_no_worse)}), {equivalent} (p {p_value(found.p_equivalent)})"


def coverage(comparison: Comparison) -> str:
    """What intervals and p values generalise to."""
    if not comparison.seeds_vary:
        return "Intervals and p values are about other test questions; training seeds were not varied."
    runs = [f"{name} {len(side.sources)}" for name, side in (("A", comparison.a), ("B", comparison.b))]
    said = f"Intervals and p values are about other test questions and training seeds (runs: {', '.join(runs)})."
    for name, side in (("A", comparison.a), ("B", comparison.b)):
        if len(side.sources) == 1:
            said += f" {name} is one run: its seeds were not varied, and it counts as it is."
    return said


def _console() -> Screen:
    console = Screen()
    return console if console.is_terminal else Screen(width=_WIDTH)


def _named(side: ComparedSide) -> str:
    names = dict.fromkeys(side.encoders)
    return ", ".join(names) if len(side.sources) == 1 else f"{', '.join(names)} ({len(side.sources)} runs)"


def _values(found: CollectionComparison) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        caption="d: mean / deviation of clusters; higher, lower: clusters where B is; * p (BH over the table) <= .05",
    )
    table.add_column("value", overflow="fold")
    for title in ("A", "B", "B - A", "95% interval", "p (BH)", "d", "higher", "lower"):
        table.add_column(title, justify="right", no_wrap=True)
    before = None
    for row in found.rows:
        if before not in (None, row.table):
            table.add_section()
        before, effect = row.table, row.macro
        table.add_row(
            f"{row.table} {row.name}",
            _number(effect.a, effect),
            _number(effect.b, effect),
            _signed(effect.difference, effect),
            _interval(effect),
            f"{p_value(effect.p_bh).removeprefix('= ')}{_star(effect)}",
            f"{effect.d_z:.2f}" if math.isfinite(effect.d_z) else "",
            f"{effect.higher:.0%}",
            f"{effect.lower:.0%}",
        )
    return table


def _by_cell(found: CollectionComparison) -> Iterator[Table]:
    """The confirmatory values by language, three abreast; language pairs are too many."""
    rows = [row for row in found.rows if row.confirmatory and not any(">" in cell for cell in row.cells)]
    for start in range(0, len(rows), _ABREAST):
        abreast = rows[start : start + _ABREAST]
        table = Table(box=box.SIMPLE_HEAD, caption="B - A by language; * p (BH over languages) <= .05")
        table.add_column("")
        for row in abreast:
            table.add_column(f"{row.table} {row.name}", justify="right", no_wrap=True)
        for cell in dict.fromkeys(cell for row in abreast for cell in row.cells):
            table.add_row(cell, *(_cell(row.cells.get(cell)) for row in abreast))
        yield table


def _pairs(found: CollectionComparison) -> Iterator[str]:
    """Confirmatory values by ordered pair of languages, counted."""
    for row in found.rows:
        if row.confirmatory and any(">" in cell for cell in row.cells):
            effects = list(row.cells.values())
            higher, lower = ([e for e in effects if sign * e.difference > 0] for sign in (1, -1))
            yield (
                f"{row.table} {row.name}: of {len(effects)} ordered pairs of languages, B is higher in {len(higher)} "
                f"({_significant(higher)} with p (BH over pairs) <= .05), lower in {len(lower)} "
                f"({_significant(lower)})."
            )


def _dropped(found: CollectionComparison) -> Iterator[str]:
    for row in found.rows:
        if row.dropped:
            yield f"{row.table} {row.name}: {row.dropped:,} topics have no value in some run and are left out."


def _significant(effects: Sequence[Effect]) -> int:
    return sum(effect.significant for effect in effects)


def _cell(effect: Effect | None) -> str:
    if effect is None:
        return ""
    return f"{_signed(effect.difference, effect)} {_interval(effect)}{_star(effect)}"


def _star(effect: Effect) -> str:
    return "*" if effect.significant else " "


def _interval(effect: Effect) -> str:
    return interval(effect, lambda end: _number(end, effect)) or "[no interval]"


def _signed(value: float, effect: Effect) -> str:
    return f"{'+' if value > 0 else ''}{_number(value, effect)}"


def _number(value: float, effect: Effect) -> str:
    """Three decimals without a leading 0, or one where the values are ranks."""
    if max(abs(effect.a), abs(effect.b)) >= 10:
        return f"{value:z,.1f}"
    return decimal(value)
