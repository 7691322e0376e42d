"""What an engine is: it gives the vectors of shards, in any order. Who asks it writes them, each to its own name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from isoglot.arrays import Vectors
from isoglot.encoder.embed import embed
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.moved import MovedEncoder
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.similarity import similarity_of
from isoglot.encoder.streaming import StreamingEncoder
from isoglot.errors import EncoderError
from isoglot.progress import Progress
from isoglot.vectors.manifest import Part

_NO_MEMORY = ("allocate memory", "not enough memory")  # as PyTorch says it of a CPU


@dataclass(frozen=True)
class Task:
    """A shard to encode.

    Attributes:
        part: which one.
        texts: of its rows.
        languages: of the texts, BCP 47.
    """

    part: Part
    texts: list[str]
    languages: list[str]


class Engine(Protocol):
    """Who encodes shards."""

    def run(self, tasks: Iterable[Task], told: Progress | None) -> Iterator[tuple[Task, Vectors]]:
        """Every task with its vectors, each once, in any order.

        Args:
            tasks: asked for one by one, as there is somebody to do them.
            told: of texts, as they are done.

        Raises:
            EncoderError: a task cannot be done.
        """
        ...


@dataclass(frozen=True)
class InProcess:
    """One process; an encoder that lies on several devices encodes a batch on each."""

    encoder: Encoder

    def run(self, tasks: Iterable[Task], told: Progress | None) -> Iterator[tuple[Task, Vectors]]:
        """See :class:`Engine`."""
        for task in tasks:
            yield task, encoded(self.encoder, task, told)


def encoded(encoder: Encoder, task: Task, told: Progress | None = None) -> Vectors:
    """(texts, width) float32, of length 1 where the encoder compares by cosine.

    The vectors of an encoder that sends texts away are kept in the cache, too, for they may have cost money.

    Raises:
        EncoderError: see :func:`~isoglot.encoder.embed.embed`; or there is not enough memory.
    """
    keep = encoder_fingerprint(encoder) if sends_away(encoder) else None
    try:
        found = embed(
            encoder, task.texts, role=task.part.role, languages=task.languages, fingerprint=keep, progress=told
        )
        return np.asarray(found.normalised() if similarity_of(encoder).unit else found)
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        raise out_of_memory(task.part.name) from error


def sends_away(encoder: Encoder) -> bool:
    """Whether a server encodes, which one process asks."""
    return isinstance(encoder, StreamingEncoder | MovedEncoder)


def out_of_memory(where: str) -> EncoderError:
    """What is said where a worker's memory does not do."""
    return EncoderError(
        f"a worker ran out of memory at {where}; what was encoded before is kept: use fewer workers or a larger "
        "machine, and run it again."
    )


def _is_out_of_memory(error: Exception) -> bool:
    """Also PyTorch's, which has a type of its own for GPUs alone."""
    named = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return named or any(words in str(error) for words in _NO_MEMORY)
