"""How much a file may hold of one thing, so that a small one cannot take all the memory or the time there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from typing import IO, Any

_CHUNK_BYTES = 1 << 20

LINE_BYTES = 64 * 2**20
"""Of a line, unpacked; no text to train or to search on is so long."""

FILE_BYTES = 512 * 2**20
"""Of a file that is read whole, unpacked."""

DEPTH = 200
"""Of objects, lists and tables in each other."""

DIGITS = 4_300
"""Of an integer: Python's own limit, for reading one takes time with the square of its length."""


@dataclass(frozen=True)
class Range:
    """The least and the most that a number may be; None is no bound."""

    least: int
    most: int | None = None


SEEDS = Range(0, 2**32 - 1)
"""NumPy's older generator, which training sets too, takes no larger one."""

DRAWS = Range(20, 1_000_000)
"""Resamples: fewer say nothing, and more change no digit that is shown."""

COUNTS = Range(1)
"""How many there are of what there must be one."""

NUMBERS = Range(0)
"""How many there are of what there may be none."""

SHARES = Range(0, 1)

HITS = Range(1, 10_000)
"""On a page of a search."""

PAGES = Range(1, 1_000)
"""Of a search; who reads on wants a list, not a search."""

PAIRS = Range(2)
"""How many there are of what one alone says nothing of."""


def read_until(file: IO[bytes] | BufferedIOBase, limit: int) -> bytes:
    """The content of a file; where that is larger than ``limit`` bytes, more than these, and not all."""
    parts: list[bytes] = []
    left = limit  # not at once: a buffered file takes memory for as much as it is asked for
    while left >= 0 and (part := file.read(_CHUNK_BYTES)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


class PastLimit(ValueError):
    """What a text has too much of, as a predicate."""


@contextmanager
def within_limits() -> Iterator[None]:
    """Make PastLimit of what Python's readers raise at brackets too deep and at integers too long."""
    try:
        yield
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        if "integer string conversion" not in str(error):
            raise
        raise PastLimit(f"has an integer of more than {DIGITS:,} digits") from error


def check_depth(value: Any) -> None:
    """Refuse lists and dictionaries that nest deeper than :data:`DEPTH`.

    Raises:
        PastLimit: they do.
    """
    level = [value]
    for _ in range(DEPTH + 1):
        level = [
            child
            for part in level
            if isinstance(part, dict | list)
            for child in (part.values() if isinstance(part, dict) else part)
        ]
        if not level:
            return
    raise _too_deep()


def mebibytes(count: int) -> str:
    """``67108864`` as ``64 MiB``."""
    return f"{count // 2**20:,} MiB"


def _too_deep() -> PastLimit:
    return PastLimit(f"nests deeper than {DEPTH} levels")
