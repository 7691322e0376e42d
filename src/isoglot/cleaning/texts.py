"""The texts that are being cleaned: which of them are left, read a block of items at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.arrays import Bools
from isoglot.data.parallel import ParallelDataset
from isoglot.progress import Progress
from isoglot.roles import ROLES, Role

Masks = dict[Role, Bools]
"""For each side (items, languages) bool."""

ITEMS_PER_BLOCK = 1_000
_CACHED = 1_000


@dataclass(frozen=True)
class Block:
    """Consecutive items.

    Attributes:
        span: their numbers.
        texts: for each side and language the items' texts, None where there is none (any more).
    """

    span: slice
    texts: dict[tuple[Role, str], list[str | None]]


class Check(Protocol):
    """Finds texts that should go."""

    @property
    def name(self) -> str:
        """The reason that the report gives."""
        ...

    def faults(self, texts: "Texts", progress: Progress) -> Masks:
        """The texts at fault, among those that are left; ``progress`` is told of every item once."""
        ...


class Texts:
    """A parallel data set and which of its texts are left.

    Attributes:
        languages: the columns of every mask.
        groups: (items,) int64.
        left: for each side (items, languages) bool.
    """

    def __init__(self, dataset: ParallelDataset) -> None:
        self._rows = dataset.rows
        self.languages = dataset.languages
        self.groups = dataset.groups
        self.left: Masks = {"query": dataset.has_query.copy(), "passage": dataset.has_passage.copy()}

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

    def blocks(self, sides: Sequence[Role] = ROLES) -> Iterator[Block]:
        """All items in order, a thousand at a time."""
        start = 0
        for table in self._rows.with_format("arrow").iter(ITEMS_PER_BLOCK):
            span = slice(start, start + len(table))
            yield Block(
                span,
                {
                    (side, language): self._column(table, span, side, number)
                    for side in sides
                    for number, language in enumerate(self.languages)
                },
            )
            start += len(table)

    def column(self, side: Role, language: str) -> pa.ChunkedArray:
        """(items,) every text of a language, memory-mapped; those that are gone are there too."""
        return pc.struct_field(self._rows.with_format("arrow")[:][side], language)

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

    def _column(self, table: pa.Table, span: slice, side: Role, number: int) -> list[str | None]:
        left = self.left[side][span, number]
        if not left.any():
            return [None] * len(table)
        column = pc.struct_field(table[side], self.languages[number]).to_pylist()
        return [text if stays else None for text, stays in zip(column, left.tolist(), strict=True)]


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

    def faults(self, texts: Texts, progress: Progress) -> Masks:
        """See :class:`Check`."""
        found = texts.none()
        judge = lru_cache(_CACHED)(self.judge)  # the items of a group often have one passage
        for block in texts.blocks():
            for side in ROLES:
                for number, language in enumerate(texts.languages):
                    found[side][block.span, number] = [
                        text is not None and judge(text, language=language, side=side)
                        for text in block.texts[side, language]
                    ]
            progress(block.span.stop - block.span.start)
        return found
