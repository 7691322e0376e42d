"""From pairs of texts to tokens, with a length limit for queries and one for passages."""

from dataclasses import dataclass, field
from typing import Any

from sentence_transformers import SentenceTransformer


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
            tokens = self.model.preprocess(
                [row[column] for row in rows], prompt=self.prompts[column], processing_kwargs=options
            )
            batch.update({f"{column}_{key}": value for key, value in tokens.items()})
        return batch
