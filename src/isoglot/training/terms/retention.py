"""Retention: within a language the encoder scores as the start encoder does."""

from torch import Tensor

from isoglot.training.terms.rows import row_divergence
from isoglot.training.terms.vectors import BatchVectors


def retention(batch: BatchVectors) -> Tensor:
    """Rows of scores of a monolingual batch towards the start encoder's rows of the same texts.

    Learning without forgetting (Li and Hoiem 2016, arXiv 1606.09282, section 3) with a softmax over passages in the
    place of classes. 0 for a batch in several languages, in which the start encoder prefers the query's.
    """
    assert batch.teacher is not None
    if not batch.pairs.monolingual:
        return batch.queries.new_zeros(())
    pairs = batch.pairs
    queries, rows = batch.teacher.own("query", pairs.item, pairs.query_language)
    passages, columns = batch.teacher.own("passage", pairs.item, pairs.passage_language)
    return row_divergence(batch, queries, passages, rows & columns, columns)
