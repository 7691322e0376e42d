"""From pairs of texts to tokens, with a length limit for queries and one for passages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer


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
    valid_label_columns: list[str] = field(default_factory=list)  # the trainer asks; pairs have no labels

    def __call__(self, rows: list[dict[str, str]]) -> dict[str, Any]:
        batch: dict[str, Any] = {}
        for column in rows[0]:
            limit = self.limits[column]
            options = {"text": {"max_length": limit, "truncation": True}} if limit else None
            with _truncation(self.model.tokenizer, limit):
                tokens = self.model.preprocess(
                    [row[column] for row in rows], prompt=self.prompts[column], processing_kwargs=options
                )
            batch.update({f"{column}_{key}": value for key, value in tokens.items()})
        return batch


@contextmanager
def _truncation(tokenizer: Any, limit: int | None) -> Iterator[None]:
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
