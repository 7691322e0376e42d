"""Weights between those of two encoders: ``weight * trained + (1 - weight) * start``.

Wortsman et al. 2022 (WiSE-FT, arXiv 2109.01903, section 3): what lies between an encoder and what it was trained to be
keeps much of what training gained and loses less of what it had. sentence-transformers' ``merge`` is an interface to
mergekit, which has many methods; for a line of arithmetic we do without that package and its own dependencies.
"""

from __future__ import annotations

from copy import deepcopy
from types import EllipsisType

import torch
from sentence_transformers import SentenceTransformer
from torch import nn

from isoglot.encoder.protocol import LOADED_AS

_ROWS = 1 << 14  # of a weight, converted at a time


class Interpolation:
    """Encoders between two, one after the other in the memory of one.

    Prompts, length limit, buffers and the type of the weights are the trained encoder's; weights that are one tensor
    there are one in the copy.
    """

    def __init__(
        self, start: SentenceTransformer, trained: SentenceTransformer, *, dtype: torch.dtype | None = None
    ) -> None:
        """Take two encoders of one structure, which are left as they are.

        Args:
            start, trained: what lies at the weights 0 and 1.
            dtype: of the weights that are handed out; None is the trained encoder's.
        """
        self._start, self._trained = start, trained
        self._encoder = deepcopy(trained).to(dtype=dtype)

    def at(self, weight: float) -> SentenceTransformer:
        """The encoder with the trained one's share ``weight``; the one that was handed out before becomes it."""
        interpolate(self._start, self._trained, into=self._encoder, weight=weight)
        setattr(self._encoder, LOADED_AS, f"{getattr(self._trained, LOADED_AS, 'an encoder')}, merged at {weight:g}")
        return self._encoder


@torch.no_grad()
def interpolate(start: nn.Module, trained: nn.Module, *, into: nn.Module, weight: float) -> None:
    """Set the parameters of ``into``, computed in float32 and rounded once; at weight 1 they are just the trained ones.

    Args:
        start, trained, into: have parameters of the same names and shapes.
        weight: the trained ones' share.
    """
    before, after = dict(start.named_parameters()), dict(trained.named_parameters())
    for name, target in into.named_parameters():
        for part in _parts(target):
            mean = torch.lerp(before[name][part].float(), after[name][part].float(), weight)
            target[part].copy_(mean)


def _parts(weight: torch.Tensor) -> list[slice] | list[EllipsisType]:
    """Indices of runs of rows; a scalar is one part."""
    if not weight.ndim:
        return [...]
    return [slice(first, first + _ROWS) for first in range(0, len(weight), _ROWS)]
