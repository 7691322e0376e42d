"""The sentence that answers, marked in its passage: a bracket before it and one behind it, ``⟦`` and ``⟧``.

Mathematical white square brackets (U+27E6, U+27E7): texts hardly have them, and no engine or tokenizer treats them as
markup.
"""

OPEN, CLOSE = "⟦", "⟧"


def marked(passage: str, start: int, end: int) -> str:
    """The passage with the marks around ``passage[start:end]``; marks of its own are left out."""
    parts = (_plain(part) for part in (passage[:start], passage[start:end], passage[end:]))
    return joined(*parts)


def joined(before: str, answer: str, after: str) -> str:
    """A marked passage of its three parts."""
    return f"{before}{OPEN}{answer}{CLOSE}{after}"


def parts_of(text: str) -> tuple[str, str, str] | None:
    """(Before, answer, after) of a text with one pair of marks; None for any other text."""
    before, opened, rest = text.partition(OPEN)
    answer, closed, after = rest.partition(CLOSE)
    alone = not any(mark in part for mark in (OPEN, CLOSE) for part in (before, answer, after))
    return (before, answer, after) if opened and closed and alone else None


def _plain(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")
