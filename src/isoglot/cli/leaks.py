"""A leakage audit on the screen."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from isoglot.leakage.findings import LeakKind
from isoglot.leakage.report import LeakCounts, LeakExample, LeakReport
from isoglot.roles import Role

_KINDS: dict[Role, tuple[LeakKind, ...]] = {
    "query": ("exact", "near", "id", "translation"),
    "passage": ("exact", "near", "overlap", "translation"),
}


def print_leaks(report: LeakReport) -> None:
    """What leaks of each collection, from which training data, with examples, and a verdict."""
    console = Console()
    for collection in report.collections:
        for side in _KINDS:
            cells = [cell for cell in report.cells if (cell.collection, cell.side) == (collection.name, side)]
            console.print(_cells(collection.name, side, cells))
        console.print(
            f"{collection.compromised:,} of {collection.queries:,} queries leak or have an answer that does "
            f"({collection.answers:,} have).\n",
            highlight=False,
        )
    console.print(_sources(report))
    for example in report.examples:
        console.print(_example(example), soft_wrap=True, highlight=False)
    console.print(_verdict(report), highlight=False)


def _cells(collection: str, side: Role, cells: Sequence[LeakCounts]) -> Table:
    """Languages as rows, kinds as columns; a language without a leak is counted in the last row only."""
    kinds = [kind for kind in _KINDS[side] if any(kind in cell.leaking for cell in cells)]
    plural = {"query": "queries", "passage": "passages"}[side]
    table = Table("language", plural, *kinds, "any", title=f"{escape(collection)}: {plural} in the training data")
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
    table = Table(*columns, title="what would go with --drop")
    for source in report.sources:
        numbers = (source.items, source.direct, source.leaking, source.groups, len(source.leaking_groups))
        table.add_row(escape(source.name), *(f"{number:,}" for number in numbers))
    return table


def _example(example: LeakExample) -> str:
    where = f"{example.collection} {example.test_id} ({example.test_language}), {example.kind} {example.score:.2f}"
    beside = f"{example.source} {example.item}" + (f" ({example.language})" if example.language else "")
    return (
        f"[bold]{escape(where)}[/]\n  {escape(example.test_text)}\n  [dim]{escape(beside)}[/]\n  {escape(example.text)}"
    )


def _verdict(report: LeakReport) -> str:
    checked = ", ".join(kind for kind in report.checks)
    if report.clean:
        return f"[bold]Nothing leaks[/] by these checks: {checked}."
    direct = sum(source.direct for source in report.sources)
    leaking = sum(source.leaking for source in report.sources)
    return (
        f"[bold]{direct:,} training items leak[/], {leaking:,} with what shares a group with them "
        f"(checked: {checked}). What the model scores on these texts is not zero-shot."
    )


def _number(count: int) -> str:
    return f"{count:,}" if count else ""
