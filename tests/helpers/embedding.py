"""A stand-in for a server of embeddings, by OpenAI's protocol."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.server import Reply, Server


def drawn(texts: list[str], width: int = 8) -> npt.NDArray[np.float32]:
    """(texts, width): a vector that is drawn from the text."""
    seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts]
    return np.array([np.random.default_rng(seed).standard_normal(width) for seed in seeds], dtype=np.float32)


def answer(vectors: Any) -> dict[str, Any]:
    """As OpenAI writes it; a text has 10 tokens."""
    rows = [{"index": number, "embedding": list(map(float, row))} for number, row in enumerate(vectors)]
    return {"object": "list", "data": rows, "model": "m", "usage": {"prompt_tokens": 10 * len(rows)}}


@dataclass
class EmbeddingServer(Server):
    """``misbehave`` gives the body of an answer, or a Reply.

    Attributes:
        encode: makes the vectors.
    """

    encode: Callable[[list[str]], Any] = drawn

    def reply(self, path: str, body: dict[str, Any]) -> Reply:
        texts = body["input"]
        self.asked.append(texts)
        found = self.misbehave(texts)
        if isinstance(found, Reply):
            return found
        return Reply(body=answer(self.encode(texts)) if found is None else found)

    @property
    def texts(self) -> list[str]:
        """All that it was asked."""
        return [text for asked in self.asked for text in asked]
