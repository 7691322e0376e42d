"""Preparing an encoder for training: prompts and frozen parts."""

from sentence_transformers import SentenceTransformer
from torch import nn

from isoglot.encoder.load import load_encoder, repair_of
from isoglot.encoder.similarity import similarity_of
from isoglot.errors import EncoderError
from isoglot.training.config import EncoderConfig


def check_trainable(config: EncoderConfig) -> None:
    """Refuse an encoder that cannot be trained, before anything is loaded.

    Raises:
        EncoderError: it is repaired by language.
    """
    if repair_of(config.name) == "by language":
        raise EncoderError(
            f"encoder {config.name!r} is repaired by language and cannot be trained, for batches do not tell their "
            "texts' languages: train the encoder that it was made from, and repair what comes of it."
        )


def trainable_encoder(config: EncoderConfig) -> SentenceTransformer:
    """Load the encoder, give it prompts if it has none, and freeze what is to stay.

    Raises:
        EncoderError: the encoder cannot be loaded, cannot be trained, compares vectors by a distance, or has no such
            layers.
    """
    check_trainable(config)
    model = load_encoder(config.name)
    if (similarity := similarity_of(model)).distance:
        raise EncoderError(
            f"encoder {config.name!r} compares vectors by {similarity}, but training brings cosines of queries and "
            "passages together: train an encoder that compares by cosine or dot product."
        )
    if not any(model.prompts.values()):
        model.prompts = {"query": config.query_prompt, "document": config.passage_prompt}
    if config.freeze_embeddings:
        _freeze(_part(model, "embeddings", config.name))
    if config.freeze_layers:
        layers = _part(_part(model, "encoder", config.name), "layer", config.name)
        count = len(list(layers.children()))
        if config.freeze_layers > count:
            raise EncoderError(
                f"encoder.freeze_layers = {config.freeze_layers}, but {config.name!r} has {count} layers."
            )
        for layer in list(layers.children())[: config.freeze_layers]:
            _freeze(layer)
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise EncoderError("nothing is left to train: lower encoder.freeze_layers, or set freeze_embeddings = false.")
    for key in ("query_tokens", "passage_tokens"):
        wanted, most = getattr(config, key), model.max_seq_length
        if wanted and most and wanted > most:
            raise EncoderError(f"encoder.{key} = {wanted}, but {config.name!r} takes at most {most} tokens.")
    return model


def _part(module: nn.Module, name: str, encoder: str) -> nn.Module:
    inner = getattr(module[0], "auto_model", None) if isinstance(module, SentenceTransformer) else module
    part = getattr(inner, name, None)
    if not isinstance(part, nn.Module):
        raise EncoderError(
            f"encoder {encoder!r} has no {name!r} to freeze: set encoder.freeze_embeddings = false and "
            "encoder.freeze_layers = 0."
        )
    return part


def _freeze(module: nn.Module) -> None:
    for parameter in module.parameters():
        parameter.requires_grad = False
