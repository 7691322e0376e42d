"""An embedded collection: its texts as an encoder's vectors, which is all that ranking and repairing need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from isoglot.arrays import Vectors
from isoglot.data.collection import Collection
from isoglot.encoder.affine import Affine, numbers_of
from isoglot.encoder.embed import embed
from isoglot.encoder.embeddings import Embeddings
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.similarity import Similarity, similarity_of
from isoglot.encoder.stored import StoredVectors
from isoglot.errors import EncoderError
from isoglot.evaluation.ranks import RANKING_BYTES, Ranks, rank_relevant
from isoglot.evaluation.tiles import Rescore
from isoglot.progress import Progress, StartProgress
from isoglot.roles import Role

MOST_SCORES = 4_000_000_000
"""A minute or two of ranking: what is done for somebody who did not ask for it."""

_CHECKED_ROWS = 1 << 16


@dataclass(frozen=True, kw_only=True, eq=False)
class Embedded:
    """A collection with its vectors, and how the score of a query and a passage follows from them.

    Attributes:
        collection: what the vectors stand for.
        queries: (queries, width) float32, in the order of the collection's queries.
        passages: (passages, width) float32, in the order of its passages; may be memory-mapped.
        similarity: how vectors are compared; for cosine they have length 1.

    Raises:
        EncoderError: the vectors are not one finite vector per query and passage, all of one width.
    """

    collection: Collection
    queries: Vectors | Embeddings
    passages: Vectors | Embeddings
    similarity: Similarity

    def __post_init__(self) -> None:
        name = self.collection.name
        sides = (("query", self.queries, self.collection.queries), ("passage", self.passages, self.collection.passages))
        for what, vectors, table in sides:
            if len(vectors.shape) != 2 or vectors.shape[0] != len(table):
                raise EncoderError(
                    f"{name}: the {what} vectors have shape {vectors.shape}, but must have "
                    f"({len(table)}, width), one row for each {what}."
                )
            if not isinstance(vectors, Embeddings) and not _finite(vectors):
                raise EncoderError(f"{name}: a {what} vector holds NaN or infinite values.")
        if self.queries.shape[1] != self.passages.shape[1]:
            raise EncoderError(
                f"{name}: query vectors are {self.queries.shape[1]} wide, but passage vectors "
                f"{self.passages.shape[1]}; both must come from one encoder."
            )

    def in_memory(self) -> Embedded:
        """The same with arrays, for what goes through all vectors again and again."""
        return replace(self, queries=np.asarray(self.queries), passages=np.asarray(self.passages))

    def moved(self, transform: Affine) -> Embedded:
        """After a transform; a language that it was not fitted on has its row for such languages.

        Raises:
            EncoderError: see :meth:`~isoglot.encoder.affine.Affine.apply`.
        """
        queries = numbers_of(self.collection.queries["lang"].to_pylist(), transform.languages)
        passages = numbers_of(self.collection.passages["lang"].to_pylist(), transform.languages)
        return replace(
            self,
            queries=transform.apply(np.asarray(self.queries), queries, "query"),
            passages=transform.apply(np.asarray(self.passages), passages, "passage"),
        )

    def scores(self, rankings: int = 1) -> int:
        """How many scores so many rankings take: each query's are gone over twice."""
        return 2 * len(self.collection.queries) * len(self.collection.passages) * rankings

    def ranking_bar(
        self, progress: StartProgress | None, *, what: str = "ranking", rankings: int = 1
    ) -> Progress | None:
        """Begin the bar of so many rankings, which :meth:`ranks` tells of scores; None where nobody watches."""
        return progress(f"{self.collection.name} {what}", self.scores(rankings), unit="scores") if progress else None

    def ranks(
        self,
        *,
        depth: int = 1,
        budget: int = RANKING_BYTES,
        rescore: Rescore | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> Ranks:
        """Where its relevant passages stand; see :func:`~isoglot.evaluation.ranks.rank_relevant`."""
        return rank_relevant(
            self.queries,
            self.passages,
            self.collection,
            similarity=self.similarity,
            depth=depth,
            budget=budget,
            rescore=rescore,
            progress=progress,
        )


def embed_collection(
    encoder: Encoder,
    collection: Collection,
    *,
    fingerprint: str | None = None,
    progress: StartProgress | None = None,
) -> Embedded:
    """Embed a collection's texts, in the languages that it states; vectors have length 1 where the encoder compares by
    cosine.

    Args:
        fingerprint: of the encoder; with it the vectors are kept in the cache and read from there next time.
        progress: begins either side.

    Raises:
        EncoderError: see :func:`isoglot.encoder.embed.embed`; or stored vectors lack some of the texts.
    """
    similarity = similarity_of(encoder)
    sides: dict[Role, Embeddings] = {}
    for role in get_args(Role):
        table = collection.queries if role == "query" else collection.passages
        told = progress(f"{collection.name} {role}", len(table)) if progress else None
        vectors = (
            encoder.of(role, table["id"], name=collection.name)
            if isinstance(encoder, StoredVectors)
            else embed(
                encoder, table["text"], role=role, languages=table["lang"], fingerprint=fingerprint, progress=told
            )
        )
        sides[role] = vectors.normalised() if similarity.unit else vectors
    return Embedded(collection=collection, queries=sides["query"], passages=sides["passage"], similarity=similarity)


def _finite(vectors: Vectors) -> bool:
    parts = (vectors[start : start + _CHECKED_ROWS] for start in range(0, len(vectors), _CHECKED_ROWS))
    return all(np.isfinite(part).all() for part in parts)
