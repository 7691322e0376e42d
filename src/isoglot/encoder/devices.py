"""Copies of an encoder on several devices. Each encodes whole batches, so that vectors are those of one device."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from isoglot.encoder.protocol import Encoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_COPIES = "copies_elsewhere"

Work = TypeVar("Work")
Found = TypeVar("Found")


def spread(model: "SentenceTransformer", devices: Sequence[str]) -> None:
    """Put an encoder on the first of the devices, and copies of it on the others."""
    setattr(model, _COPIES, tuple(deepcopy(model).to(device) for device in devices[1:]))
    model.to(devices[0])


def each(encoder: Encoder, work: Iterable[Work], do: Callable[[Encoder, Work], Found]) -> Iterator[Found]:
    """What comes of every piece of work, in order; a copy that is free takes the next piece."""
    copies: tuple[Encoder, ...] = (encoder, *getattr(encoder, _COPIES, ()))
    if len(copies) == 1:
        yield from (do(encoder, piece) for piece in work)
        return
    free: SimpleQueue[Encoder] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def done(piece: Work) -> Found:
        copy = free.get()
        try:
            return do(copy, piece)
        finally:
            free.put(copy)

    pool = ThreadPoolExecutor(len(copies))
    try:
        yield from pool.map(done, work)
    finally:
        pool.shutdown(cancel_futures=True)  # after an error nothing more is begun
