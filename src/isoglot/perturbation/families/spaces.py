"""Spaces left out between words, in scripts that put them there."""

import re

import numpy as np

from isoglot.perturbation.perturbation import Perturbation, chosen
from isoglot.text.scripts import spaced

_BETWEEN = re.compile(r"(?<=\S)\s+(?=\S)")


def _joined(text: str, language: str, strength: float, rng: np.random.Generator) -> str:
    gaps = [gap.start() for gap in _BETWEEN.finditer(text)]
    closed = {gap for gap, hit in zip(gaps, chosen(len(gaps), strength, rng), strict=True) if hit}
    return _BETWEEN.sub(lambda gap: "" if gap.start() in closed else gap[0], text)


SPACES = Perturbation(
    name="spaces",
    summary="spaces between words left out; strength: share of the spaces",
    offered=spaced,
    rewrite=_joined,
)
