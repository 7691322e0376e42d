"""What a transform is fitted on: vectors of texts whose language is known, without any relevance labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from isoglot.arrays import Bools, Floats, Ints, Vectors
from isoglot.data.collection import Collection
from isoglot.debiasing.balance import Balance, balance
from isoglot.encoder.embeddings import Embeddings
from isoglot.encoder.similarity import Similarity
from isoglot.errors import ConfigError, DataError, EncoderError
from isoglot.evaluation.embedded import Embedded
from isoglot.roles import ROLES, Role
from isoglot.wording import listed

LEAST = 30  # texts of a language; docs/debias.md has the curve


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Vectors by role and language.

    Attributes:
        vectors: role -> language -> (texts, width) float32. Both roles have the same languages.
        groups: the same, (texts,) int64: equal numbers are translations of each other, in that role.
        similarity: how the vectors are compared.
    """

    vectors: Mapping[Role, Mapping[str, Vectors]]
    groups: Mapping[Role, Mapping[str, Ints]]
    similarity: Similarity

    @property
    def languages(self) -> tuple[str, ...]:
        """Sorted."""
        return tuple(sorted(self.vectors["passage"]))

    @property
    def width(self) -> int:
        """Of a vector."""
        return int(next(iter(self.vectors["passage"].values())).shape[1])

    def means(self, role: Role) -> Floats:
        """(languages, width) float64."""
        return np.stack([self.vectors[role][tag].mean(axis=0, dtype=np.float64) for tag in self.languages])

    @cached_property
    def balances(self) -> Mapping[Role, Balance]:
        """Of each role the languages' means, without what their items bring (:mod:`isoglot.debiasing.balance`)."""
        return {
            role: balance(
                [self.vectors[role][tag] for tag in self.languages],
                [self.groups[role][tag] for tag in self.languages],
                least=LEAST,
            )
            for role in ROLES
        }

    @cached_property
    def balanced(self) -> Sample:
        """Each language moved as a whole to its mean in :attr:`balances`; no text has a translation then."""
        vectors: dict[Role, dict[str, Vectors]] = {}
        groups: dict[Role, dict[str, Ints]] = {}
        for role in ROLES:
            by = (self.balances[role].means - self.means(role)).astype(np.float32)
            vectors[role] = {tag: self.vectors[role][tag] + by[number] for number, tag in enumerate(self.languages)}
            ends = np.cumsum([len(vectors[role][tag]) for tag in self.languages])
            alone = np.split(np.arange(ends[-1]), ends[:-1])
            groups[role] = dict(zip(self.languages, alone, strict=True))
        return replace(self, vectors=vectors, groups=groups)

    def of_texts(self, rows: Mapping[Role, Mapping[str, Ints | Bools]]) -> Sample:
        """These texts of each role and language, by place or by mask."""
        return replace(
            self,
            vectors={role: {tag: self.vectors[role][tag][kept] for tag, kept in rows[role].items()} for role in ROLES},
            groups={role: {tag: self.groups[role][tag][kept] for tag, kept in rows[role].items()} for role in ROLES},
        )

    def sizes(self) -> dict[str, int]:
        """Language -> texts, of the role that has fewer."""
        return {tag: min(len(self.vectors[role][tag]) for role in ROLES) for tag in self.languages}

    def rows(self) -> Iterator[tuple[Role, str, Vectors]]:
        """Both roles, every language."""
        for role in ROLES:
            for tag in self.languages:
                yield role, tag, self.vectors[role][tag]


def sample_of(
    data: Embedded,
    *,
    keep_queries: Bools | None = None,
    keep_passages: Bools | None = None,
    least: int = LEAST,
) -> Sample:
    """The vectors of a collection's texts, or of some of them; its judgements are not looked at.

    Args:
        data: texts whose languages are known.
        keep_queries, keep_passages: masks; everything if left out.
        least: languages with fewer texts of either role are left out.

    Raises:
        ConfigError: ``least`` is below 2.
        DataError: fewer than two languages are left.
    """
    if least < 2:
        raise ConfigError(f"least must be at least 2, for the mean of one text is that text, but is {least}.")
    collection = data.collection
    parts = {
        "query": _by_language(
            collection, data.queries, collection.query_language, collection.query_group, keep_queries
        ),
        "passage": _by_language(
            collection, data.passages, collection.passage_language, collection.passage_group, keep_passages
        ),
    }
    shared = [tag for tag in collection.languages if all(len(part[tag][0]) >= least for part in parts.values())]
    if len(shared) < 2:
        sizes = (f"{tag} {min(len(part[tag][0]) for part in parts.values())}" for tag in collection.languages)
        texts = "the collection has" if keep_queries is None else "one of the parts that it is fitted on has"
        raise DataError(
            f"{collection.name}: a repair is fitted on at least {least} queries and {least} passages in each of two "
            f"languages, but {texts} only {listed(sizes, things='languages')}; give more texts, or lower that "
            "number by isoglot debias --least."
        )
    return Sample(
        vectors={role: {tag: parts[role][tag][0] for tag in shared} for role in ROLES},
        groups={role: {tag: parts[role][tag][1] for tag in shared} for role in ROLES},
        similarity=data.similarity,
    )


def merged(samples: Sequence[Sample]) -> Sample:
    """All texts of several samples; only texts of one sample are translations of each other.

    Raises:
        EncoderError: vectors of different widths or similarities.
    """
    if len({(sample.width, sample.similarity) for sample in samples}) > 1:
        raise EncoderError("the vectors have different widths or similarities, so they are not of one encoder.")
    languages = sorted({tag for sample in samples for tag in sample.languages})
    there = {tag: [number for number, sample in enumerate(samples) if tag in sample.languages] for tag in languages}
    first = np.cumsum([0, *(1 + max(int(ids.max()) for ids in _all(sample)) for sample in samples)])
    return Sample(
        vectors={
            role: {tag: np.concatenate([samples[n].vectors[role][tag] for n in there[tag]]) for tag in languages}
            for role in ROLES
        },
        groups={
            role: {
                tag: np.concatenate([samples[n].groups[role][tag] + first[n] for n in there[tag]]) for tag in languages
            }
            for role in ROLES
        },
        similarity=samples[0].similarity,
    )


def _all(sample: Sample) -> Iterator[Ints]:
    return (ids for role in ROLES for ids in sample.groups[role].values())


def _by_language(
    collection: Collection,
    vectors: Vectors | Embeddings,
    language: Ints,
    group: Ints,
    keep: Bools | None,
) -> dict[str, tuple[Vectors, Ints]]:
    kept = np.ones(len(vectors), dtype=bool) if keep is None else keep
    found = {}
    for number, tag in enumerate(collection.languages):
        here = np.flatnonzero(kept & (language == number))
        found[tag] = vectors[here], group[here]
    return found
