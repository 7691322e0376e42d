"""Text on a terminal: how many columns it takes, and that Arabic or Hebrew in a line does not turn the line round.

A terminal that shows such text from right to left takes the direction of a line from its first letter, and draws the
digits behind a right-to-left word into it (Unicode Standard Annex 9, rules P2 and N1). A left-to-right mark, which
takes no column, ends both.
"""

import unicodedata

_MARK = "\u200e"
_RIGHT_TO_LEFT = ("R", "AL")


def columns(text: str) -> int:
    """Columns that it takes: Chinese, Japanese and Korean characters take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def left_to_right(line: str) -> str:
    """The line, so that it is laid out from left to right whatever letter it begins with."""
    if line.isascii():
        return line
    kinds = (unicodedata.bidirectional(letter) for letter in line)
    first = next((kind for kind in kinds if kind in ("L", *_RIGHT_TO_LEFT)), "L")
    return f"{_MARK}{line}" if first in _RIGHT_TO_LEFT else line


def apart(cell: str) -> str:
    """The text of a cell, so that the cells beside it stay where they are."""
    if cell.isascii() or not any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in cell):
        return cell
    return f"{_MARK}{cell}{_MARK}"


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
