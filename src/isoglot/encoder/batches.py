"""Batches of texts, sized by what an encoder spends on them.

A transformer pads a batch to its longest text and spends on every token, padding too, so its batches are filled by
tokens, longest texts first. A static encoder pads nothing. Of any other encoder nothing is known.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from tokenizers import Tokenizer

from isoglot.arrays import Ints
from isoglot.encoder.protocol import Encoder

# Tokens of a padded batch: on a CPU small batches keep activations in its caches, a GPU wants to be filled.
_TOKENS_CPU, _TOKENS_GPU = 1_024, 65_536
_STATIC_BYTES = 1 << 18  # of text: enough that a call's own cost no longer shows
# Texts that are sorted together, and kept once they are encoded: a kill costs a minute of a small transformer's time.
_TOGETHER_CPU, _TOGETHER = 2_048, 8_192
_TEXTS = 32  # as many as sentence-transformers takes where nothing is said


def batches(encoder: Encoder, texts: Sequence[str]) -> Iterator[Ints]:
    """Positions of texts, each in one batch; longest texts first."""
    tokenizer = getattr(encoder, "tokenizer", None)
    if _is_static(encoder):
        yield from _filled(_bytes(texts), _STATIC_BYTES, padded=False)
    elif callable(tokenizer):
        yield from _filled(_tokens(encoder, texts), _TOKENS_CPU if _on_cpu(encoder) else _TOKENS_GPU, padded=True)
    else:
        order = _longest_first(_bytes(texts))
        yield from (order[start : start + _TEXTS] for start in range(0, len(order), _TEXTS))


def together(encoder: Encoder) -> int:
    """How many texts are put into batches at once, so that a kill does not cost more, and batches are well filled."""
    return _TOGETHER_CPU if _on_cpu(encoder) and not _is_static(encoder) else _TOGETHER


def _is_static(encoder: Encoder) -> bool:
    return isinstance(getattr(encoder, "tokenizer", None), Tokenizer)  # bare, as static embeddings alone have it


def _on_cpu(encoder: Encoder) -> bool:
    """Whether it says that it computes there, or says nothing."""
    device = getattr(encoder, "device", None)
    return device is None or device.type == "cpu"


def _filled(lengths: Ints, budget: int, *, padded: bool) -> Iterator[Ints]:
    """Batches of at most this budget; a text that is longer is a batch of its own."""
    order = _longest_first(lengths)
    start, total = 0, 0
    for number, length in enumerate(lengths[order].tolist()):
        size = (number + 1 - start) * int(lengths[order[start]]) if padded else total + length
        if number > start and size > budget:
            yield order[start:number]
            start, total = number, 0
        total += length
    if len(order):
        yield order[start:]


def _longest_first(lengths: Ints) -> Ints:
    return np.argsort(-lengths, kind="stable")


def _bytes(texts: Sequence[str]) -> Ints:
    return np.array([len(text.encode()) for text in texts], dtype=np.int64)


def _tokens(encoder: Encoder, texts: Sequence[str]) -> Ints:
    limit = getattr(encoder, "max_seq_length", None) or 512
    tokenizer = encoder.tokenizer  # type: ignore[attr-defined]  # the caller has looked
    counts = [
        len(ids)
        for start in range(0, len(texts), 1_000)
        for ids in tokenizer(texts[start : start + 1_000], verbose=False)["input_ids"]
    ]
    return np.minimum(counts, limit)
