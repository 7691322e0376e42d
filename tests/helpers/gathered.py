"""The loss of a global batch, in one process and in two that share it."""

import json
from pathlib import Path

import numpy as np
import torch
import torch.distributed
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from helpers.random_parallel import build, row
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.grid import Grid
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.roles import ROLES
from isoglot.training.collator import PairCollator
from isoglot.training.loss import CachedTermsLoss, ItemFacts, SourceTerms, TermsLoss
from isoglot.training.teacher import Teacher
from isoglot.training.terms.registry import TERMS

_WIDTH, _SIZE, _ITEMS = 6, 4, 12
_LANGUAGES = ("de", "en", "es")
_POLICIES: tuple[Policy, ...] = (Monolingual(), CrossLingual(), Grid(2))


class _Linear(nn.Module):
    """An encoder that reads vectors."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.linear = nn.Linear(_WIDTH, _WIDTH)

    def forward(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        return {"sentence_embedding": self.linear(features["input_ids"])}


def write_differences(folder: str) -> None:
    """Case -> by how much value and gradient of two processes differ from one's, and the value; a file a process.

    The two processes are those of ``torch.distributed`` as it is.
    """
    found = {}
    for policy in _POLICIES:
        for negatives in (0, 1):
            pairs = _pairs(negatives)
            sampler = LanguageBatchSampler(pairs, policy, batch_size=_SIZE, processes=2)
            rows = [pair for _, batch in zip(range(2), sampler, strict=False) for pair in pairs.__getitems__(batch)]
            for term in TERMS:
                found[f"{term} {policy.name} {negatives}"] = _difference(pairs, rows, {term: 1.0}, mini_batch=None)
            every = dict.fromkeys(TERMS, 0.5)
            found[f"GradCache {policy.name} {negatives}"] = _difference(pairs, rows, every, mini_batch=3)
    rank = torch.distributed.get_rank()
    (Path(folder) / f"differences-{rank}.json").write_text(json.dumps(found))


def _pairs(negatives: int) -> PairDataset:
    """Every third item lacks English; a negative is the next item's passage, which may be in the batch."""
    rows = []
    for item in range(_ITEMS):
        has = [language for language in _LANGUAGES if language != "en" or item % 3]
        following = {language: [f"p {(item + 1) % _ITEMS} {language}"] for language in has}
        rows.append(row(item, query=has, passage=has, negatives=following))
    return PairDataset(build(rows, _LANGUAGES), negatives=negatives, labels=True)


def _difference(
    pairs: PairDataset, rows: list[dict[str, str]], weights: dict[str, float], *, mini_batch: int | None
) -> tuple[float, float, float]:
    columns = [name for name in pairs.column_names if name != "label"]
    collator = PairCollator(model=None, prompts=dict.fromkeys(columns, ""), limits={})  # type: ignore[arg-type]
    labels = torch.tensor([collator._label(row) for row in rows])
    features = [{"input_ids": torch.stack([_vector(row[column]) for row in rows])} for column in columns]
    one = _Linear()
    whole = _loss(one, pairs, weights, processes=1, mini_batch=None)(features, labels)
    whole.backward()
    rank = torch.distributed.get_rank()
    own = slice(rank * _SIZE, (rank + 1) * _SIZE)
    two = DistributedDataParallel(_Linear())
    loss = _loss(two, pairs, weights, processes=2, mini_batch=mini_batch)
    part = loss([{"input_ids": column["input_ids"][own]} for column in features], labels[own])
    part.backward()
    value, whole = part.detach().clone(), whole.detach()
    torch.distributed.all_reduce(value)
    apart = max(float((a.grad - b.grad).abs().max()) for a, b in zip(one.parameters(), two.parameters(), strict=True))  # type: ignore[operator]
    return abs(float(value / 2 - whole)), apart, float(whole)


def _loss(
    model: nn.Module, pairs: PairDataset, weights: dict[str, float], *, processes: int, mini_batch: int | None
) -> TermsLoss:
    facts = ItemFacts(source=np.zeros(_ITEMS, dtype=np.int64), answers=pairs.collisions)
    options = {
        "sources": [SourceTerms(name="train", weights=weights)],
        "facts": facts,
        "temperature": 0.1,
        "teacher": _teacher(pairs),
        "processes": processes,
    }
    if mini_batch is None:
        return TermsLoss(model, **options)  # type: ignore[arg-type]
    return CachedTermsLoss(model, mini_batch=mini_batch, **options)  # type: ignore[arg-type]


def _teacher(pairs: PairDataset) -> Teacher:
    """Of every text that there is."""
    data = pairs.parallel
    there = np.stack([data.has(role) for role in ROLES], axis=1)  # (items, roles, languages)
    keys = np.flatnonzero(there)
    vectors = torch.randn(len(keys), _WIDTH, generator=torch.Generator().manual_seed(2))
    return Teacher(keys, nn.functional.normalize(vectors), _LANGUAGES)


def _vector(text: str) -> Tensor:
    seed = sum(place * ord(letter) for place, letter in enumerate(text, start=1))
    return torch.randn(_WIDTH, generator=torch.Generator().manual_seed(seed))
