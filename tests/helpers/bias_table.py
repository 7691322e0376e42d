"""The table of language bias in docs/evaluation.md, made of the measures' records.

``python tests/helpers/bias_table.py`` writes it there.
"""

import re
from collections import defaultdict
from pathlib import Path

from isoglot.evaluation.bias.registry import BIAS_MEASURES

PAGE = Path(__file__).parents[2] / "docs" / "evaluation.md"
HEAD = ("| name | what it is, formula | better | source |", "|---|---|---|---|")


def bias_table() -> str:
    """Markdown; measures that differ in their cutoff only share a row."""
    rows = defaultdict(list)
    for measure in BIAS_MEASURES:
        rows[measure.what, measure.better, _linked(measure.source)].append(f"`{measure.name}`")
    return "\n".join([*HEAD, *(_row(", ".join(names), *cells) for cells, names in rows.items())])


def _row(*cells: str) -> str:
    return re.sub(r"\| +\|", "| |", f"| {' | '.join(cells)} |")


def _linked(source: str) -> str:
    return re.sub(r"arXiv ([0-9]{4}\.[0-9]{5})", r"[\1](https://arxiv.org/abs/\1)", source)


def main() -> None:
    """Put the table in the place of the one that is there."""
    text = PAGE.read_text(encoding="utf-8")
    start = text.index(HEAD[0])
    PAGE.write_text(text[:start] + bias_table() + text[text.index("\n\n", start) :], encoding="utf-8")


if __name__ == "__main__":
    main()
