"""Which texts of aligned sections may be in the data, and why the others may not."""

from collections.abc import Callable, Mapping

from isoglot.documents import counts
from isoglot.documents.sections import Block, Section
from isoglot.text.copies import beyond_a_name, folded_words, untranslated

LINKED = 0.9
"""A block of which so much lies in links leads elsewhere and says nothing itself."""

_COPIED = 0.5  # of the letters: translators leave single lines, of commands or addresses, as they are

Text = tuple[str, tuple[Block, ...]]
"""(heading, the blocks of its passage)"""


def kept_blocks(
    section: Section, *, is_boilerplate: Callable[[str], bool], dropped: Callable[[str], None]
) -> tuple[Block, ...]:
    """The text under a heading without boilerplate and links; ``dropped`` is told the reason of each block left out."""
    kept = []
    for block in section.blocks:
        if is_boilerplate(block.text):
            dropped(counts.BOILERPLATE)
        elif block.linked >= LINKED:
            dropped(counts.LINKS)
        else:
            kept.append(block)
    return tuple(kept)


def faults(texts: Mapping[str, Text], *, original: str) -> dict[str, str]:
    """Language -> reason, of the texts of one item that may not be in the data."""
    found = {}
    for language, (heading, blocks) in texts.items():
        if reason := _fault(heading, blocks):
            found[language] = reason
        elif language != original and original in texts and _is_copy((heading, blocks), texts[original]):
            found[language] = counts.UNTRANSLATED
    return found


def _fault(heading: str, blocks: tuple[Block, ...]) -> str:
    if not heading:
        return counts.UNNAMED
    if not blocks:
        return counts.EMPTY
    return counts.DAMAGED if "\ufffd" in heading or any("\ufffd" in block.text for block in blocks) else ""


def _is_copy(here: Text, there: Text) -> bool:
    """Whether the heading, the whole passage or half of its prose is the original's, and too long for a name."""
    (heading, blocks), (original, originals) = here, there
    mine, theirs = (" ".join(block.text for block in side) for side in (blocks, originals))
    if untranslated(heading, original) or untranslated(mine, theirs):
        return True
    known = {folded_words(block.text) for block in originals}
    prose = [block.text for block in blocks if not block.code]
    copied = [text for text in prose if beyond_a_name(words := folded_words(text)) and words in known]
    return bool(copied) and sum(map(len, copied)) >= _COPIED * sum(map(len, prose))
