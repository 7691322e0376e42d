"""Preparing an encoder for training: prompts and frozen parts."""

from contextlib import AbstractContextManager, nullcontext

from sentence_transformers import SentenceTransformer
from torch import nn

from isoglot.arrays import Ints
from isoglot.encoder.exported import check_weights
from isoglot.encoder.layers import embeddings_of, layers_of
from isoglot.encoder.load import load_encoder, repair_of
from isoglot.encoder.prefix import FrozenPrefix
from isoglot.encoder.similarity import similarity_of
from isoglot.errors import EncoderError
from isoglot.training.config import EncoderConfig


def check_trainable(config: EncoderConfig) -> None:
    """Refuse an encoder that cannot be trained, before anything is loaded.

    Raises:
        EncoderError: it is repaired by language, or was exported.
    """
    check_weights(config.name, to="be trained")
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
        _freeze(embeddings_of(model, config.name))
    if config.freeze_layers:
        layers = layers_of(model, config.name)
        if config.freeze_layers > len(layers):
            raise EncoderError(
                f"encoder.freeze_layers = {config.freeze_layers}, but {config.name!r} has {len(layers)} layers."
            )
        for layer in layers[: config.freeze_layers]:
            _freeze(layer)
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise EncoderError("nothing is left to train: lower encoder.freeze_layers, or set freeze_embeddings = false.")
    for key in ("query_tokens", "passage_tokens"):
        wanted, most = getattr(config, key), model.max_seq_length
        if wanted and most and wanted > most:
            raise EncoderError(f"encoder.{key} = {wanted}, but {config.name!r} takes at most {most} tokens.")
    return model


def frozen_prefix(model: SentenceTransformer, config: EncoderConfig) -> FrozenPrefix | None:
    """What of an encoder is frozen, if its output is to be kept; the encoder's vocabulary is whole.

    Raises:
        EncoderError: the encoder cannot be split there.
    """
    if not config.prefix_budget:
        return None
    return FrozenPrefix(model, config.freeze_layers, name=config.name)


def kept_prefix(prefix: FrozenPrefix | None, *, budget: int, ids: Ints | None = None) -> AbstractContextManager[None]:
    """While this lasts, what is frozen computes a text once; see :meth:`FrozenPrefix.kept`. None computes as before."""
    return nullcontext() if prefix is None else prefix.kept(budget=budget, ids=ids)


def _freeze(module: nn.Module) -> None:
    """Keep a module as it is, and let it compute as it does in use: what is not trained needs no dropout.

    The trainer puts the whole encoder into training mode before each step, so it is taken back before each pass.
    """
    for parameter in module.parameters():
        parameter.requires_grad = False
    module.register_forward_pre_hook(_in_use)


def _in_use(module: nn.Module, _: object) -> None:
    if module.training:
        module.eval()
