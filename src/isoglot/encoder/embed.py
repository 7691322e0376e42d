"""Embedding texts once: equal texts are folded, and what was encoded before is read from the cache."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.arrays import Ints, Vectors, distinct
from isoglot.data.tables import text_digests, texts_at
from isoglot.encoder.affine import Affine
from isoglot.encoder.batches import batches, together
from isoglot.encoder.devices import each
from isoglot.encoder.embeddings import Embeddings, Move
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.identify import places
from isoglot.encoder.lazy import loaded
from isoglot.encoder.moved import MovedEncoder
from isoglot.encoder.protocol import LOADED_AS, Encoder
from isoglot.encoder.repair import taken_apart
from isoglot.encoder.similarity import similarity_of
from isoglot.encoder.store import name_encoder, vector_store
from isoglot.encoder.streaming import StreamingEncoder, in_parts
from isoglot.errors import ConfigError, EncoderError
from isoglot.progress import Progress
from isoglot.roles import Role


def embed(
    encoder: Encoder,
    texts: Sequence[str] | pa.ChunkedArray,
    *,
    role: Role,
    languages: Sequence[str] | pa.ChunkedArray | None = None,
    fingerprint: str | None = None,
    progress: Progress | None = None,
) -> Embeddings:
    """Embed texts as queries or passages.

    A repaired encoder's base encodes, under its own fingerprint, and its vectors are transformed as they are read: what
    the base has encoded before is not encoded again.

    Args:
        encoder: anything with ``encode_query`` and ``encode_document``.
        texts: the texts, or an Arrow column of them, of which a part at a time is in memory; equal texts are
            encoded once and get equal vectors.
        role: which of the two methods, and so which prompt, is used.
        languages: (texts,) BCP 47 codes, for an encoder that is repaired by language; it tells them from the texts if
            they are left out, and others do not ask for them.
        fingerprint: of the encoder; with it the vectors are kept in the cache by text, and a text that is there is
            not encoded again, whatever other texts it comes with (:mod:`isoglot.encoder.store`).
        progress: called with the number of texts done, as they are done.

    Returns:
        (texts, width) float32, as the encoder gives them (not normalised here).

    Raises:
        EncoderError: there is no text, or the encoder does not return one finite vector for each, all of one
            width and (where it compares by cosine) none of them zero; or it compares in a way that isoglot does not
            know.
        ConfigError: not one language for each text; or they are to be told from the texts, and cannot.
    """
    similarity_of(encoder)  # or refuse, before anything is encoded
    column = _column(texts)
    if not len(column):
        raise EncoderError(f"there is no {role} to encode.")
    if languages is not None and len(languages) != len(column):
        raise ConfigError(f"{len(column):,} texts need as many languages, but got {len(languages):,}.")
    apart = taken_apart(encoder)
    if apart is None:
        return _embedded(encoder, column, role, fingerprint, progress)
    language = _places(apart.transform, column, languages)
    found = _embedded(apart.base, column, role, apart.base_fingerprint(fingerprint), progress)
    return replace(found, move=Move(apart.transform, language, role))


def _embedded(
    encoder: Encoder, column: pa.ChunkedArray, role: Role, fingerprint: str | None, progress: Progress | None
) -> Embeddings:
    digests = text_digests(column)
    first, place = distinct(digests)
    if progress and len(column) > len(first):
        progress(len(column) - len(first))
    if fingerprint is None:
        shards, rows = _in_memory(_encoded(encoder, column, first, role, progress), len(first))
    else:
        store = vector_store(fingerprint, role)
        shards, rows = store.find(digests[first])
        if progress and (rows >= 0).any():
            progress(int((rows >= 0).sum()))
        while len(missing := np.flatnonzero(rows < 0)):  # again where the cache was cleared or damaged meanwhile
            for part, vectors in _encoded(encoder, column, first[missing], role, progress):
                if shards and shards[0].shape[1] != vectors.shape[1]:  # else what is kept could never be read again
                    raise _widths(role, shards[0], vectors)
                store.add(digests[first[missing[part]]], vectors)
                name_encoder(fingerprint, getattr(encoder, LOADED_AS, type(encoder).__name__))
                store.merge()
            shards, rows = store.find(digests[first])
    for shard in shards:
        if shard.shape[1] != shards[0].shape[1]:
            raise _widths(role, shards[0], shard)
    return Embeddings(shards, rows[place])


def _encoded(
    encoder: Encoder, column: pa.ChunkedArray, positions: Ints, role: Role, progress: Progress | None
) -> Iterator[tuple[Ints, Vectors]]:
    """The vectors of the texts at ascending positions, some at a time: which of the positions, and their vectors."""
    encoder = loaded(encoder)
    size = together(encoder)
    blocks = [positions[start : start + size] for start in range(0, len(positions), size)]
    if isinstance(encoder, StreamingEncoder):
        encoder.announce((role, text) for block in blocks for text in texts_at(column, block))
    start = 0
    for block in blocks:
        texts = texts_at(column, block)
        if isinstance(encoder, StreamingEncoder):
            for part, vectors in in_parts(encoder.stream(texts, role=role), progress):
                yield start + part, _checked(encoder, vectors, [texts[place] for place in part.tolist()], role)
        else:
            yield np.arange(start, start + len(texts)), _encode(encoder, texts, role, progress)
        start += len(texts)


def _in_memory(parts: Iterator[tuple[Ints, Vectors]], count: int) -> tuple[list[Vectors], Ints]:
    """The vectors of so many texts, and each text's row in them."""
    shards: list[Vectors] = []
    rows, done = np.empty(count, dtype=np.int64), 0
    for part, vectors in parts:
        rows[part] = done + np.arange(len(vectors))
        shards.append(vectors)
        done += len(vectors)
    return shards, rows


