"""Encoders that are slow or cost money: they give vectors as they have them, and what was given is kept at once."""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Ints, Vectors
from isoglot.encoder.protocol import Encoder
from isoglot.errors import IsoglotError
from isoglot.progress import Progress
from isoglot.roles import Role

# What a kill costs, in texts and seconds; every part becomes a file.
_TEXTS, _SECONDS = 512, 5.0


@runtime_checkable
class StreamingEncoder(Encoder, Protocol):
    """An encoder that works on many texts at once, such as a server."""

    def announce(self, texts: Iterable[tuple[Role, str]]) -> None:
        """Hear what will be asked for, before the first text is.

        Raises:
            EncoderError, ConfigError: it must not be.
        """
        ...

    def stream(self, texts: list[str], *, role: Role) -> Iterator[Mapping[int, npt.NDArray[np.float32]]]:
        """(width,) float32 vectors by place in ``texts``, as they become known: in any order, each place once.

        Raises:
            EncoderError: nothing more will come; what came before is good.
        """
        ...


def in_parts(
    found: Iterable[Mapping[int, npt.NDArray[np.float32]]], progress: Progress | None
) -> Iterator[tuple[Ints, Vectors]]:
    """Places and vectors, many together; what came before a fault or Ctrl-C is given before it is raised.

    Args:
        found: see :meth:`StreamingEncoder.stream`.
        progress: told of texts as they come.
    """
    kept: dict[int, npt.NDArray[np.float32]] = {}
    since = time.monotonic()
    try:
        for answers in found:
            kept.update(answers)
            if progress and answers:
                progress(len(answers))
            if len(kept) >= _TEXTS or (kept and time.monotonic() - since >= _SECONDS):
                yield _together(kept)
                kept, since = {}, time.monotonic()
    except (IsoglotError, KeyboardInterrupt):
        if kept:
            yield _together(kept)
        raise
    if kept:
        yield _together(kept)


def _together(kept: Mapping[int, npt.NDArray[np.float32]]) -> tuple[Ints, Vectors]:
    return np.fromiter(kept, dtype=np.int64), np.stack(list(kept.values()))
