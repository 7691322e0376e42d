"""What two encoders have to share before their weights can be averaged.

sentence-transformers has checks for its own merging (``sentence_transformers.base.merging``), but they are private, and
compare vocabularies where we compare tokenizers as a whole.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Module
from sentence_transformers.sentence_transformer.modules import Pooling
from torch import nn
from transformers import PreTrainedModel

from isoglot.encoder.fingerprint import tokenizer_layout
from isoglot.errors import EncoderError

_NO_MATTER = ("architectures", "transformers_version", "dtype", "torch_dtype", "use_cache")
"""What a transformer's configuration says of how it was saved or is trained, not of what it computes."""


def check_alike(start: SentenceTransformer, trained: SentenceTransformer, names: tuple[str, str]) -> None:
    """Refuse two encoders that are not one network with two sets of finite weights.

    Prompts, length limits, similarity and the type of the weights may differ.

    Raises:
        EncoderError: tokenizers, widths, pooling, modules or shapes differ, or a weight cannot be averaged.
    """
    both = " and ".join(map(repr, names))
    if _tokenizer(start) != _tokenizer(trained):
        raise EncoderError(
            f"encoders {both} have different tokenizers, so that their weights are of different pieces: merge an "
            "encoder with the one that it was trained from."
        )
    widths = [encoder.get_embedding_dimension() for encoder in (start, trained)]
    if widths[0] != widths[1]:
        raise EncoderError(f"encoders {both} cannot be merged: their vectors are {widths[0]} and {widths[1]} wide.")
    if (difference := _module_difference(start, trained)) is not None:
        raise EncoderError(f"encoders {both} cannot be merged: {difference}.")
    if (difference := _weight_difference(start, trained)) is not None:
        raise EncoderError(f"encoders {both} cannot be merged: {difference}.")
    for encoder, name in zip((start, trained), names, strict=True):
        if (fault := _fault(encoder)) is not None:
            raise EncoderError(f"encoder {name!r} cannot be merged: {fault}.")


def _tokenizer(encoder: SentenceTransformer) -> str | dict[str, int]:
    """The whole of a fast tokenizer; of a slow one, which cannot be written out, the vocabulary."""
    if layout := tokenizer_layout(encoder):
        return layout
    vocabulary: dict[str, int] = getattr(getattr(encoder, "tokenizer", None), "get_vocab", dict)()
    return vocabulary


def _module_difference(start: SentenceTransformer, trained: SentenceTransformer) -> str | None:
    ours, theirs = (dict(encoder.named_modules()) for encoder in (start, trained))
    pooling = [_pooling(encoder) for encoder in (start, trained)]
    if pooling[0] != pooling[1]:
        return f"they pool in different ways ({_first(*pooling)})"
    kinds = [{name: type(module).__name__ for name, module in modules.items() if name} for modules in (ours, theirs)]
    if kinds[0] != kinds[1]:
        return f"their modules differ ({_first(*kinds)})"
    for name, module in ours.items():
        settings = [_settings(found) for found in (module, theirs[name])]
        if settings[0] != settings[1]:
            return f"settings of module {name!r} differ ({_first(*settings)})"
    return None


def _pooling(encoder: SentenceTransformer) -> dict[str, Any]:
    poolings = (module for module in encoder.modules() if isinstance(module, Pooling))
    return {key: value for pooling in poolings for key, value in _settings(pooling).items()}


def _settings(module: nn.Module) -> dict[str, Any]:
    """What a module computes beside its weights."""
    if isinstance(module, PreTrainedModel):
        return {
            key: value
            for key, value in module.config.to_dict().items()
            if key not in _NO_MATTER and not key.startswith("_") and "dropout" not in key
        }
    if isinstance(module, Module):
        return {key: value for key, value in module.get_config_dict().items() if key != "max_seq_length"}
    return {}


def _weight_difference(start: nn.Module, trained: nn.Module) -> str | None:
    shapes = [
        {name: f"shape {tuple(weight.shape)}" for name, weight in _weights(encoder)} for encoder in (start, trained)
    ]
    if shapes[0] != shapes[1]:
        return f"weights differ ({_first(*shapes)})"
    ties = [_ties(encoder) for encoder in (start, trained)]
    return None if ties[0] == ties[1] else f"weights are tied in different ways ({_first(*ties)})"


def _ties(encoder: nn.Module) -> dict[str, str]:
    """Weight -> the first that is the same tensor."""
    first: dict[int, str] = {}
    return {name: f"that of {first.setdefault(id(weight), name)}" for name, weight in _weights(encoder)}


def _fault(encoder: nn.Module) -> str | None:
    for name, weight in encoder.named_parameters():
        if not weight.is_floating_point():
            return f"weight {name} is quantised ({weight.dtype}); take the encoder before it was quantised"
        if not torch.isfinite(weight).all():
            return f"weight {name} holds NaN or infinite values; take an earlier checkpoint"
    return None


def _weights(encoder: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
    return encoder.named_parameters(remove_duplicate=False)


def _first(one: Mapping[str, object], other: Mapping[str, object]) -> str:
    """The first entry in which two mappings differ: ``hidden_size: 32, 64``."""
    name = next(name for name in (*one, *other) if one.get(name) != other.get(name))
    return f"{name}: {one.get(name, 'none')}, {other.get(name, 'none')}"
