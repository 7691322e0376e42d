"""The frozen prefix of a transformer: embeddings and lowest layers that do not change, computed once for a text.

What they give depends on a text's tokens alone, whatever is trained above them. So it is kept on disk by the tokens'
ids (:mod:`isoglot.encoder.states`), under a fingerprint of the frozen weights, and found again by every encoder that
has these: the one that is being trained, those of other runs from the same start, and the saved ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor
from transformers.masking_utils import create_bidirectional_mask
from transformers.modeling_outputs import BaseModelOutput

from isoglot.arrays import DIGEST_BYTES, Ints
from isoglot.encoder.fingerprint import add_weights
from isoglot.encoder.layers import embeddings_of, layers_of
from isoglot.encoder.states import States, StateStore
from isoglot.errors import EncoderError
from isoglot.wording import counted

# Of a configuration, what says nothing about the frozen layers, and changes when an encoder is saved.
_INCIDENTAL = ("_name_or_path", "architectures", "dtype", "torch_dtype", "transformers_version")
_SAMPLE = ("query: a text", "passage: another one, which is longer")
_CLOSE = 1e-4


class FrozenPrefix:
    """The embeddings and the lowest layers of an encoder, apart from the layers above them.

    Attributes:
        fingerprint: of all that decides what they give for a text's tokens.
        name: of the encoder, and how many layers.

    Args:
        model: an encoder in use, not in training; its vocabulary is whole.
        layers: how many of the lowest.
        name: of the encoder, for messages.

    Raises:
        EncoderError: its transformer is more than embeddings and ``encoder.layer``, one after the other.
    """

    def __init__(self, model: SentenceTransformer, layers: int, *, name: str) -> None:
        self._embeddings, every = embeddings_of(model, name), layers_of(model, name)
        self._lower, self._upper = every[:layers], every[layers:]
        self._transformer: Any = model[0].auto_model
        if not self._fits(model):
            raise EncoderError(
                f"encoder {name!r} cannot be split above its frozen layers, for it does not compute as BERT does: "
                "leave encoder.prefix_cache_mib out."
            )
        self.fingerprint, self.name = self._fingerprint(), f"{name}, {counted(layers, 'layers')}"

    @contextmanager
    def kept(self, *, budget: int, ids: Ints | None = None) -> Iterator[None]:
        """While this lasts, the encoder takes what the prefix gives for a text from the cache, and keeps it there.

        Args:
            budget: most bytes on disk of all frozen parts together.
            ids: (ids,) where the vocabulary was trimmed since: each one's id in the whole vocabulary.

        Raises:
            StorageError: the disk is full.
        """
        kept = _Kept(self, budget=budget, ids=ids)
        # The encoder's modules and their names stay what they are, for they are saved and loaded meanwhile: the
        # transformer alone computes otherwise, as accelerate, too, lets a model do.
        self._transformer.forward = kept.forward
        try:
            yield
        finally:
            del self._transformer.forward
        kept.flush()

    def lower(self, tokens: dict[str, Tensor]) -> Tensor:
        """(texts, tokens, width): what the prefix gives; without gradients."""
        with torch.no_grad():
            states = self._embeddings(input_ids=tokens["input_ids"], token_type_ids=tokens.get("token_type_ids"))
            return self._through(self._lower, states, tokens["attention_mask"])

    def upper(self, states: Tensor, mask: Tensor) -> Tensor:
        """(texts, tokens, width): what the layers above the prefix make of it."""
        return self._through(self._upper, states, mask)

    @property
    def dtype(self) -> torch.dtype:
        """Of the weights."""
        found: torch.dtype = self._transformer.dtype
        return found

    def _fingerprint(self) -> str:
        config = self._transformer.config.to_dict()
        facts = {key: value for key, value in config.items() if key not in _INCIDENTAL}
        total = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode())
        for part in (self._embeddings, *self._lower):
            total.update(repr(part).encode())
            add_weights(total, part)
        return total.hexdigest()[:32]

    def _through(self, layers: list[torch.nn.Module], states: Tensor, mask: Tensor) -> Tensor:
        allowed = create_bidirectional_mask(self._transformer.config, states, mask)
        for layer in layers:
            states = layer(states, allowed)
        return states

    def _fits(self, model: SentenceTransformer) -> bool:
        """Whether both parts, one after the other, are the whole on two texts, of which one is padded at its end."""
        features = model.preprocess(list(_SAMPLE))
        tokens = {key: value.to(model.device) for key, value in features.items() if isinstance(value, Tensor)}
        mask = tokens.get("attention_mask")
        if mask is None or mask.ndim != 2 or not mask[:, 0].all():
            return False
        try:
            with torch.no_grad():
                whole = self._transformer(**tokens).last_hidden_state
                apart = self.upper(self.lower(tokens), mask)
        except (TypeError, AttributeError, RuntimeError):  # layers that take or give something else
            return False
        return whole.shape == apart.shape and bool((whole - apart)[mask.bool()].abs().max() < _CLOSE)


class _Kept:
    """Computes a transformer's output from what is kept of its prefix's."""

    def __init__(self, prefix: FrozenPrefix, *, budget: int, ids: Ints | None) -> None:
        self._prefix, self._budget, self._ids = prefix, budget, ids
        self._stores: dict[torch.dtype, StateStore] = {}

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None, **_: Any
    ) -> BaseModelOutput:
        """In the place of the transformer's own."""
        tokens = {"input_ids": input_ids, "attention_mask": attention_mask}
        if token_type_ids is not None:
            tokens["token_type_ids"] = token_type_ids
        return BaseModelOutput(last_hidden_state=self._prefix.upper(self._states(tokens), attention_mask))

    def flush(self) -> None:
        for store in self._stores.values():
            store.flush()

    def _states(self, tokens: dict[str, Tensor]) -> Tensor:
        """(texts, tokens, width), zero where there is padding."""
        precision = self._precision(tokens["input_ids"].device.type)
        if precision not in self._stores:
            name = str(precision).removeprefix("torch.")
            self._stores[precision] = StateStore(
                self._prefix.fingerprint, name, budget=self._budget, name=self._prefix.name
            )
        store = self._stores[precision]
        lengths = tokens["attention_mask"].sum(dim=1).tolist()
        digests = self._digests(tokens, lengths)
        found = store.find(np.frombuffer(b"".join(digests), dtype=f"V{DIGEST_BYTES}"))
        if missing := [number for number, states in enumerate(found) if states is None]:
            longest = max(lengths[number] for number in missing)
            lower = self._prefix.lower({key: values[missing, :longest] for key, values in tokens.items()})
            for number, states in zip(missing, lower, strict=True):
                found[number] = packed = _packed(states[: lengths[number]], precision)
                store.keep(digests[number], packed)
        states = _padded([one for one in found if one is not None], tokens["input_ids"].shape[1])
        return states.to(device=tokens["input_ids"].device, dtype=self._prefix.dtype)

    def _precision(self, device: str) -> torch.dtype:
        """What the layers compute in."""
        return torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else self._prefix.dtype

    def _digests(self, tokens: dict[str, Tensor], lengths: list[int]) -> list[bytes]:
        """Of each text's tokens, by their ids in the whole vocabulary."""
        ids = tokens["input_ids"].cpu().numpy()
        ids = ids if self._ids is None else self._ids[ids]
        content = [row[:length].astype("<i8").tobytes() for row, length in zip(ids, lengths, strict=True)]
        if (types := tokens.get("token_type_ids")) is not None and types.any():
            rows = types.cpu().numpy().astype("<i8")
            content = [one + row[:length].tobytes() for one, row, length in zip(content, rows, lengths, strict=True)]
        return [hashlib.blake2b(one, digest_size=DIGEST_BYTES).digest() for one in content]


def _packed(states: Tensor, precision: torch.dtype) -> States:
    """A copy to be kept: bfloat16 as its bits, which NumPy has no name for, and all else as float32."""
    states = states.detach().cpu()
    if precision == torch.bfloat16:
        return states.bfloat16().view(torch.int16).numpy().copy()
    return states.float().numpy().copy()


def _padded(found: list[States], width: int) -> Tensor:
    """(texts, width, ...) of texts of any length, unpacked."""
    whole = np.zeros((len(found), width, found[0].shape[1]), dtype=found[0].dtype)
    for row, states in zip(whole, found, strict=True):
        row[: len(states)] = states
    tensor = torch.from_numpy(whole)
    return tensor.view(torch.bfloat16) if tensor.dtype == torch.int16 else tensor
