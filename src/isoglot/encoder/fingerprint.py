"""What makes an encoder's vectors what they are, as one digest."""

import hashlib
import json
from typing import TYPE_CHECKING

from tokenizers import Tokenizer

from isoglot.encoder.protocol import Encoder

if TYPE_CHECKING:
    from torch import nn

EXPORTED = "exported_digest"
"""The attribute of a module that says of which files its transformer is, where it was exported."""


def encoder_fingerprint(encoder: Encoder) -> str | None:
    """What it states itself as ``fingerprint``, or SHA-256 over weights, modules, tokenizer, prompts and length limit;
    None for what states none and has no weights, or none that can be read.

    An exported transformer (:mod:`isoglot.encoder.exported`) has the digest of its files in the place of weights; where
    somebody else loaded it, these are not known.
    """
    stated = getattr(encoder, "fingerprint", None)
    if isinstance(stated, str):
        return stated
    from torch import nn  # here, for it takes seconds to import

    if not isinstance(encoder, nn.Module) or not all(hasattr(part, EXPORTED) for part in computed_elsewhere(encoder)):
        return None
    return weights_fingerprint(encoder)


def weights_fingerprint(encoder: "nn.Module") -> str:
    """That of what has weights."""
    total = hashlib.sha256(repr(encoder).encode())
    for name in ("prompts", "max_seq_length", "similarity_fn_name"):
        total.update(repr(getattr(encoder, name, None)).encode())
    for name in ("truncate_dim", "default_prompt_name", "max_active_dims"):  # which few encoders have
        if getattr(encoder, name, None) is not None:
            total.update(f"{name} {getattr(encoder, name)}".encode())
    total.update(tokenizer_layout(encoder).encode())
    for part in computed_elsewhere(encoder):
        total.update(str(getattr(part, EXPORTED)).encode())
    add_weights(total, encoder)
    return total.hexdigest()


def computed_elsewhere(encoder: "nn.Module") -> list["nn.Module"]:
    """The modules whose transformer PyTorch does not compute."""
    return [module for module in encoder.modules() if getattr(module, "backend", "torch") != "torch"]


def add_weights(total: "hashlib._Hash", module: "nn.Module") -> None:
    """Add the names and the weights of a module to a digest."""
    import torch

    for name, tensor in sorted(module.state_dict().items()):
        total.update(name.encode())
        total.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().data)


def tokenizer_layout(encoder: object) -> str:
    """A fast tokenizer as text, without padding and truncation; empty where the encoder has none."""
    tokenizer = getattr(encoder, "tokenizer", None)
    backend = getattr(tokenizer, "backend_tokenizer", tokenizer)
    if not isinstance(backend, Tokenizer):
        return ""
    layout = json.loads(backend.to_str())
    # Encoding sets these two on the way; they say nothing about the encoder.
    return json.dumps({key: value for key, value in layout.items() if key not in ("padding", "truncation")})
