"""An embedded collection: its texts as an encoder's dense vectors, which is all that ranking and repairing need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pyarrow as pa

from isoglot.arrays import Vectors
from isoglot.data.collection import Collection
from isoglot.encoder.affine import Affine, numbers_of
from isoglot.encoder.embed import announce, embed
from isoglot.encoder.embeddings import Embeddings
from isoglot.encoder.protocol import CollectionEncoder, Encoder
from isoglot.encoder.similarity import Similarity, similarity_of
from isoglot.errors import EncoderError
from isoglot.evaluation.encoded import Encoded
from isoglot.progress import StartProgress
from isoglot.roles import ROLES, Role

MOST_SCORES = 4_000_000_000
"""A minute or two of ranking: what is done for somebody who did not ask for it."""

_CHECKED_ROWS = 1 << 16


@dataclass(frozen=True, kw_only=True, eq=False)
class Embedded(Encoded):
    """A collection with its vectors, and how the score of a query and a passage follows from them.

    Attributes:
        collection: what the vectors stand for.
        queries: (queries, width) float32, in the order of the collection's queries.
        passages: (passages, width) float32, in the order of its passages; may be memory-mapped.
        similarity: how vectors are compared; for cosine they have length 1.

    Raises:
        EncoderError: the vectors are not one finite vector per query and passage, all of one width.
    """

    queries: Vectors | Embeddings
    passages: Vectors | Embeddings
    similarity: Similarity

    def __post_init__(self) -> None:
        super().__post_init__()
        for what, vectors in (("query", self.queries), ("passage", self.passages)):
            if not isinstance(vectors, Embeddings) and not _finite(vectors):
                raise EncoderError(f"{self.collection.name}: a {what} vector holds NaN or infinite values.")

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
    if isinstance(encoder, CollectionEncoder):
        # Rows that are compared by a Similarity are dense.
        queries, passages = cast(tuple[Embeddings, Embeddings], encoder.sides(collection, progress=progress))
    else:
        announce(encoder, sides_of(collection), cache=fingerprint is not None)
        queries, passages = (_embedded(encoder, collection, role, fingerprint, progress) for role in ROLES)
    return Embedded(collection=collection, queries=queries, passages=passages, similarity=similarity)


def sides_of(collection: Collection) -> list[tuple[Role, pa.ChunkedArray]]:
    """Its texts by role."""
    return [("query", collection.queries["text"]), ("passage", collection.passages["text"])]


def encode_collection(
    encoder: Encoder,
    collection: Collection,
    *,
    fingerprint: str | None = None,
    progress: StartProgress | None = None,
) -> Encoded:
    """What :func:`embed_collection` gives, of any encoder; it is an :class:`Embedded` where there are dense vectors.

    Args:
        fingerprint, progress: as there; rows that are no dense vectors are not kept.

    Raises:
        EncoderError: as there; or the encoder has nothing to match in these texts.
    """
    if isinstance(encoder, CollectionEncoder) and not encoder.is_dense:
        queries, passages = encoder.sides(collection, progress=progress)
        return Encoded(collection=collection, queries=queries, passages=passages, similarity=encoder.scoring)
    return embed_collection(encoder, collection, fingerprint=fingerprint, progress=progress)


def _embedded(
    encoder: Encoder, collection: Collection, role: Role, fingerprint: str | None, progress: StartProgress | None
) -> Embeddings:
    table = collection.queries if role == "query" else collection.passages
    told = progress(f"{collection.name} {role}", len(table)) if progress else None
    found = embed(encoder, table["text"], role=role, languages=table["lang"], fingerprint=fingerprint, progress=told)
    return found.normalised() if similarity_of(encoder).unit else found


def _finite(vectors: Vectors) -> bool:
    parts = (vectors[start : start + _CHECKED_ROWS] for start in range(0, len(vectors), _CHECKED_ROWS))
    return all(np.isfinite(part).all() for part in parts)
