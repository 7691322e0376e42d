"""From pairs of texts to tokens, with a length limit for queries and one for passages."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from isoglot.batching.pairs import LABEL


@dataclass
class PairCollator:
    """Tokenises each column with its prompt; sentence-transformers' own has one length for all columns.

    Attributes:
        model: tokenises.
        prompts: column -> prompt.
        limits: column -> most tokens, prompt included; None is the model's own limit.
    """

    model: SentenceTransformer
    prompts: dict[str, str]
    limits: dict[str, int | None]
    valid_label_columns: list[str] = field(default_factory=lambda: [LABEL])

    def __call__(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        batch: dict[str, Any] = {}
        if LABEL in rows[0]:
            batch[LABEL] = torch.tensor([self._label(row) for row in rows])
        for column in (name for name in rows[0] if name != LABEL):
            limit = self.limits[column]
            options = {"text": {"max_length": limit, "truncation": True}} if limit else None
            with cut_at(self.model.tokenizer, limit):
                tokens = self.model.preprocess(
                    [row[column] for row in rows], prompt=self.prompts[column], processing_kwargs=options
                )
            batch.update({f"{column}_{key}": value for key, value in tokens.items()})
        return batch

    def _label(self, row: dict[str, Any]) -> list[int]:
        """What the pair is, and 64 bits of the hash of its passage and of each negative: equal for equal texts."""
        return [*row[LABEL], *(_digest(row[column]) for column in self.prompts if column != "query")]


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)


@contextmanager
def cut_at(tokenizer: Any, limit: int | None) -> Iterator[None]:
    """Let a bare tokenizer cut, which StaticEmbedding has and passes no limit to; others are told the limit."""
    if limit is None or not isinstance(tokenizer, Tokenizer):
        yield
        return
    before = tokenizer.truncation
    tokenizer.enable_truncation(limit)
    try:
        yield
    finally:
        if before is None:
            tokenizer.no_truncation()
        else:
            tokenizer.enable_truncation(**before)
