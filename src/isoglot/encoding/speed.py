"""How fast two encoders are, in one run and in turns, so that what else the machine does falls on both."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from isoglot.data.collection import Collection
from isoglot.encoder.embed import embed
from isoglot.encoder.protocol import Encoder

_ROUNDS = 3
_PASSAGES, _QUERIES = 128, 16


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Of an encoder, by the best of some rounds.

    Attributes:
        passages: encoded together, in a second.
        query: seconds for one that is encoded alone.
    """

    passages: float
    query: float


def speeds(before: Encoder, after: Encoder, collection: Collection, *, seed: int = 0) -> tuple[Speed, Speed]:
    """Time both on the same texts of a collection.

    Args:
        collection: of which some passages and queries are drawn.
        seed: of the draw.
    """
    rng = np.random.default_rng(seed)
    passages = _drawn(rng, collection.passages["text"].to_pylist(), _PASSAGES)
    queries = _drawn(rng, collection.queries["text"].to_pylist(), _QUERIES)

    def alone(encoder: Encoder) -> None:
        for query in queries:
            encoder.encode_query([query])

    many = _in_turns([lambda: embed(before, passages, role="passage"), lambda: embed(after, passages, role="passage")])
    one = _in_turns([lambda: alone(before), lambda: alone(after)])
    found = [
        Speed(passages=len(passages) / seconds, query=each / len(queries))
        for seconds, each in zip(many, one, strict=True)
    ]
    return found[0], found[1]


def _drawn(rng: np.random.Generator, texts: Sequence[str], count: int) -> list[str]:
    return [texts[row] for row in rng.choice(len(texts), size=min(count, len(texts)), replace=False)]


def _in_turns(work: Sequence[Callable[[], object]]) -> list[float]:
    """Seconds of each, the least of all rounds; a first one, which loads what is loaded late, is not counted."""
    took = np.full((_ROUNDS + 1, len(work)), np.inf)
    for row in took:
        for number, do in enumerate(work):
            began = time.perf_counter()
            do()
            row[number] = time.perf_counter() - began
    found: list[float] = took[1:].min(axis=0).tolist()
    return found
