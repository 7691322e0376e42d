"""How long a study's cells take, from a forward pass on this machine: an estimate, made before anything is run."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from isoglot.encoder.load import load_encoder
from isoglot.training.config import TrainConfig

_TEXTS = 16
_TRAINING = 3  # forward passes that a step costs: one of its own, and a backward pass of about two


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Of an encoder.

    Attributes:
        query, passage: seconds for a text of the longest kind that is trained on.
    """

    query: float
    passage: float

    def training(self, config: TrainConfig) -> float:
        """Seconds of all steps of a run, whose texts are taken to be of full length."""
        pairs = config.batch.size * config.optimization.steps
        return _TRAINING * pairs * (self.query + self.passage)

    def encoding(self, queries: int, passages: int) -> float:
        """Seconds for the texts of a test."""
        return queries * self.query + passages * self.passage


def pace_of(config: TrainConfig) -> Pace:
    """Load the encoder of a run and time it.

    Raises:
        EncoderError: it cannot be loaded.
    """
    encoder = load_encoder(config.encoder.name)
    longest = min(encoder.max_seq_length or 512, 512)

    def seconds(tokens: int | None) -> float:
        texts = [" ".join(["of"] * min(tokens or longest, longest))] * _TEXTS
        took = []
        for _ in range(3):
            began = time.perf_counter()
            encoder.encode_document(texts, batch_size=_TEXTS, show_progress_bar=False)
            took.append(time.perf_counter() - began)
        return float(np.min(took)) / _TEXTS

    return Pace(query=seconds(config.encoder.query_tokens), passage=seconds(config.encoder.passage_tokens))
