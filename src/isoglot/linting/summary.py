"""What linting found, in words: whether training would run, what is wrong and what to change, worst first."""

from collections import Counter
from collections.abc import Iterator

from isoglot.linting.findings import SEVERITIES, LintFinding
from isoglot.linting.report import Drawn, LintReport
from isoglot.roles import ROLES, Role
from isoglot.summary import MOST_ROWS, Summary, TextTable
from isoglot.wording import counted


def lint_summary(report: LintReport, *, then: str = "", why: str = "") -> Summary:
    """What a run would do.

    Args:
        then: the command to run next.
        why: what it is for.
    """
    return Summary(
        finding=tuple(_finding(report)),
        points=tuple(map(_point, report.findings[:MOST_ROWS])),
        then=then,
        why=why,
        details=tuple(_details(report)),
    )


def _finding(report: LintReport) -> Iterator[str]:
    counts = Counter(finding.severity for finding in report.findings)
    said = ", ".join(counted(counts[severity], f"{severity}s") for severity in SEVERITIES)
    would = "refuse or fail" if report.fails else "run"
    yield f"Training would {would} on {counted(len(report.data), 'items')}: {said}."
    if report.drawn is not None:
        shortcut = report.drawn.shortcut
        yield (
            f"{shortcut.foreign:.0%} of in-batch negatives are in another language than the positive, and "
            f"{shortcut.told_apart:.0%} can be rejected by their language alone."
        )


def _point(finding: LintFinding) -> str:
    return f"{finding.severity} {finding.subject}: {finding.message}"


def _details(report: LintReport) -> Iterator[str | TextTable]:
    yield from map(_point, report.findings[MOST_ROWS:])
    if report.drawn is not None:
        yield _batches(report.drawn, report)
    heads = (f"{side} {name}" if name == "pairs" else name for side in ROLES for name in _COLUMNS)
    rows = [
        (language, *(cell for side in ROLES for cell in _cells(report, side, number)))
        for number, language in enumerate(report.data.languages)
    ]
    note = "pairs: in the whole run; seen: a text, on average; per word: tokens (* per grapheme); cut: texts."
    yield TextTable(("in", *heads), rows, note=note)


_COLUMNS = ("pairs", "seen", "per word", "cut")


def _cells(report: LintReport, side: Role, number: int) -> list[str]:
    """Pairs, uses, tokens per word and the share that is cut of one side and language."""
    cells = ["", ""]
    if report.drawn is not None:
        seen = report.drawn.exposure
        pairs, uses = (seen.as_query, seen.query_uses) if side == "query" else (seen.as_passage, seen.passage_uses)
        cells = [f"{pairs[number]:,.0f}", f"{uses[number]:.2f}"]
    tokens = report.tokens.get((side, report.data.languages[number]))
    if tokens is None:
        return [*cells, "", ""]
    return [*cells, f"{tokens.per_unit:.2f}{'*' if tokens.unit == 'grapheme' else ''}", f"{tokens.cut:.0%}"]


def _batches(drawn: Drawn, report: LintReport) -> str:
    return (
        f"{report.config.optimization.steps:,} steps are {drawn.exposure.epochs:.2f} epochs of {drawn.epoch:,}. "
        f"A batch has {drawn.false_negatives.either:.2f} false negatives that no group declares "
        f"({drawn.false_negatives.expected_same_query:.2f} are expected by formula from equal queries alone)."
    )
