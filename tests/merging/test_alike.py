"""Encoders that are not one network with two sets of weights are refused, each in a sentence of its own."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize
from sentence_transformers.sentence_transformer.modules import Pooling
from torch import nn

from helpers.words import word_encoder
from isoglot.encoder.load import load_encoder
from isoglot.errors import EncoderError
from isoglot.merging.alike import check_alike

NAMES = ("start", "trained")


def rebuilt(encoder: SentenceTransformer, *modules: nn.Module) -> SentenceTransformer:
    return SentenceTransformer(modules=[encoder[0], *modules], device="cpu")


def other_pieces(encoder: SentenceTransformer) -> SentenceTransformer:
    encoder.tokenizer.add_tokens(["new"])
    return encoder


def fewer_layers(encoder: SentenceTransformer) -> SentenceTransformer:
    del encoder[0].auto_model.encoder.layer[1]
    return encoder


def other_heads(encoder: SentenceTransformer) -> SentenceTransformer:
    encoder[0].auto_model.config.num_attention_heads = 4
    return encoder


def other_shape(encoder: SentenceTransformer) -> SentenceTransformer:
    encoder[0].auto_model.encoder.layer[0].output.dense.weight = nn.Parameter(torch.zeros(32, 65))
    return encoder


def tied(encoder: SentenceTransformer) -> SentenceTransformer:
    layers = encoder[0].auto_model.encoder.layer
    layers[1].output.dense.weight = layers[0].output.dense.weight
    return encoder


def quantised(encoder: SentenceTransformer) -> SentenceTransformer:
    words = encoder[0].auto_model.embeddings.word_embeddings
    words.weight = nn.Parameter(words.weight.to(torch.int8), requires_grad=False)
    return encoder


def not_finite(encoder: SentenceTransformer) -> SentenceTransformer:
    with torch.no_grad():
        encoder[0].auto_model.pooler.dense.bias[3] = float("nan")
    return encoder


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (other_pieces, "'start' and 'trained' have different tokenizers"),
        (
            lambda e: rebuilt(e, Pooling(32, pooling_mode="cls")),
            "they pool in different ways (pooling_mode: mean, cls)",
        ),
        (lambda e: rebuilt(e, e[1], Normalize()), "their modules differ (2: none, Normalize)"),
        (fewer_layers, "their modules differ (0.model.encoder.layer.1: BertLayer, none)"),
        (other_heads, "settings of module '0.model' differ (num_attention_heads: 2, 4)"),
        (other_shape, "output.dense.weight: shape (32, 64), shape (32, 65))"),
        (tied, "are tied in different ways (0.model.encoder.layer.1.output.dense.weight: that of 0.model.encoder.lay"),
        (quantised, "weight 0.model.embeddings.word_embeddings.weight is quantised (torch.int8)"),
        (not_finite, "encoder 'trained' cannot be merged: weight 0.model.pooler.dense.bias holds NaN or infinite"),
    ],
)
def test_what_differs_is_named(
    tiny_encoder: Path, change: Callable[[SentenceTransformer], SentenceTransformer], sentence: str
) -> None:
    start = load_encoder(str(tiny_encoder))
    trained = change(deepcopy(start))
    with pytest.raises(EncoderError) as error:
        check_alike(start, trained, NAMES)
    assert sentence in str(error.value)


def test_widths_are_compared() -> None:
    with pytest.raises(EncoderError, match="their vectors are 2 and 3 wide"):
        check_alike(word_encoder({"?": [1, 2]}), word_encoder({"?": [1, 2, 3]}), NAMES)


def test_prompts_length_padding_and_dropout_may_differ(tiny_encoder: Path) -> None:
    start = load_encoder(str(tiny_encoder))
    trained = deepcopy(start)
    trained.prompts, trained.max_seq_length = {"query": "Q: "}, 16
    trained[0].auto_model.config.hidden_dropout_prob = 0.0
    trained.encode(["a", "a longer text"])  # sets padding and truncation of the tokenizer
    check_alike(start, trained, NAMES)
