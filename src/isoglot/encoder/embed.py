"""Embedding texts once: duplicates folded, batches filled by token count, results cached on disk."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
import torch

from isoglot.cache import cache_dir
from isoglot.encoder.load import Encoder
from isoglot.errors import EncoderError

Role = Literal["query", "passage"]
Vectors = npt.NDArray[np.float32]

# Token budget of a batch: on CPU small batches keep activations in cache, on a GPU large ones fill it.
_TOKENS_CPU, _TOKENS_GPU = 1_024, 65_536


class Progress(Protocol):
    """Told how many texts were embedded."""

    def __call__(self, texts: int, /) -> None: ...


def encoder_fingerprint(encoder: Encoder) -> str | None:
    """SHA-256 over weights, modules, tokenizer, prompts and length limit; None for what has no weights."""
    if not isinstance(encoder, torch.nn.Module):
        return None
    total = hashlib.sha256(repr(encoder).encode())
    for name in ("prompts", "max_seq_length", "similarity_fn_name"):
        total.update(repr(getattr(encoder, name, None)).encode())
    if getattr(encoder, "truncate_dim", None) is not None:
        total.update(f"truncate_dim {encoder.truncate_dim}".encode())
    total.update(_tokenizer_layout(encoder).encode())
    for name, tensor in sorted(encoder.state_dict().items()):
        total.update(name.encode())
        total.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().data)
    return total.hexdigest()


def _tokenizer_layout(encoder: Encoder) -> str:
    backend = getattr(getattr(encoder, "tokenizer", None), "backend_tokenizer", None)
    if backend is None:
        return ""
    layout = json.loads(backend.to_str())
    # Encoding sets these two on the way; they say nothing about the encoder.
    return json.dumps({key: value for key, value in layout.items() if key not in ("padding", "truncation")})


def embed(
    encoder: Encoder,
    texts: Sequence[str],
    *,
    role: Role,
    fingerprint: str | None = None,
    progress: Progress | None = None,
) -> Vectors:
    """Embed texts as queries or passages.

    Args:
        encoder: anything with ``encode_query`` and ``encode_document``.
        texts: the texts; equal texts are encoded once and get equal vectors.
        role: which of the two methods, and so which prompt, is used.
        fingerprint: of the encoder; with it the vectors are kept in the cache and read from there next time.
        progress: called with the number of texts done, as they are done.

    Returns:
        (texts, width) float32, as the encoder gives them (not normalised here).

    Raises:
        EncoderError: there is no text, or the encoder does not return one finite vector for each, all of one
            width.
    """
    unique = list(dict.fromkeys(texts))
    place = {text: number for number, text in enumerate(unique)}
    path = _cache_path(fingerprint, role, unique)
    if path is not None and path.is_file():
        vectors = np.load(path, allow_pickle=False)
        if progress:
            progress(len(texts))
    else:
        vectors = _encode(encoder, unique, role, progress, extra=len(texts) - len(unique))
        if path is not None:
            _store(path, vectors)
    result: Vectors = vectors[[place[text] for text in texts]]
    return result


def _encode(encoder: Encoder, texts: list[str], role: Role, progress: Progress | None, *, extra: int) -> Vectors:
    method = encoder.encode_query if role == "query" else encoder.encode_document
    vectors: Vectors | None = None
    for batch in _batches(encoder, texts):
        inputs = [texts[n] for n in batch]
        found = np.asarray(
            method(inputs, batch_size=len(batch), show_progress_bar=False, convert_to_numpy=True),
            dtype=np.float32,
        )
        if found.ndim != 2 or len(found) != len(batch):
            raise EncoderError(
                f"the encoder returned an array of shape {found.shape} for {len(batch)} texts: "
                f"it must be ({len(batch)}, width), one vector for each text."
            )
        if not np.isfinite(found).all():
            bad = inputs[int(np.flatnonzero(~np.isfinite(found).all(axis=1))[0])]
            raise EncoderError(f"the encoder returned NaN or infinite values for the {role} {bad[:80]!r}.")
        if vectors is None:
            vectors = np.empty((len(texts), found.shape[1]), dtype=np.float32)
        if found.shape[1] != vectors.shape[1]:
            raise EncoderError(
                f"the encoder returned {role} vectors of different widths: {vectors.shape[1]} and {found.shape[1]}."
            )
        vectors[batch] = found
        if progress:
            progress(len(batch))
    if vectors is None:
        raise EncoderError(f"there is no {role} to encode.")
    if progress and extra:
        progress(extra)
    return vectors


def _batches(encoder: Encoder, texts: list[str]) -> Iterator[list[int]]:
    """Positions of texts, longest first, each batch within the token budget once padded."""
    lengths = _token_counts(encoder, texts)
    device = getattr(encoder, "device", None)
    budget = _TOKENS_CPU if device is None or device.type == "cpu" else _TOKENS_GPU
    batch: list[int] = []
    longest = 0
    for number in np.argsort(-lengths, kind="stable").tolist():
        if batch and (len(batch) + 1) * longest > budget:
            yield batch
            batch = []
        longest = longest if batch else int(lengths[number])
        batch.append(number)
    if batch:
        yield batch


def _token_counts(encoder: Encoder, texts: list[str]) -> npt.NDArray[np.int64]:
    tokenizer = getattr(encoder, "tokenizer", None)
    if not callable(tokenizer):  # none, or a bare tokenizers.Tokenizer, as static embeddings have
        return np.array([len(text.encode()) for text in texts], dtype=np.int64)
    limit = getattr(encoder, "max_seq_length", None) or 512
    counts = [
        len(ids)
        for start in range(0, len(texts), 1_000)
        for ids in tokenizer(texts[start : start + 1_000], verbose=False)["input_ids"]
    ]
    return np.minimum(counts, limit)


def _cache_path(fingerprint: str | None, role: Role, texts: Sequence[str]) -> Path | None:
    if fingerprint is None:
        return None
    total = hashlib.sha256(role.encode())
    for text in texts:
        total.update(text.encode() + b"\0")
    return cache_dir() / "embeddings" / fingerprint[:16] / f"{total.hexdigest()[:32]}.npy"


def _store(path: Path, vectors: Vectors) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.partial")
    try:
        with part.open("wb") as file:
            np.save(file, vectors, allow_pickle=False)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
