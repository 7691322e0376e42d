"""Leaks in words: how many training items are test texts, and which queries they compromise."""

from collections.abc import Iterator, Sequence

from isoglot.leakage.findings import LeakKind
from isoglot.leakage.report import LeakCounts, LeakExample, LeakReport
from isoglot.roles import PLURAL, ROLES, Role
from isoglot.summary import MOST_ROWS, Summary, TextTable
from isoglot.wording import counted, enumerated

_KINDS: dict[Role, tuple[LeakKind, ...]] = {
    "query": ("exact", "near", "id", "translation"),
    "passage": ("exact", "near", "overlap", "translation"),
}
_ALL: tuple[LeakKind, ...] = ("exact", "near", "overlap", "id", "translation")


def leaks_summary(report: LeakReport, *, then: str = "", why: str = "") -> Summary:
    """What leaks.

    Args:
        then: the command to run next.
        why: what it is for.
    """
    return Summary(
        finding=tuple(_finding(report)), table=_totals(report), then=then, why=why, details=tuple(_details(report))
    )


def _finding(report: LeakReport) -> Iterator[str]:
    checked = ", ".join(report.checks)
    if report.clean:
        yield f"Nothing leaks by these checks: {checked}."
        return
    items, direct, leaking = (
        sum(getattr(source, name) for source in report.sources) for name in ("items", "direct", "leaking")
    )
    leak = "leaks" if direct == 1 else "leak"
    yield f"{direct:,} of {counted(items, 'training items')} {leak}, {leaking:,} with all items of their groups."
    said = [f"{c.compromised:,} of {counted(c.queries, 'queries')} in {c.name}" for c in report.collections]
    yield f"The training data has the text, or an answer, of {enumerated(said)}."
    yield "A model that is trained on this data is not zero-shot there."


def _totals(report: LeakReport) -> TextTable:
    """Of every collection and role, all languages together."""
    rows = []
    for collection in report.collections:
        for side in ROLES:
            cells = _cells_of(report, collection.name, side)
            counts = [sum(cell.leaking.get(kind, 0) for cell in cells) for kind in _ALL]
            texts, leaking = sum(cell.texts for cell in cells), sum(cell.any for cell in cells)
            rows.append((f"{collection.name}, {PLURAL[side]}", f"{texts:,}", *map(_number, counts), f"{leaking:,}"))
    return TextTable(("test texts", "all", *_ALL, "leak"), rows[:MOST_ROWS])


def _details(report: LeakReport) -> Iterator[str | TextTable]:
    for collection in report.collections:
        for side in ROLES:
            yield _by_language(collection.name, side, _cells_of(report, collection.name, side))
    columns = ("training data", "items", "leak", "with groups", "groups", "leaking")
    yield TextTable(
        columns,
        [
            (source.name, *(f"{number:,}" for number in numbers))
            for source in report.sources
            for numbers in [
                (source.items, source.direct, source.leaking, source.groups, len(source.leaking_groups)),
            ]
        ],
        note="with groups: what --output leaves out.",
    )
    yield from map(_example, report.examples)


def _cells_of(report: LeakReport, collection: str, side: Role) -> list[LeakCounts]:
    return [cell for cell in report.cells if (cell.collection, cell.side) == (collection, side)]


def _by_language(collection: str, side: Role, cells: Sequence[LeakCounts]) -> TextTable:
    """A language without a leak is counted in the last row only."""
    kinds = [kind for kind in _KINDS[side] if any(kind in cell.leaking for cell in cells)]
    rows = [
        (cell.language, f"{cell.texts:,}", *(_number(cell.leaking[kind]) for kind in kinds), _number(cell.any))
        for cell in cells
        if cell.any
    ]
    totals = [sum(cell.leaking[kind] for cell in cells) for kind in kinds]
    texts, leaking = sum(cell.texts for cell in cells), sum(cell.any for cell in cells)
    rows.append((f"all {len(cells)}", f"{texts:,}", *(f"{total:,}" for total in totals), f"{leaking:,}"))
    return TextTable(
        ("language", PLURAL[side], *kinds, "any"), rows, note=f"{collection}: {PLURAL[side]} in the training data."
    )


def _example(example: LeakExample) -> str:
    where = f"{example.collection} {example.test_id} ({example.test_language}), {example.kind} {example.score:.2f}"
    beside = f"{example.source} {example.item}" + (f" ({example.language})" if example.language else "")
    return f"{where}\n- {_line(example.test_text)}\n{beside}\n- {_line(example.text)}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _number(count: int) -> str:
    return f"{count:,}" if count else ""
