"""A run of several processes ends together: when one is gone, the others find out and say how to go on."""

from __future__ import annotations

import os
import re
import signal
import threading
from types import FrameType, TracebackType
from typing import Self

import torch

from isoglot.batching.sampler import process_count

# What gloo and NCCL say of a process that does not answer; both raise no class of their own for it.
_NO_ANSWER = re.compile(
    r"connection (was )?(closed|reset|refused)|broken pipe|remote process exited|timed out|timeout", re.IGNORECASE
)


def leads() -> bool:
    """Whether this process is the first of the run, which alone keeps its folder."""
    return int(os.environ.get("RANK", "0")) == 0


class Ended(KeyboardInterrupt):
    """The launcher ends this process, because another one died."""


class LauncherStop:
    """Raises :class:`Ended` in this process where the launcher sends it SIGTERM.

    As a context manager it does so in a run of several processes, and once: ``over`` says that the run is ending
    anyway, so that nothing interrupts the sentence on how to go on.
    """

    def __init__(self) -> None:
        self.over = False
        # Python hands signals to the main thread alone.
        self._listens = process_count() > 1 and (threading.current_thread() is threading.main_thread())

    def __enter__(self) -> Self:
        if self._listens:
            self._before = signal.signal(signal.SIGTERM, self._end)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._listens:
            signal.signal(signal.SIGTERM, self._before)

    def _end(self, number: int, frame: FrameType | None) -> None:
        if not self.over:
            self.over = True
            raise Ended


def lost_process(error: BaseException) -> bool:
    """Whether an error says that another process of the run is gone, or that a launcher ends them all for it."""
    if isinstance(error, Ended):
        return True
    together = torch.distributed.is_available() and torch.distributed.is_initialized()
    return together and isinstance(error, RuntimeError) and _NO_ANSWER.search(str(error)) is not None
