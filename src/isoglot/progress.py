"""How long work says what it does and how far it is: who works knows these calls, and who watches shows them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@runtime_checkable
class Progress(Protocol):
    """Told how much was done since it was told last."""

    def __call__(self, count: int, /) -> None: ...


@runtime_checkable
class StartProgress(Protocol):
    """Begins a piece of work: what it is, how much there is, and of what."""

    def __call__(self, what: str, total: int, /, unit: str = "texts") -> Progress: ...


@dataclass(eq=False)
class Work:
    """A piece of work under way, which is told of progress as :class:`Progress` is.

    Attributes:
        what: in words, such as ``"loading e5-small"``.
        total: how much there is, of ``unit``; None where that is not known.
        done: how much of it.
        begun: when, in the seconds of ``time.monotonic``.
    """

    what: str
    total: int | None = None
    unit: str = "texts"
    done: int = 0
    begun: float = field(default_factory=lambda: time.monotonic())

    def __call__(self, count: int, /) -> None:
        self.done += count


_UNDER_WAY: list[Work] = []  # of this process, the innermost last


@contextmanager
def doing(what: str, total: int | None = None, unit: str = "texts") -> Iterator[Work]:
    """Say what is done in the block, for whoever watches; without anybody it says nothing."""
    work = Work(what, total, unit)
    _UNDER_WAY.append(work)
    try:
        yield work
    finally:
        _UNDER_WAY.remove(work)


def under_way() -> Work | None:
    """The innermost work of this process."""
    return next(reversed(tuple(_UNDER_WAY)), None)
