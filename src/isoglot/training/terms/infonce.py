"""InfoNCE, from queries to passages and back, with several positives and without false negatives."""

import torch
from torch import Tensor

from isoglot.training.terms.vectors import BatchVectors


def infonce(batch: BatchVectors) -> Tensor:
    """Each query finds its passage among the passages of the batch and the explicit negatives.

    -log(exp(s+) / (exp(s+) + sum of exp(s-))), s a cosine divided by the temperature (van den Oord et al. 2018,
    arXiv 1807.03748, eq. 4; arXiv 2408.10536, eq. 1). Where an item is in the batch in several languages, each of its
    passages is a positive, averaged over them (Khosla et al. 2020, arXiv 2004.11362, eq. 2), and none is in the
    denominator of another. A negative that is a passage of the query's own item, or has the text of one, is left out.
    """
    answer = torch.cat([batch.pairs.answer, batch.negative_answer])
    same = batch.pairs.answer[batch.own, None] == answer
    positive = same.clone()
    positive[:, len(batch.pairs.answer) :] = False  # a positive's text among the negatives is neither
    return _contrast(batch, batch.scores, positive, same)


def reverse(batch: BatchVectors) -> Tensor:
    """Each passage finds its query among the queries of the batch: the other half of a two-way InfoNCE.

    Radford et al. 2021 (arXiv 2103.00020, figure 3), where the two halves have equal weights.
    """
    scores = batch.passages[batch.own] @ batch.queries.T / batch.temperature
    positive = batch.pairs.answer[batch.own, None] == batch.pairs.answer
    return _contrast(batch, scores, positive, positive)


def _contrast(batch: BatchVectors, scores: Tensor, positive: Tensor, same: Tensor) -> Tensor:
    """Mean over rows of the mean over positives.

    Args:
        scores: (own rows, columns).
        positive: bool, of the same shape.
        same: bool, columns that are no negatives of the row.
    """
    lowest = torch.finfo(scores.dtype).min  # and not minus infinity, which has no gradient where a row is all positives
    negatives = scores.masked_fill(same, lowest).logsumexp(dim=1, keepdim=True)
    losses = torch.logaddexp(scores, negatives) - scores  # of each column, were it the positive
    rows = torch.where(positive, losses, 0.0).sum(dim=1) / positive.sum(dim=1)
    return batch.mean(rows, torch.ones_like(batch.pairs.answer, dtype=torch.bool))
