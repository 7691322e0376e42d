"""Rows of scores towards a teacher's: what :mod:`relations` and :mod:`retention` share."""

import torch
from torch import Tensor

from isoglot.training.terms.vectors import BatchVectors


def row_divergence(batch: BatchVectors, queries: Tensor, passages: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Kullback-Leibler divergence of the encoder's scores from the teacher's, row by row; the mean over the rows.

    A row is a query's softmax over the passages of the batch, without explicit negatives, at the batch's temperature.

    Args:
        queries, passages: (pairs, width), the teacher's, of length 1.
        rows, columns: (pairs,) bool, those that the teacher has a vector for.
    """
    teacher = queries[batch.own] @ passages.T / batch.temperature
    student = batch.scores[:, : len(passages)]
    wanted = teacher.masked_fill(~columns, -torch.inf).log_softmax(dim=1)
    found = student.masked_fill(~columns, -torch.inf).log_softmax(dim=1)
    parts = torch.where(columns, wanted.exp() * (wanted - found), 0.0)
    return batch.mean(parts.sum(dim=1) * rows[batch.own], rows)
