"""``isoglot leaks``: test texts in training data, counted, shown and left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from isoglot.cli.document import AsJson
from isoglot.cli.options import SaveReport, data_arguments, output_to, several_data
from isoglot.cli.saving import saved_first
from isoglot.cli.screen import Screen, marked, say
from isoglot.roles import PLURAL, Role

if TYPE_CHECKING:
    from isoglot.leakage.findings import LeakKind
    from isoglot.leakage.report import LeakCounts, LeakExample, LeakReport

_KINDS: dict[Role, tuple[LeakKind, ...]] = {
    "query": ("exact", "near", "id", "translation"),
    "passage": ("exact", "near", "overlap", "translation"),
}


def leaks(
    train: Annotated[list[str], data_arguments("Training data: names of `isoglot data list` or files.")],
    against: Annotated[
        list[str], several_data("--against", "Test collections, which must not be in the training data.")
    ],
    near: Annotated[
        float, typer.Option(min=0.0, max=1.0, metavar="X", help="Lowest Jaccard index of a near duplicate.")
    ] = 0.7,
    no_near: Annotated[bool, typer.Option("--no-near", help="Do not look for near duplicates.")] = False,
    overlap: Annotated[
        float, typer.Option(min=0.0, max=1.0, metavar="X", help="Share of a passage's 13-grams above which it leaks.")
    ] = 0.1,
    examples: Annotated[int, typer.Option(min=0, metavar="N", help="Number of examples to print of each kind.")] = 3,
    save: SaveReport = None,
    output: Annotated[
        Path | None, output_to("Write the training data without the groups that leak to this .parquet file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find test texts in training data: copies, near copies, long overlaps, and translations by id."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.data.load import load_parallel
    from isoglot.data.parallel import ParallelDataset
    from isoglot.leakage.collections import load_audited
    from isoglot.leakage.find import find_leaks
    from isoglot.leakage.report import without_leaks

    data = [load_parallel(source) for source in train]
    tests = [load_audited(source) for source in against]
    with embedding_progress() as progress:
        report = find_leaks(
            data,
            tests,
            names=train,
            near=None if no_near else near,
            overlap=overlap,
            examples=examples,
            progress=progress,
        )
    kept = None
    if output is not None:
        kept = ParallelDataset.concatenate([without_leaks(dataset, report) for dataset in data])
        kept.save(output)
    with saved_first(save, report, what="report", as_json=as_json):
        print_leaks(report)
    if kept is not None:
        say(f"{len(kept):,} items without the leaking groups: {output}")


def print_leaks(report: LeakReport) -> None:
    """What leaks of each collection, from which training data, with examples, and a verdict."""
    console = Screen()
    for collection in report.collections:
        for side in _KINDS:
            cells = [cell for cell in report.cells if (cell.collection, cell.side) == (collection.name, side)]
            console.print(_cells(collection.name, side, cells))
        console.print(
            f"{collection.compromised:,} of {collection.queries:,} queries leak or have an answer that does "
            f"({collection.answers:,} have).\n",
        )
    console.print(_sources(report))
    for example in report.examples:
        console.print(_example(example), soft_wrap=True)
    console.print(_verdict(report))


def _cells(collection: str, side: Role, cells: Sequence[LeakCounts]) -> Table:
    """Languages as rows, kinds as columns; a language without a leak is counted in the last row only."""
    kinds = [kind for kind in _KINDS[side] if any(kind in cell.leaking for cell in cells)]
    title = f"{collection}: {PLURAL[side]} in the training data"
    table = Table("language", PLURAL[side], *kinds, "any", title=title)
    for cell in cells:
        if cell.any:
            table.add_row(
                cell.language, f"{cell.texts:,}", *(_number(cell.leaking[kind]) for kind in kinds), _number(cell.any)
            )
    totals = [sum(cell.leaking[kind] for cell in cells) for kind in kinds]
    texts, leaking = sum(cell.texts for cell in cells), sum(cell.any for cell in cells)
    table.add_section()
    table.add_row(f"all {len(cells)}", f"{texts:,}", *(f"{total:,}" for total in totals), f"{leaking:,}")
    return table


def _sources(report: LeakReport) -> Table:
    columns = ("training data", "items", "leak", "with groups", "groups", "leaking")
    table = Table(*columns, title="what --output leaves out")
    for source in report.sources:
        numbers = (source.items, source.direct, source.leaking, source.groups, len(source.leaking_groups))
        table.add_row(source.name, *(f"{number:,}" for number in numbers))
    return table


def _example(example: LeakExample) -> Text:
    where = f"{example.collection} {example.test_id} ({example.test_language}), {example.kind} {example.score:.2f}"
    beside = f"{example.source} {example.item}" + (f" ({example.language})" if example.language else "")
    return marked(
        f"[bold]{escape(where)}[/]\n  {escape(example.test_text)}\n  [dim]{escape(beside)}[/]\n  {escape(example.text)}"
    )


def _verdict(report: LeakReport) -> Text:
    checked = ", ".join(kind for kind in report.checks)
    if report.clean:
        return marked(f"[bold]Nothing leaks[/] by these checks: {checked}.")
    direct = sum(source.direct for source in report.sources)
    leaking = sum(source.leaking for source in report.sources)
    return marked(
        f"[bold]{direct:,} training items leak[/], {leaking:,} with what shares a group with them "
        f"(checked: {checked}). What the model scores on these texts is not zero-shot."
    )


def _number(count: int) -> str:
    return f"{count:,}" if count else ""
