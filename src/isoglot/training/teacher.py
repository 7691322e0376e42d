"""``Teacher``: the start encoder's vectors of the texts that a run's terms ask for, made before the first step."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from torch import Tensor

from isoglot.arrays import Ints
from isoglot.batching.sampler import Batch
from isoglot.data.parallel import ParallelDataset
from isoglot.encoder.embed import embed
from isoglot.progress import doing
from isoglot.roles import ROLES, Role
from isoglot.training.collator import cut_at

ENGLISH = "en"


def english_column(languages: Sequence[str]) -> int | None:
    """Which of a data set's languages is English; None where it has none."""
    return languages.index(ENGLISH) if ENGLISH in languages else None


@dataclass(frozen=True)
class Wanted:
    """Which vectors a source's terms ask for.

    Attributes:
        english: of the items' English texts, for ``anchor``.
        own: of the texts of batches in one language, for ``retention``.
    """

    english: bool
    own: bool


class Teacher:
    """Vectors of the start encoder, by role, item and language.

    Args:
        keys: (texts,) int64, ascending, as :meth:`_keys` makes them.
        vectors: (texts, width) float32, of length 1.
        languages: of the data.
    """

    def __init__(self, keys: Ints, vectors: Tensor, languages: Sequence[str]) -> None:
        self._keys_there, self._vectors = torch.from_numpy(keys), vectors
        self._count = len(languages)
        self._english = english_column(languages)

    @property
    def width(self) -> int:
        return self._vectors.shape[1]

    def english(self, role: Role, items: Tensor) -> tuple[Tensor, Tensor]:
        """((items, width) vectors of items' English texts, zero where there is none; (items,) bool: there is one)."""
        if self._english is None:
            none = torch.zeros(len(items), self.width, device=items.device)
            return none, torch.zeros_like(items, dtype=torch.bool)
        return self.own(role, items, torch.full_like(items, self._english))

    def own(self, role: Role, items: Tensor, languages: Tensor) -> tuple[Tensor, Tensor]:
        """The same of the items' texts in these languages."""
        wanted = (items * len(ROLES) + ROLES.index(role)) * self._count + languages
        here = wanted.cpu()
        place = torch.searchsorted(self._keys_there, here).clamp(max=len(self._keys_there) - 1)
        known = self._keys_there[place] == here
        found = torch.where(known[:, None], self._vectors[place], 0.0)
        return found.to(items.device), known.to(items.device)


def make_teacher(
    model: SentenceTransformer,
    data: ParallelDataset,
    batches: Iterable[Batch],
    wanted: Sequence[Wanted],
    *,
    limits: Mapping[Role, int | None],
    start: str,
) -> Teacher:
    """Encode, with a model that is not trained yet, what the terms of a run will ask for.

    The vectors are kept in the cache, so that another run from the same encoder finds those of the texts it shares.

    Args:
        model: the start encoder, with its prompts.
        data: whose texts they are.
        batches: of the whole run, as it will draw them.
        wanted: of each source.
        limits: role -> most tokens, as in training; None is the model's own limit.
        start: fingerprint of the model with its whole vocabulary: trimmed to a run's texts, it gives them the same
            vectors, and would find those of no other run.
    """
    keys = _keys(data, batches, wanted)
    vectors = torch.zeros(len(keys), model.get_embedding_dimension() or 0)
    rest, language = np.divmod(keys, len(data.languages))
    item, role_number = np.divmod(rest, len(ROLES))
    with doing("encoding what the start encoder teaches", len(keys)) as done:
        for number, role in enumerate(ROLES):
            with _cut_at(model, limits[role]):
                for column in np.unique(language[role_number == number]).tolist():
                    places = np.flatnonzero((role_number == number) & (language == column))
                    texts = data.column(role, data.languages[column], item[places])
                    found = embed(model, texts, role=role, fingerprint=_name(start, limits[role]), progress=done)
                    block = torch.from_numpy(found[np.arange(len(places))])
                    vectors[torch.from_numpy(places)] = torch.nn.functional.normalize(block, dim=1)
    return Teacher(keys, vectors, data.languages)


@contextmanager
def _cut_at(model: SentenceTransformer, limit: int | None) -> Iterator[None]:
    """Let the model read so many tokens, as it does in training."""
    if limit is None or isinstance(model[0], StaticEmbedding):
        with cut_at(model.tokenizer, limit):
            yield
        return
    before = model.max_seq_length
    model.max_seq_length = limit
    try:
        yield
    finally:
        model.max_seq_length = before


def _name(fingerprint: str, limit: int | None) -> str:
    """Of the encoder as it reads no more than so many tokens."""
    return fingerprint if limit is None else hashlib.sha256(f"{fingerprint} {limit}".encode()).hexdigest()


def _keys(data: ParallelDataset, batches: Iterable[Batch], wanted: Sequence[Wanted]) -> Ints:
    """(texts,) int64, ascending: item, role and language of each text in one number."""
    count = len(data.languages)
    english = english_column(data.languages)
    parts = [np.empty(0, dtype=np.int64)]
    for batch in batches:
        wants = wanted[batch.source]
        for number, role in enumerate(ROLES):
            languages = batch.query_language if role == "query" else batch.passage_language
            code = batch.items * len(ROLES) + number
            if wants.english and english is not None:
                there = data.has(role)[batch.items, english]
                parts.append(code[there] * count + english)
            if wants.own and batch.kind.language is not None:
                parts.append(code * count + languages)
    return np.unique(np.concatenate(parts))
