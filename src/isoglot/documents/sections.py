"""What a page of any format is read into: headings, each with the text under it."""

import re
from dataclasses import dataclass, field

# Names that programs number in the order of a page: they say a place, not what is there, and places differ by language.
_NUMBERED = re.compile(r"(?:id|section|sec|heading|h|toc|anchor|_|_toc)?[-_]?\d{0,3}", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """A paragraph, list item or table cell.

    Attributes:
        text: with single spaces, never empty.
        linked: the share of its characters that lies in links, in [0, 1].
        code: whether it is preformatted, which translators leave as it is.
    """

    text: str
    linked: float = 0.0
    code: bool = False


@dataclass
class Section:
    """A heading and what follows it up to the next heading of any level.

    Attributes:
        level: 1 to 6; 0 for what a page has before its first heading.
        heading: its text; empty before the first heading and where a heading has none.
        anchors: the names the place can be linked by, its own first, then those nearest to it.
        blocks: the text, in order.
    """

    level: int
    heading: str = ""
    anchors: tuple[str, ...] = ()
    blocks: list[Block] = field(default_factory=list)


def usable_anchors(names: list[str]) -> tuple[str, ...]:
    """The names, each once, without those that only number the headings (``id3``, ``section-2``)."""
    return tuple(dict.fromkeys(name for name in names if not _NUMBERED.fullmatch(name)))
