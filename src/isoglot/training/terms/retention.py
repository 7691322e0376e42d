"""Retention: within a language the encoder scores as the start encoder does."""

import torch
from torch import Tensor

from isoglot.training.terms.vectors import BatchVectors


def retention(batch: BatchVectors) -> Tensor:
    """Rows of scores of a monolingual batch towards the start encoder's rows of the same texts.

    A row is a query's softmax over the passages of the batch, without explicit negatives, at the batch's temperature;
    what is given back is the mean of the rows' Kullback-Leibler divergences from the start encoder's. Learning without
    forgetting (Li and Hoiem 2016, arXiv 1606.09282, section 3), with passages in the place of classes. 0 for a batch in
    several languages, in which the start encoder prefers the query's.
    """
    assert batch.teacher is not None
    if not batch.pairs.monolingual:
        return batch.queries.new_zeros(())
    pairs = batch.pairs
    queries, rows = batch.teacher.own("query", pairs.item, pairs.query_language)
    passages, columns = batch.teacher.own("passage", pairs.item, pairs.passage_language)
    teacher = queries[batch.own] @ passages.T / batch.temperature
    student = batch.scores[:, : len(passages)]
    wanted = teacher.masked_fill(~columns, -torch.inf).log_softmax(dim=1)
    found = student.masked_fill(~columns, -torch.inf).log_softmax(dim=1)
    parts = torch.where(columns, wanted.exp() * (wanted - found), 0.0)
    return batch.mean(parts.sum(dim=1) * (rows & columns)[batch.own], rows & columns)
