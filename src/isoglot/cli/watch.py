"""Nothing is silent for long: a watch says on standard error what is being done where nothing else was said.

On a terminal it waits four seconds, and a bar that moves counts as something said; elsewhere, as in a log, ten.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event, Thread

from isoglot.progress import Work, doing, under_way

_ON_A_TERMINAL, _IN_A_LOG = 4.0, 10.0  # seconds of silence
_GLANCE = 0.5  # seconds from one look at the clock to the next


class Watch:
    """Knows when something was said last, and what to say after a silence.

    Attributes:
        quiet: the user wants neither progress nor notes.
        patience: seconds of silence.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.quiet, self.patience = False, _IN_A_LOG
        self._clock = clock
        self.heard()

    def heard(self) -> None:
        """Note that something was said."""
        self._heard = self._clock()

    def line(self) -> str | None:
        """What there is to say now; None before the silence is long enough, and where nothing is under way."""
        now, work = self._clock(), under_way()
        if self.quiet or work is None or now - self._heard < self.patience:
            return None
        self._heard = now
        return _told(work, now - work.begun)


WATCH = Watch()
"""The watch of this process."""


@contextmanager
def watched(command: str, *, quiet: bool) -> Iterator[None]:
    """Watch over a command; ``quiet`` turns all progress and notes off."""
    WATCH.quiet, WATCH.patience = quiet, _ON_A_TERMINAL if _is_terminal() else _IN_A_LOG
    WATCH.heard()
    over = Event()
    thread = Thread(target=_look, args=(over,), daemon=True)
    with doing(f"{command} is running"):
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            WATCH.quiet = False


@contextmanager
def silent() -> Iterator[None]:
    """Say nothing in the block, where somebody is asked: a line of the watch would stand in the question."""
    quiet, WATCH.quiet = WATCH.quiet, True
    try:
        yield
    finally:
        WATCH.quiet = quiet
        WATCH.heard()


def amount(count: float) -> str:
    """Texts are counted, scores are billions."""
    return f"{count:,.0f}" if count < 1e7 else f"{count / 1e6:,.0f}M"


def _look(over: Event) -> None:
    while not over.wait(_GLANCE):
        if line := WATCH.line():
            with suppress(OSError, ValueError):  # nobody is there to read it
                print(line, file=sys.stderr, flush=True)


def _told(work: Work, seconds: float) -> str:
    """``xquad-r query: 1,200 of 13,090 texts, 40/s, 0:04:57 left``; where nobody can tell, how long it has taken."""
    if work.total is None or not 0 < work.done < work.total:
        return work.what if seconds < 1 else f"{work.what}, {timedelta(seconds=round(seconds))} so far"
    speed = work.done / seconds
    left = timedelta(seconds=round((work.total - work.done) / speed))
    pace = amount(speed) if speed >= 10 else f"{speed:.2g}"
    return f"{work.what}: {amount(work.done)} of {amount(work.total)} {work.unit}, {pace}/s, {left} left"


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
