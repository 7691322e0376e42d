"""Training on the part of a vocabulary that the data uses: the embeddings of that data stay as they are.

A multilingual vocabulary of 250,000 pieces is most of a small encoder, and a corpus uses a fraction of it.
Word embeddings and tokenizer are cut down to that for training, and made whole again before saving.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding, Transformer
from tokenizers import Tokenizer

from isoglot.errors import EncoderError

_BATCH = 1024  # texts tokenised at once


@dataclass(frozen=True, slots=True)
class TrimmedVocabulary:
    """What `trim_vocabulary` took out of a model, and `restore_vocabulary` puts back."""

    kept: NDArray[np.int64]  # (kept,), full id of each id of the trimmed model, ascending
    embeddings: torch.Tensor  # (rows, hidden), the full matrix, on the CPU
    tokenizer: Tokenizer  # the full backend of the model's tokenizer


def trim_vocabulary(model: SentenceTransformer, texts: Iterable[str]) -> TrimmedVocabulary:
    """Cut `model`, IN PLACE, down to the special tokens and the pieces of `texts`, with and without prompts.

    The embeddings of `texts` do not change, alone or behind any of `model.prompts`. In any other text, pieces
    that were cut turn into smaller ones or the unknown token, so `texts` is everything the model reads until
    `restore_vocabulary`: validation too. It is read once, in batches. Trim before an optimizer is made: the
    embedding parameter is a new one.

    Raises EncoderError unless the model begins with a Transformer or a StaticEmbedding, with a Unigram or WordPiece
    tokenizer.
    """
    encoder = _encoder(model)
    full = _backend(encoder)
    layout = json.loads(full.to_str())
    if (kind := layout["model"]["type"]) not in ("Unigram", "WordPiece"):
        raise EncoderError(
            f"a {kind} vocabulary cannot be trimmed, only Unigram and WordPiece ones: train without trimming."
        )
    embedding = _embedding(encoder)
    wanted = np.zeros(embedding.num_embeddings, dtype=bool)
    # RoBERTa counts positions from the padding id, so ids up to it keep their place.
    wanted[: max(getattr(encoder.tokenizer, "pad_token_id", None) or 0, embedding.padding_idx or 0) + 1] = True
    wanted[_fixed_ids(layout)] = True
    for ids in _used_ids(layout, texts, prompts={"", *model.prompts.values()}):
        wanted[ids] = True
    trimmed = TrimmedVocabulary(kept=np.flatnonzero(wanted), embeddings=embedding.weight.detach().cpu(), tokenizer=full)
    _set_embeddings(encoder, embedding.weight.detach()[trimmed.kept])
    _set_backend(encoder, _trimmed_tokenizer(layout, trimmed.kept))
    return trimmed


def restore_vocabulary(model: SentenceTransformer, trimmed: TrimmedVocabulary) -> None:
    """Give a trimmed `model` its full vocabulary again, with the kept rows as they are now (trained or not).

    The rows are written into `trimmed.embeddings`, which on the CPU becomes the model's own matrix: one
    `trimmed` restores one model, once. Raises EncoderError if `model` has another number of embeddings.
    """
    encoder = _encoder(model)
    rows = _embedding(encoder).weight.detach()
    if rows.shape != (len(trimmed.kept), trimmed.embeddings.shape[1]):
        raise EncoderError(
            f"the model has {rows.shape[0]} embeddings and {len(trimmed.kept)} were kept: "
            "restore the model that was trimmed, once."
        )
    trimmed.embeddings[torch.from_numpy(trimmed.kept)] = rows.to(trimmed.embeddings)
    _set_embeddings(encoder, trimmed.embeddings.to(rows))
    _set_backend(encoder, trimmed.tokenizer)


def _encoder(model: SentenceTransformer) -> Any:
    encoder = model[0]
    tokenizer = getattr(encoder, "tokenizer", None)
    fast = isinstance(encoder, Transformer) and getattr(tokenizer, "is_fast", False)
    if not fast and not isinstance(encoder, StaticEmbedding):
        raise EncoderError(
            "only a Transformer with a fast tokenizer, or a StaticEmbedding, can be trimmed, but the model begins with "
            f"{type(encoder).__name__} and {type(tokenizer).__name__}: train without trimming."
        )
    return encoder


def _backend(encoder: Any) -> Tokenizer:
    backend: Tokenizer = getattr(encoder.tokenizer, "backend_tokenizer", encoder.tokenizer)
    return backend


def _set_backend(encoder: Any, backend: Tokenizer) -> None:
    if isinstance(encoder, StaticEmbedding):
        encoder.tokenizer = backend
    else:
        encoder.tokenizer._tokenizer = backend


def _embedding(encoder: Any) -> Any:
    return encoder.embedding if isinstance(encoder, StaticEmbedding) else encoder.model.get_input_embeddings()


def _set_embeddings(encoder: Any, rows: torch.Tensor) -> None:
    embedding = _embedding(encoder)
    embedding.weight = torch.nn.Parameter(rows, requires_grad=embedding.weight.requires_grad)
    embedding.num_embeddings = len(rows)
    if isinstance(encoder, StaticEmbedding):
        encoder.num_embeddings = len(rows)
        return
    encoder.model.set_input_embeddings(embedding)  # also where a model keeps a second reference, as T5 does
    encoder.model.config.get_text_config().vocab_size = len(rows)


def _fixed_ids(layout: dict[str, Any]) -> list[int]:
    """Ids that are needed whatever the texts: special and added tokens, and what prices the unknown one."""
    ids = [token["id"] for token in layout["added_tokens"]]
    ids += [slots[index] for slots, index in _processor_slots(layout["post_processor"])]
    model = layout["model"]
    if model["type"] == "WordPiece":
        return [*ids, model["vocab"][model["unk_token"]]]
    # An unknown character costs 10 more than the lowest score of the vocabulary, so the lowest must stay.
    scores = [score for _, score in model["vocab"]]
    return [*ids, int(np.argmin(scores)), *([] if model["unk_id"] is None else [model["unk_id"]])]


def _used_ids(layout: dict[str, Any], texts: Iterable[str], *, prompts: set[str]) -> Iterator[list[int]]:
    tokenizer = Tokenizer.from_str(json.dumps({**layout, "truncation": None, "padding": None}))
    stream, word_piece = iter(texts), layout["model"]["type"] == "WordPiece"
    while batch := list(islice(stream, _BATCH)):
        for prompt in prompts:
            prompted = [prompt + text for text in batch]
            for text, encoded in zip(prompted, tokenizer.encode_batch(prompted), strict=True):
                yield encoded.ids
                if word_piece and layout["model"]["unk_token"] in encoded.tokens:
                    yield _abandoned_pieces(tokenizer, layout["model"], text)


def _abandoned_pieces(tokenizer: Tokenizer, model: dict[str, Any], text: str) -> list[int]:
    """Pieces that WordPiece matches in words it then gives up on.

    Without them it would match shorter ones, and might reach the end of a word that has to stay unknown.
    """
    vocabulary, prefix = model["vocab"], model["continuing_subword_prefix"]
    if tokenizer.normalizer is not None:
        text = tokenizer.normalizer.normalize_str(text)
    words = [(text, None)]
    if tokenizer.pre_tokenizer is not None:
        words = tokenizer.pre_tokenizer.pre_tokenize_str(text)
    ids: list[int] = []
    for word, _ in words:
        start: int | None = 0
        while start is not None and start < len(word):
            head = prefix if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if head + word[start:end] in vocabulary), None)
            if end is not None:
                ids.append(vocabulary[head + word[start:end]])
            start = end
    return ids


def _processor_slots(processor: dict[str, Any] | None) -> Iterator[tuple[list[Any], int]]:
    """Every place (list, index) of a serialised post-processor that holds an id."""
    if processor is None:
        return
    if processor["type"] == "Sequence":
        for part in processor["processors"]:
            yield from _processor_slots(part)
    elif processor["type"] == "TemplateProcessing":
        for special in processor["special_tokens"].values():
            yield from ((special["ids"], index) for index in range(len(special["ids"])))
    elif processor["type"] in ("BertProcessing", "RobertaProcessing"):
        yield processor["sep"], 1
        yield processor["cls"], 1


def _trimmed_tokenizer(layout: dict[str, Any], kept: NDArray[np.int64]) -> Tokenizer:
    """The tokenizer of `layout` (changed here) with the ids `kept`, renumbered in their order."""
    new_ids = {old: new for new, old in enumerate(kept.tolist())}
    model = layout["model"]
    if model["type"] == "WordPiece":
        model["vocab"] = {piece: new_ids[id_] for piece, id_ in model["vocab"].items() if id_ in new_ids}
    else:
        model["vocab"] = [piece for id_, piece in enumerate(model["vocab"]) if id_ in new_ids]
        model["unk_id"] = new_ids.get(model["unk_id"])
    for token in layout["added_tokens"]:
        token["id"] = new_ids[token["id"]]
    for slots, index in _processor_slots(layout["post_processor"]):
        slots[index] = new_ids[slots[index]]
    return Tokenizer.from_str(json.dumps(layout))
