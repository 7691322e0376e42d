"""The loss of a run: the weighted terms of the batch's source, on vectors that are encoded as cheaply as may be."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.losses import CachedLossMixin
from sentence_transformers.util import all_gather, all_gather_with_grad, get_rank
from torch import Tensor, nn

from isoglot.arrays import Ints
from isoglot.errors import ConfigError
from isoglot.training.encode import encode_columns
from isoglot.training.teacher import Teacher
from isoglot.training.terms.registry import TERMS
from isoglot.training.terms.vectors import BatchVectors, Pairs


@dataclass(frozen=True, kw_only=True)
class SourceTerms:
    """What the batches of a source are trained on.

    Attributes:
        name: of the source.
        weights: term -> weight, of those that are computed.
    """

    name: str
    weights: Mapping[str, float]


PLAIN = SourceTerms(name="validation", weights={"infonce": 1.0})


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """Of each item of the data: (items,) int64.

    Attributes:
        source: its place among the sources.
        answers: (items, 2), as :func:`isoglot.batching.collisions.collision_keys`: items that agree in a column have
            passages that answer each other's queries.
    """

    source: Ints
    answers: Ints


class TermsLoss(nn.Module):
    """The weighted sum of a source's terms (:mod:`isoglot.training.terms.registry`).

    Without labels, as in validation, it is InfoNCE alone, whatever the sources' terms, so that runs with other terms
    can be compared. With several processes the vectors are gathered, so that each process's queries see all passages;
    those of validation are not, for their batches know nothing of each other.

    Args:
        model: encodes.
        sources: the terms of each.
        facts: of the items that labels name.
        temperature: cosines are divided by it.
        teacher: the start encoder's vectors; None where no term asks for them.
        processes: that train together.
    """

    def __init__(
        self,
        model: SentenceTransformer,
        *,
        sources: Sequence[SourceTerms],
        facts: ItemFacts,
        temperature: float,
        teacher: Teacher | None,
        processes: int,
    ) -> None:
        super().__init__()
        self.model, self.sources, self.temperature, self.teacher = model, sources, temperature, teacher
        self.processes = processes
        self._source, self._answers = torch.from_numpy(facts.source), torch.from_numpy(facts.answers)
        self._seen: defaultdict[tuple[str, str], list[Tensor]] = defaultdict(list)

    def forward(self, sentence_features: Iterable[dict[str, Any]], labels: Tensor | None) -> Tensor:
        return self.total(encode_columns(self.model, list(sentence_features)), labels)

    def total(self, vectors: Sequence[Tensor], labels: Tensor | None) -> Tensor:
        """The loss of a batch, in float32 whatever the encoder computes in.

        A cosine of .8 in bfloat16 is .004 from the next, which a temperature of .02 makes .2 of a logit.

        Args:
            vectors: (pairs, width) of queries, of passages, and of each column of explicit negatives.
            labels: (pairs, 4 + negatives) int64 of :class:`isoglot.training.collator.PairCollator`; None: validation.

        Raises:
            ConfigError: a term is no finite number.
        """
        with torch.autocast(vectors[0].device.type, enabled=False):
            return self._weighted([column.float() for column in vectors], labels)

    def seen(self) -> dict[str, dict[str, float]]:
        """Source -> term -> its mean over the training batches since this was asked last, unweighted."""
        means: dict[str, dict[str, float]] = {}
        for (source, term), values in self._seen.items():
            means.setdefault(source, {})[term] = round(float(torch.stack(values).mean()), 5)
        self._seen.clear()
        return means

    def _weighted(self, vectors: Sequence[Tensor], labels: Tensor | None) -> Tensor:
        source = PLAIN if labels is None else self.sources[int(self._source[labels[0, 0].cpu()])]
        batch = self._batch(vectors, labels)
        parts = []
        for term, weight in source.weights.items():
            value = TERMS[term](batch)
            if not torch.isfinite(value):
                raise NotFinite(term, source.name, float(value))
            if labels is not None:
                self._seen[source.name, term].append(value.detach())
            parts.append(weight * value)
        # A term can pass over a batch, or over its negatives; backward and GradCache want a gradient of every column.
        nothing = torch.stack([column.sum() for column in vectors]).sum() * 0.0
        return torch.stack(parts).sum() + nothing

    def _batch(self, vectors: Sequence[Tensor], labels: Tensor | None) -> BatchVectors:
        unit = [nn.functional.normalize(column, dim=1) for column in vectors]
        count, own = len(unit[0]), 0
        gathered = self.processes > 1 and labels is not None
        if gathered:
            own = get_rank() * count
            unit = [all_gather_with_grad(column) for column in unit]
            labels = all_gather(labels)
        queries, passages, *negatives = unit
        pairs, negative_answer = self._pairs(labels, len(queries), len(negatives), queries.device)
        return BatchVectors(
            queries=queries,
            passages=passages,
            negatives=torch.cat(negatives) if negatives else passages[:0],
            negative_answer=negative_answer,
            pairs=pairs,
            own=slice(own, own + count),
            processes=self.processes if gathered else 1,
            temperature=self.temperature,
            teacher=self.teacher,
        )

    def _pairs(self, labels: Tensor | None, count: int, negatives: int, device: torch.device) -> tuple[Pairs, Tensor]:
        """(What the pairs are, what each explicit negative's text answers.)"""
        if labels is None:  # each pair answers itself alone: the batches were drawn so that no others do
            own = torch.arange(count, device=device)
            unknown = torch.full((count * negatives,), -1, device=device)
            return Pairs(item=own, query_language=own, passage_language=own, answer=own), unknown
        item, query_language, passage_language, digest = labels[:, :4].unbind(dim=1)
        answer = _classes(self._answers[item.cpu()]).to(device)
        texts = labels[:, 4:].T.reshape(-1)  # column by column, as the vectors are
        same = texts[:, None] == digest
        negative_answer = torch.where(same.any(dim=1), answer[same.int().argmax(dim=1)], -1)
        pairs = Pairs(item=item, query_language=query_language, passage_language=passage_language, answer=answer)
        return pairs, negative_answer


class CachedTermsLoss(CachedLossMixin, TermsLoss):  # type: ignore[misc]
    """The same with GradCache (arXiv 2101.06983): a mini-batch in memory at a time, and the whole batch's negatives."""

    def __init__(self, model: SentenceTransformer, *, mini_batch: int, **options: Any) -> None:
        super().__init__(model, **options)
        self.mini_batch_size = mini_batch

    def forward(self, sentence_features: Iterable[dict[str, Any]], labels: Tensor | None) -> Tensor:
        loss: Tensor = CachedLossMixin.forward_cached(self, sentence_features, labels)
        return loss

    def calculate_loss(
        self, reps: list[list[Tensor]], labels: Tensor | None = None, *, with_backward: bool = False
    ) -> Tensor:
        loss = self.total([torch.cat(column) for column in reps], labels)
        if with_backward:
            loss.backward()  # type: ignore[no-untyped-call]
            loss = loss.detach()
        return loss


class NotFinite(ConfigError):
    """A term of the loss is no finite number; ``at`` says when."""

    def __init__(self, term: str, source: str, value: float) -> None:
        self.term, self.source, self.value = term, source, value
        super().__init__(self._sentence(""))

    def at(self, when: str) -> NotFinite:
        self.args = (self._sentence(f" {when}"),)
        return self

    def _sentence(self, where: str) -> str:
        what = "nan" if math.isnan(self.value) else "infinite"
        return (
            f"the loss is {what}{where}, in term {self.term!r} of {self.source}: lower optimization.learning_rate or "
            "raise optimization.temperature."
        )


def _classes(answers: Tensor) -> Tensor:
    """(pairs, 2) int64 -> (pairs,) int64: equal for pairs that agree in a column, directly or through others."""
    same = (answers[:, None] == answers[None]).any(dim=2)
    while not torch.equal(same, wider := (same.float() @ same.float()) > 0):
        same = wider
    return same.int().argmax(dim=1)
