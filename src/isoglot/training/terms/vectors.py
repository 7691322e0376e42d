"""``BatchVectors``: what the terms of a loss see of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from isoglot.roles import Role
from isoglot.training.teacher import Teacher


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """What the texts of a batch are: (pairs,) int64 tensors.

    Attributes:
        item: of the data.
        query_language, passage_language: columns of the data's masks.
        answer: equal for pairs whose passages answer each other's queries, such as those of one item.
    """

    item: Tensor
    query_language: Tensor
    passage_language: Tensor
    answer: Tensor

    @property
    def monolingual(self) -> bool:
        """Whether all texts are in one language."""
        languages = torch.cat([self.query_language, self.passage_language])
        return bool((languages == languages[0]).all())


@dataclass(frozen=True, kw_only=True)
class BatchVectors:
    """The vectors of a global batch, and which of its rows are this process's own.

    A term is the mean over the rows of the global batch. Each process adds up its own rows, over all columns, and
    divides by its share of the global count, so that the mean over the processes is the same however many there are.

    Attributes:
        queries, passages: (pairs, width), of length 1.
        negatives: (negatives, width), explicit ones, of length 1.
        negative_answer: (negatives,) int64, as ``pairs.answer``; -1 where the text is no passage of the batch.
        pairs: what they are.
        own: the pairs of this process.
        processes: how many there are.
        temperature: scores are cosines divided by it.
        teacher: the start encoder's vectors, where a term asks for them.
    """

    queries: Tensor
    passages: Tensor
    negatives: Tensor
    negative_answer: Tensor
    pairs: Pairs
    own: slice
    processes: int
    temperature: float
    teacher: Teacher | None

    @cached_property
    def scores(self) -> Tensor:
        """(own pairs, pairs + negatives): each own query's."""
        candidates = torch.cat([self.passages, self.negatives])
        return self.queries[self.own] @ candidates.T / self.temperature

    def vectors(self, role: Role) -> Tensor:
        """``queries`` or ``passages``."""
        return self.queries if role == "query" else self.passages

    def mean(self, values: Tensor, counted: Tensor) -> Tensor:
        """This process's part of the mean over rows of the global batch.

        Args:
            values: of own rows that count, any shape.
            counted: bool, over the global batch: which rows count.
        """
        count = counted.sum().clamp(min=1)
        return values.sum() * self.processes / count
