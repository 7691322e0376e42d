"""The parts of a transformer that can be frozen, by the names that BERT's family has in transformers."""

from sentence_transformers import SentenceTransformer
from torch import nn

from isoglot.errors import EncoderError


def embeddings_of(model: SentenceTransformer, name: str) -> nn.Module:
    """Word, position and type embeddings.

    Args:
        name: of the encoder, for messages.

    Raises:
        EncoderError: it has none under this name.
    """
    return _part(getattr(model[0], "auto_model", None), "embeddings", name)


def layers_of(model: SentenceTransformer, name: str) -> list[nn.Module]:
    """The layers, lowest first; see :func:`embeddings_of`."""
    encoder = _part(getattr(model[0], "auto_model", None), "encoder", name)
    return list(_part(encoder, "layer", name).children())


def _part(module: nn.Module | None, part: str, encoder: str) -> nn.Module:
    found = getattr(module, part, None)
    if not isinstance(found, nn.Module):
        raise EncoderError(
            f"encoder {encoder!r} has no {part!r} to freeze: set encoder.freeze_embeddings = false and "
            "encoder.freeze_layers = 0."
        )
    return found
