"""What a page of any format is read into: headings, each with the text under it."""

import re
from dataclasses import dataclass, field

# Names that programs number: they say a place or an address in memory, not what is there, and those differ by language.
_NUMBERED = re.compile(
    r"""(?:id|section|sec|heading|h|toc|anchor|_|_toc)?[-_]?[0-9]{0,3}  # in the order of a page
    |(?:[a-z]{1,8}[-.])?id[mpe]?[0-9]+                                  # DocBook by libxslt, and ftn.idm3
    |d[0-9]+e[0-9]+                                                     # by Saxon
    |N[0-9a-f]{5,}                                                      # by Xalan
    |SECTION[0-9]{8,}                                                   # LaTeX2HTML
    |x[0-9]+-[0-9]+                                                     # TeX4ht""",
    re.IGNORECASE | re.VERBOSE,
)


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
    """The names, each once, without those that are only numbers (``id3``, ``section-2``, ``idm45396``)."""
    return tuple(dict.fromkeys(name for name in names if not _NUMBERED.fullmatch(name)))
