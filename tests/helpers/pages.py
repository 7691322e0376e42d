"""The documentation as data: its pages, cut into code blocks.

A fence is ``sh`` or ``python`` with a tag; ``toml``, ``json`` or ``jsonl``, perhaps with the name of the file that it
is; or ``text``.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

COMMANDS = ("sh", "python")
DATA = ("toml", "json", "jsonl")
RUN, SLOW, NEEDS_NETWORK, RECIPE = TAGS = ("run", "slow", "needs-network", "recipe")

_FENCE = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A code block of a page.

    Attributes:
        line: where it begins.
        kind: its language.
        tag: of commands, how they are run; of data, the file that it is, if it is one.
        text: its lines.
    """

    line: int
    kind: str
    tag: str
    text: str


def name_of(page: Path) -> str:
    """As it is called in the repository."""
    return str(page.relative_to(ROOT))


def blocks(text: str) -> list[Block]:
    """In the order of the page."""
    found = []
    for fence in _FENCE.finditer(text):
        kind, _, tag = fence["kind"].partition(" ")
        found.append(Block(text.count("\n", 0, fence.start()) + 1, kind, tag, fence["text"]))
    return found


def outside(text: str) -> str:
    """The page without its code blocks."""
    return _FENCE.sub("", text)


def under(text: str, heading: str, tag: str) -> str:
    """The first block of a tag below a heading."""
    line = text.count("\n", 0, text.index(f"\n{heading}\n"))
    return next(block.text for block in blocks(text) if block.tag == tag and block.line > line)
