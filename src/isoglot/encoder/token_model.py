"""Late interaction of sentence-transformers (``MultiVectorEncoder``), such as ColBERT: a text as a vector a token."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from isoglot.encoder.model_encoder import ModelEncoder
from isoglot.encoder.tokens import MaxSim, TokenVectors
from isoglot.errors import EncoderError
from isoglot.roles import Role


class TokenModel(ModelEncoder[TokenVectors]):
    """Compared by MaxSim, or by its mean over the query's tokens, as the model says."""

    kind = "late-interaction encoder"
    saved_as = "MultiVectorEncoder"

    @cached_property
    def scoring(self) -> MaxSim:
        """By what the model says in ``similarity_fn_name``."""
        return MaxSim(str(self.model.similarity_fn_name))

    def _encode(self, model: Any, texts: list[str], role: Role) -> TokenVectors:
        method = model.encode_query if role == "query" else model.encode_document
        found = method(texts, batch_size=len(texts), show_progress_bar=False, convert_to_numpy=True)
        rows = [np.asarray(text, dtype=np.float32) for text in found]
        if len(rows) != len(texts) or len({row.shape[1:] for row in rows}) != 1 or rows[0].ndim != 2:
            raise EncoderError(f"{self.loaded_as} did not return one vector a token for each of {len(texts)} texts.")
        for text, row in zip(texts, rows, strict=True):
            if not np.isfinite(row).all():
                raise EncoderError(f"{self.loaded_as} returned NaN or infinite values for the {role} {text[:80]!r}.")
        if role == "query" and self.scoring.name == "meanmaxsim":  # the mean is the sum of what is divided before
            rows = [row / np.float32(max(len(row), 1)) for row in rows]
        # A token without direction stands for padding, as in sentence-transformers.
        return TokenVectors.of([row[row.any(axis=1)] for row in rows], rows[0].shape[1])

    def _joined(self, parts: Sequence[TokenVectors]) -> TokenVectors:
        bounds = np.concatenate([[0], np.cumsum(np.concatenate([part.lengths for part in parts]))])
        return TokenVectors(np.concatenate([part.vectors for part in parts]), bounds)
