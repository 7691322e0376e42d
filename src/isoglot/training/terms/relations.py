"""Relational distillation: across languages the encoder scores as the start encoder does in English."""

from torch import Tensor

from isoglot.training.terms.rows import row_divergence
from isoglot.training.terms.vectors import BatchVectors


def relations(batch: BatchVectors) -> Tensor:
    """Rows of scores of a cross-lingual batch towards the start encoder's rows of the same items in English.

    The divergence of two distributions over a batch is that of Fang et al. 2021 (arXiv 2101.04731, eq. 4); that the
    teacher reads English where the student reads another language follows Reimers and Gurevych 2020 (arXiv 2004.09813).
    Items without an English version are left out. 0 for a batch in one language, which is for :mod:`retention`.
    """
    assert batch.teacher is not None
    if batch.pairs.monolingual:
        return batch.queries.new_zeros(())
    queries, rows = batch.teacher.english("query", batch.pairs.item)
    passages, columns = batch.teacher.english("passage", batch.pairs.item)
    return row_divergence(batch, queries, passages, rows & columns, columns)