def announce(encoder: Encoder, sides: Iterable[tuple[Role, pa.ChunkedArray]], *, cache: bool = True) -> None:
    """Tell an encoder that sends texts away what it will be asked for, as a whole and before it is asked.

    Args:
        encoder: any; others are told nothing, and their texts are not gone through.
        sides: roles and columns of texts; nulls are none.
        cache: leave out texts whose vectors are in the cache.

    Raises:
        EncoderError, ConfigError: these texts must not be sent.
    """
    if isinstance(encoder, MovedEncoder):
        encoder = encoder.base
    if isinstance(encoder, StreamingEncoder):
        fingerprint = encoder_fingerprint(encoder) if cache else None
        encoder.announce((role, text) for role, column in sides for text in _missing(column, role, fingerprint))


def _missing(column: pa.ChunkedArray, role: Role, fingerprint: str | None) -> list[str]:
    """The texts that have no vector yet, each once."""
    column = column.drop_null()
    digests = text_digests(column)
    first, _ = distinct(digests)
    if fingerprint is not None:
        first = first[vector_store(fingerprint, role).find(digests[first])[1] < 0]
    return texts_at(column, first)


def _column(texts: Sequence[str] | pa.ChunkedArray) -> pa.ChunkedArray:
    return texts if isinstance(texts, pa.ChunkedArray) else pa.chunked_array([pa.array(texts, pa.string())])


def _places(transform: Affine, texts: pa.ChunkedArray, languages: Sequence[str] | pa.ChunkedArray | None) -> Ints:
    """(texts,) each text's place in the transform's languages; what is the same for equal ones is asked once."""
    fitted = transform.languages
    if not transform.by_language:
        return np.full(len(texts), len(fitted), dtype=np.int64)
    column = texts if languages is None else _column(languages)
    different = column.unique()
    values = different.to_pylist()
    found = places(values, [None] * len(values) if languages is None else values, fitted)
    number: Ints = pc.index_in(column, value_set=different).to_numpy().astype(np.int64)
    return found[number]


def _encode(encoder: Encoder, texts: list[str], role: Role, progress: Progress | None) -> Vectors:
    vectors: Vectors | None = None
    parts = list(batches(encoder, texts))
    done = each(encoder, parts, lambda copy, batch: _encode_batch(copy, [texts[n] for n in batch], role))
    for batch, found in zip(parts, done, strict=True):
        if vectors is None:
            vectors = np.empty((len(texts), found.shape[1]), dtype=np.float32)
        if found.shape[1] != vectors.shape[1]:
            raise _widths(role, vectors, found)
        vectors[batch] = found
        if progress:
            progress(len(batch))
    assert vectors is not None  # there is a text, so there is a batch
    return vectors


def _encode_batch(encoder: Encoder, texts: list[str], role: Role) -> Vectors:
    method = encoder.encode_query if role == "query" else encoder.encode_document
    found = np.asarray(
        method(texts, batch_size=len(texts), show_progress_bar=False, convert_to_numpy=True), dtype=np.float32
    )
    if found.ndim != 2 or len(found) != len(texts):
        raise EncoderError(
            f"the encoder returned an array of shape {found.shape} for {len(texts)} texts: "
            f"it must be ({len(texts)}, width), one vector for each text."
        )
    return _checked(encoder, found, texts, role)


def _checked(encoder: Encoder, found: Vectors, texts: Sequence[str], role: Role) -> Vectors:
    """The vectors, if each is finite and (for cosine) has a direction."""
    sound = np.isfinite(found).all(axis=1)
    if not sound.all():
        bad = texts[int(np.flatnonzero(~sound)[0])]
        raise EncoderError(f"the encoder returned NaN or infinite values for the {role} {bad[:80]!r}.")
    blank = np.array([not text.strip() for text in texts])  # its zero vector is as near to everything: cosine 0
    directed = found.any(axis=1) | blank
    if similarity_of(encoder).unit and not directed.all():
        bad = texts[int(np.flatnonzero(~directed)[0])]
        raise EncoderError(f"the encoder returned a zero vector for the {role} {bad[:80]!r}: it has no direction.")
    return found


def _widths(role: Role, one: Vectors, other: Vectors) -> EncoderError:
    return EncoderError(
        f"the encoder returned {role} vectors of different widths: {one.shape[1]} and {other.shape[1]}; if another one "
        "has taken its name, remove the old vectors by `isoglot cache clear embeddings`."
    )
