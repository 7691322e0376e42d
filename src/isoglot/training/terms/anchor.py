"""The English anchor: every language's text where the start encoder puts its English version."""

import torch
from torch import Tensor

from isoglot.roles import ROLES
from isoglot.training.terms.vectors import BatchVectors


def anchor(batch: BatchVectors) -> Tensor:
    """1 - cosine of each text's vector with the start encoder's vector of the item's English text in the same role.

    The mean over the texts whose item has an English version, queries and passages alike. Reimers and Gurevych 2020
    (arXiv 2004.09813, section 2) do so with squared distances, which for vectors of length 1 are twice this.
    """
    assert batch.teacher is not None
    losses, known = [], []
    for role in ROLES:
        targets, has = batch.teacher.english(role, batch.pairs.item)
        cosines = (batch.vectors(role) * targets).sum(dim=1)
        losses.append(((1 - cosines) * has)[batch.own])
        known.append(has)
    return batch.mean(torch.cat(losses), torch.cat(known))
