"""What is looked for, and what is taken of it."""

import math
from dataclasses import dataclass
from typing import Literal

from isoglot.errors import ConfigError

Languages = Literal["same", "cross", "both"]
Short = Literal["fill", "drop"]


@dataclass(frozen=True, kw_only=True)
class MiningOptions:
    """Attributes:
    languages: which queries look for an item's negatives in a language: its query in that language (``same``), its
        queries in the others (``cross``), or all of them (``both``).
    negatives: how many an item gets in each language it has a passage in.
    depth: how far down a query's ranking candidates are taken from.
    margin: a candidate whose score for a query is above this share of the positive's is dropped; None for no
        such limit. "TopK-PercPos" of NV-Retriever (Moreira et al. 2024, arXiv 2407.15831, section 3).
    absolute_margin: a candidate whose score is above the positive's less this is dropped; None for no such limit.
        "TopK-MarginPos" there.
    skip: so many of the best candidates of every query are left out, whatever their scores ("top-k shifted by n").
    short: what becomes of items with fewer: ``fill`` takes passages of the language at random that no query ranked
        within the depth, ``drop`` leaves the items out.
    seed: of the passages that fill.
    memory_mib: for scores and what is made of them.

    Raises:
        ConfigError: a value outside of its range.
    """

    languages: Languages = "same"
    negatives: int = 4
    depth: int = 50
    margin: float | None = 0.95
    absolute_margin: float | None = None
    skip: int = 0
    short: Short = "fill"
    seed: int = 0
    memory_mib: int = 512

    def __post_init__(self) -> None:
        if self.languages not in ("same", "cross", "both"):
            raise ConfigError(f"languages must be same, cross or both, but is {self.languages!r}.")
        if self.short not in ("fill", "drop"):
            raise ConfigError(f"short must be fill or drop, but is {self.short!r}.")
        if self.negatives < 1 or self.skip < 0 or self.memory_mib < 1:
            raise ConfigError("negatives and memory_mib must be at least 1, and skip at least 0.")
        if self.depth < self.skip + self.negatives:
            raise ConfigError(
                f"a depth of {self.depth} leaves no room for {self.negatives} negatives after {self.skip} that are "
                "skipped: raise depth."
            )
        if self.margin is not None and not 0 < self.margin <= 1:
            raise ConfigError(
                f"margin must be above 0 and up to 1, a share of the positive's score, but is {self.margin}."
            )
        if self.absolute_margin is not None and not 0 <= self.absolute_margin < math.inf:
            raise ConfigError(f"absolute_margin must be at least 0, but is {self.absolute_margin}.")
