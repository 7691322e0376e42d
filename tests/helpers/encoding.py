"""What encoding is tried with: an encoder that counts, and a stand-in for Ray."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.embedding import drawn


class Counting:
    """Vectors that are drawn from the texts; it remembers what it was asked, and stops where it is told to.

    Attributes:
        fingerprint: by which it is known.
        asked: all texts.
        left: texts until it fails; None is never.
    """

    similarity_fn_name = "dot"  # so that vectors come as they are

    def __init__(self, fingerprint: str = "counting", *, left: int | None = None) -> None:
        self.fingerprint, self.asked, self.left = fingerprint, list[str](), left

    def encode_query(self, inputs: list[str], **options: Any) -> npt.NDArray[np.float32]:
        return self._drawn(inputs, "query")

    def encode_document(self, inputs: list[str], **options: Any) -> npt.NDArray[np.float32]:
        return self._drawn(inputs, "passage")

    def _drawn(self, inputs: list[str], role: str) -> npt.NDArray[np.float32]:
        if self.left is not None:
            self.left -= len(inputs)
            if self.left < 0:
                raise KeyboardInterrupt
        self.asked += inputs
        return drawn([f"{role} {text}" for text in inputs])


class Dying(Counting):
    """Ends its own process at the first passages that any of them is given, as SIGKILL does.

    Args:
        mark: a file that says that one has ended.
    """

    def __init__(self, mark: Path) -> None:
        super().__init__("dying")
        self.mark = mark

    def encode_document(self, inputs: list[str], **options: Any) -> Any:
        if len(inputs) > 1 and not self.mark.exists():  # one text is the probe of the width
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_document(inputs, **options)


class RayError(Exception):
    """Of the stand-in."""


class RayTaskError(RayError):
    """An error of the work itself."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class StandIn:
    """As much of Ray as the engine uses, in this process; what is awaited is done when it is waited for.

    Args:
        ends: told of the worker's number and its task before that is done; whether the worker ends there.
        workers: a GPU each.
    """

    exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)

    def __init__(self, ends: Callable[[int, Any], bool] = lambda number, task: False, *, workers: int = 2) -> None:
        self.ends, self.workers, self.hired = ends, workers, 0
        self.last_words = "The actor died unexpectedly"

    def is_initialized(self) -> bool:
        return True

    def cluster_resources(self) -> dict[str, float]:
        return {"GPU": float(self.workers)}

    def remote(self, kind: type) -> Any:
        return SimpleNamespace(options=lambda **said: SimpleNamespace(remote=lambda *given: self._hired(kind(*given))))

    def _hired(self, worker: Any) -> Any:
        number = self.hired
        self.hired += 1

        def method(name: str) -> Any:
            return SimpleNamespace(remote=lambda *given: lambda: self._done(number, getattr(worker, name), *given))

        return SimpleNamespace(begin=method("begin"), encode=method("encode"))

    def _done(self, number: int, method: Callable[..., Any], *given: Any) -> Any:
        if self.ends(number, *(given or (None,))):
            raise RayError(self.last_words)
        try:
            return method(*given)
        except Exception as error:
            raise RayTaskError(error) from error

    def wait(self, awaited: Sequence[Any], *, num_returns: int, timeout: float | None) -> tuple[list[Any], list[Any]]:
        return [awaited[0]], list(awaited[1:])

    def get(self, awaited: Callable[[], Any]) -> Any:
        return awaited()
