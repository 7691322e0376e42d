"""Candidates from an encoder: its scores of every query and passage, a tile at a time."""

import numpy as np

from isoglot.arrays import Ints, Similarities, Vectors
from isoglot.data.parallel import ParallelDataset
from isoglot.encoder.embed import announce, embed
from isoglot.encoder.embeddings import Embeddings
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.scoring import Block
from isoglot.encoder.similarity import similarity_of
from isoglot.errors import EncoderError
from isoglot.mining.passages import Passages
from isoglot.progress import StartProgress
from isoglot.roles import ROLES, Role

_WIDEST, _BLOCK_BYTES = 16_384, 64 << 20


class Dense:
    """Scores are by the encoder's similarity, rounded to float32. Vectors are kept in the cache of embeddings, so a
    killed run goes on with the texts that are left."""

    def __init__(
        self, encoder: Encoder, data: ParallelDataset, *, name: str, progress: StartProgress | None = None
    ) -> None:
        self.name, self.fingerprint = name, encoder_fingerprint(encoder)
        self.similarity = similarity_of(encoder)
        self._encoder, self._data, self._progress = encoder, data, progress
        self._queries: dict[str, tuple[Embeddings, Ints]] = {}
        announce(encoder, ((role, data.column(role, language)) for role in ROLES for language in data.languages))

    def index(self, passages: Passages) -> "DenseIndex":
        """Embed the passages.

        Raises:
            EncoderError: see :func:`isoglot.encoder.embed.embed`.
        """
        return DenseIndex(self, self._embed("passage", passages.language, passages.first))

    def queries(self, language: str, items: Ints) -> Vectors:
        """(items, width) float32, the queries of these items; all of the language are embedded at the first call."""
        if language not in self._queries:
            there = self._data.has_query[:, self._data.languages.index(language)]
            rows: Ints = np.cumsum(there) - 1
            self._queries[language] = self._embed("query", language, np.flatnonzero(there)), rows
        vectors, row = self._queries[language]
        return vectors[row[items]]

    def _embed(self, role: Role, language: str, items: Ints) -> Embeddings:
        texts = self._data.column(role, language, items)
        told = self._progress(f"{language} {role}", len(texts)) if self._progress else None
        vectors = embed(
            self._encoder,
            texts,
            role=role,
            languages=[language] * len(texts),
            fingerprint=self.fingerprint,
            progress=told,
        )
        return vectors.normalised() if self.similarity.unit else vectors


class DenseIndex:
    """The vectors of one language's passages, of which a block at a time is in memory."""

    least = -np.inf

    def __init__(self, dense: Dense, passages: Embeddings) -> None:
        self._dense, self._passages = dense, passages
        self.widest = max(1, min(_WIDEST, _BLOCK_BYTES // (4 * passages.shape[1])))
        self._block: tuple[slice, Block[Vectors]] | None = None

    def scores(self, language: str, items: Ints, columns: slice) -> Similarities:
        queries = self._dense.queries(language, items)
        if self._block is None or self._block[0] != columns:
            self._block = columns, self._dense.similarity.block(self._passages[columns])
        if queries.shape[1] != self._passages.shape[1]:
            raise EncoderError(
                f"the encoder's query vectors are {queries.shape[1]} wide, but its passage vectors "
                f"{self._passages.shape[1]}: they cannot be compared."
            )
        return self._block[1].scores(queries).astype(np.float32, copy=False)
