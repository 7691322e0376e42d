"""How much a file may hold of one thing, so that a small one cannot take all the memory or the time there is."""

from typing import Any

LINE_BYTES = 64 * 2**20
"""Of a line, unpacked; no text to train or to search on is so long."""

FILE_BYTES = 512 * 2**20
"""Of a file that is read whole, unpacked."""

DEPTH = 200
"""Of objects, lists and tables in each other."""

DIGITS = 4_300
"""Of an integer: Python's own limit, for reading one takes time with the square of its length."""


def nests_too_deep(value: Any) -> bool:
    """Whether lists and dictionaries nest deeper than :data:`DEPTH`."""
    level = [value]
    for _ in range(DEPTH + 1):
        level = [
            child
            for part in level
            if isinstance(part, dict | list)
            for child in (part.values() if isinstance(part, dict) else part)
        ]
        if not level:
            return False
    return True
