"""The texts that are being cleaned: which of them are left, read a block of items at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import pyarrow as pa

from isoglot.arrays import Bools
from isoglot.data.parallel import ParallelDataset
from isoglot.data.parallelblocks import ItemBlock
from isoglot.progress import StartProgress
from isoglot.roles import ROLES, Role

Masks = dict[Role, Bools]
"""For each side (items, languages) bool."""

_CACHED = 1_000


class Check(Protocol):
    """Finds texts that should go."""

    @property
    def name(self) -> str:
        """The reason that the report gives."""
        ...

    def faults(self, texts: "RemainingTexts", begin: StartProgress) -> Masks:
        """The texts at fault, among those that are left.

        Args:
            begin: begun once, with all the work there is, under the check's name.
        """
        ...


class RemainingTexts:
    """A parallel data set and which of its texts are left.

    Attributes:
        languages: the columns of every mask.
        groups: (items,) int64.
        left: for each side (items, languages) bool.
    """

    def __init__(self, dataset: ParallelDataset) -> None:
        self._dataset = dataset
        self.languages = dataset.languages
        self.groups = dataset.groups
        self.left: Masks = {side: dataset.has(side).copy() for side in ROLES}

    def __len__(self) -> int:
        return len(self.groups)

    @property
    def alive(self) -> Bools:
        """(items,) bool: those with a query and a passage left, in whatever languages."""
        alive: Bools = np.logical_and(np.any(self.left["query"], axis=1), np.any(self.left["passage"], axis=1))
        return alive

    @property
    def rank(self) -> list[int]:
        """Columns by how many texts are left in them, most first: translations are rarer than what they are made of."""
        counts = self.left["query"].sum(axis=0) + self.left["passage"].sum(axis=0)
        order: list[int] = np.argsort(-counts, kind="stable").tolist()
        return order

    def blocks(self) -> Iterator[ItemBlock]:
        """All items in order, a block at a time; texts that are gone are None."""
        return self._dataset.blocks(self.left)

    def column(self, side: Role, language: str) -> pa.ChunkedArray:
        """(items,) every text of a language, memory-mapped; those that are gone are there too."""
        return self._dataset.column(side, language)

    def none(self) -> Masks:
        """No text at all."""
        return {side: np.zeros_like(self.left[side]) for side in ROLES}

    def drop(self, faults: Masks) -> None:
        """Take these texts away."""
        for side in ROLES:
            self.left[side] &= ~faults[side]

    def useless(self) -> Masks:
        """What is left of items that have no query or no passage in any language."""
        return {side: self.left[side] & ~self.alive[:, None] for side in ROLES}


class TextJudge(Protocol):
    """Judges a text by itself."""

    def __call__(self, text: str, *, language: str, side: Role) -> bool:
        """Whether the text is at fault."""
        ...


@dataclass(frozen=True)
class EachText:
    """A check that looks at one text at a time; such a check judges explicit negatives too, as passages."""

    name: str
    judge: TextJudge

    def faults(self, texts: RemainingTexts, begin: StartProgress) -> Masks:
        """See :class:`Check`."""
        told = begin(self.name, len(texts), unit="items")
        found = texts.none()
        judge = lru_cache(_CACHED)(self.judge)  # the items of a group often have one passage
        for block in texts.blocks():
            for side in ROLES:
                for number, language in enumerate(texts.languages):
                    found[side][block.span, number] = [
                        text is not None and judge(text, language=language, side=side)
                        for text in block.texts(side, language)
                    ]
            told(len(block))
        return found
