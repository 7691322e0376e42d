"""What is looked for, and what is taken of it."""

from typing import Literal

from isoglot.arguments import Count, NotNegative, Number, Seed, Share, option_record
from isoglot.errors import ConfigError

Queries = Literal["same", "cross", "both"]
Short = Literal["fill", "drop"]


@option_record
class MiningOptions:
    """Names are those of sentence-transformers' ``mine_hard_negatives`` where it has one.

    Example::

        >>> options = isoglot.MiningOptions(num_negatives=2, queries="both")

    Attributes:
    queries: which queries look for an item's negatives in a language: its query in that language (``same``), its
        queries in the others (``cross``), or all of them (``both``).
    num_negatives: how many an item gets in each language it has a passage in.
    range_max: how far down a query's ranking candidates are taken from.
    relative_margin: a candidate is dropped whose score for a query is above the positive's less this share of it;
        None for no such limit. "TopK-PercPos" of NV-Retriever (Moreira et al. 2024, arXiv 2407.15831, section 3).
    absolute_margin: a candidate whose score is above the positive's less this is dropped; None for no such limit.
        "TopK-MarginPos" there.
    range_min: so many of the best candidates of every query are left out, whatever their scores ("top-k shifted by
        n").
    short: what becomes of items with fewer: ``fill`` takes passages of the language at random that no query ranked
        down to ``range_max``, ``drop`` leaves the items out.
    seed: of the passages that fill.
    memory_mib: for scores and what is made of them.

    Raises:
        ConfigError: a value outside of its range.
    """

    queries: Queries = "same"
    num_negatives: Count = 4
    range_max: Count = 50
    relative_margin: Share | None = 0.05
    absolute_margin: NotNegative | None = None
    range_min: Number = 0
    short: Short = "fill"
    seed: Seed = 0
    memory_mib: Count = 512

    def __post_init__(self) -> None:
        if self.range_max < self.range_min + self.num_negatives:
            raise ConfigError(
                f"a range_max of {self.range_max} leaves no room for {self.num_negatives} negatives after the first "
                f"{self.range_min}: raise range_max."
            )
        if self.relative_margin == 1:
            raise ConfigError("relative_margin must be below 1, a share of the positive's score, but is 1.")
