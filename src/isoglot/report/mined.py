"""Mined negatives in words: how many there are, how many items are short of them, and what to change then."""

from collections.abc import Iterator

from isoglot.mining.report import LanguageCounts, MiningReport
from isoglot.summary import MOST_ROWS, Summary, TextTable
from isoglot.wording import counted

_COLUMNS = ("items", "ranked", "too near", "mined", "items short", "random")


def mining_summary(report: MiningReport, *, output: str, then: str = "", why: str = "") -> Summary:
    """What was mined.

    Args:
        output: where the data with its negatives was written.
        then: the command to run next.
        why: what it is for.
    """
    counts = list(report.languages.values())
    rows = [(language, *_cells([count])) for language, count in report.languages.items()]
    whole = [*rows, (f"all {len(rows)}", *_cells(counts))]
    table = TextTable(("in", *_COLUMNS), whole)
    short = table if len(whole) <= MOST_ROWS else TextTable(("in", *_COLUMNS), whole[-1:])
    return Summary(
        finding=tuple(_finding(report, output)),
        table=short,
        then=then,
        why=why,
        details=() if short is table else (table,),
    )


def _finding(report: MiningReport, output: str) -> Iterator[str]:
    counts = list(report.languages.values())
    short, items, mined = (sum(getattr(c, name) for c in counts) for name in ("items_short", "items", "mined"))
    yield (
        f"{output} has {counted(report.items - report.left_out, 'items')} with "
        f"{counted(report.options.num_negatives, 'negatives')} in each language; {report.finder} found {mined:,} "
        "negatives."
    )
    if report.left_out:
        yield f"It leaves out {counted(report.left_out, 'items')} for want of negatives in some language."
    if short > items / 4 and report.options.relative_margin is not None:
        yield (
            f"{short / items:.0%} of items have too few: try a smaller --relative-margin if the encoder scores every "
            "pair high (.01 for e5 models), and a greater --range-max if it ranks positives low."
        )


def _cells(counts: list[LanguageCounts]) -> list[str]:
    names = ("items", "candidates", "dropped", "mined", "items_short", "filled")
    return [f"{sum(getattr(count, name) for count in counts):,}" for name in names]
