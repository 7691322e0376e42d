"""What an audit found, the certificate that a model carries, and the training data without what leaks."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError
from isoglot.leakage.findings import LeakKind
from isoglot.result import Result
from isoglot.roles import Role
from isoglot.wording import counted, listed


@dataclass(frozen=True, kw_only=True)
class AuditedSource:
    """A training data set.

    Attributes:
        languages: language -> items with a text in it that leaks itself.
        direct: items with a text that leaks itself, or an id that does.
        leaking: items of all leaking groups: those, their translations, and what shares a group with them.
        groups: all groups of the data set.
        leaking_groups: their names, in alphabetical order.
    """

    name: str
    fingerprint: str
    items: int
    languages: dict[str, int]
    direct: int
    leaking: int
    groups: int
    leaking_groups: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AuditedCollection:
    """A test collection.

    Attributes:
        answers: queries with a relevant passage that leaks, in whatever language.
        compromised: queries that leak themselves or have such a passage.
    """

    name: str
    fingerprint: str
    queries: int
    passages: int
    languages: tuple[str, ...]
    answers: int
    compromised: int


@dataclass(frozen=True, kw_only=True)
class LeakCounts:
    """The texts of one side of a collection in one language.

    Attributes:
        texts: how many there are.
        leaking: kind of check -> how many of them leak; one may leak in several ways.
        any: how many leak at all.
        sources: training data set -> kind -> how many of them leak from it; data sets without a leak are missing.
    """

    collection: str
    side: Role
    language: str
    texts: int
    leaking: dict[LeakKind, int]
    any: int
    sources: dict[str, dict[LeakKind, int]]


@dataclass(frozen=True, kw_only=True)
class LeakExample:
    """A test text that leaks, beside the training text that is most like it; both shortened.

    Attributes:
        score: in [0, 1]: the Jaccard index of a near duplicate, the share of the grams of an overlap, else 1.
    """

    collection: str
    side: Role
    kind: LeakKind
    test_id: str
    test_language: str
    test_text: str
    source: str
    item: str
    language: str
    text: str
    score: float


@dataclass(frozen=True, kw_only=True, repr=False)
class LeakReport(Result):
    """The result of an audit.

    Example::

        >>> found = isoglot.leaks("sample/train", "sample/test")
        >>> found.count("sample/test", "query", "any")
        0

    Attributes:
        date: of the audit, ISO 8601, UTC.
        checks: what counts as a leak: kind -> its parameters; a check that was left out is missing.
        versions: of what the audit depends on.
    """

    verb: ClassVar[str] = "leaks"

    date: str
    checks: dict[str, dict[str, Any]]
    sources: tuple[AuditedSource, ...]
    collections: tuple[AuditedCollection, ...]
    cells: tuple[LeakCounts, ...]
    examples: tuple[LeakExample, ...]
    versions: dict[str, str]

    @property
    def clean(self) -> bool:
        """Whether nothing leaks."""
        return not any(cell.any for cell in self.cells)

    @property
    def leaking_groups(self) -> dict[str, tuple[str, ...]]:
        """Training data set -> names of its groups that leak."""
        return {source.name: source.leaking_groups for source in self.sources}

    def count(
        self, collection: str, side: Role, kind: LeakKind | Literal["any"], *, language: str | None = None
    ) -> int:
        """How many texts of a collection leak, in one language or in all."""
        cells = [cell for cell in self.cells if (cell.collection, cell.side) == (collection, side)]
        chosen = [cell for cell in cells if language in (None, cell.language)]
        return sum(cell.any if kind == "any" else cell.leaking.get(kind, 0) for cell in chosen)

    def _headline(self) -> str:
        against = listed(collection.name for collection in self.collections)
        if self.clean:
            return f"nothing leaks into {against}"
        direct = sum(source.direct for source in self.sources)
        return f"{counted(direct, 'training items')} leak into {against}"

    def _rows(self) -> Iterator[dict[str, object]]:
        for cell in self.cells:
            where = {"collection": cell.collection, "side": cell.side, "language": cell.language, "texts": cell.texts}
            yield {**where, **{kind: cell.leaking.get(kind, 0) for kind in get_args(LeakKind)}, "any": cell.any}

    def _content(self) -> dict[str, Any]:
        """The certificate and everything behind it."""
        behind = {
            "cells": [asdict(cell) for cell in self.cells],
            "examples": [asdict(example) for example in self.examples],
            "leaking_groups": self.leaking_groups,
        }
        return {**certificate(self), **behind}


def certificate(report: LeakReport) -> dict[str, Any]:
    """What was checked and found, in numbers and fingerprints: JSON to store beside a trained model.

    It speaks of the training data that was audited. Where leaks were dropped, audit what is left and store that.
    """
    return {
        "what": "isoglot leaks",
        "date": report.date,
        "clean": report.clean,
        "checks": report.checks,
        "training": [{**asdict(source), "leaking_groups": len(source.leaking_groups)} for source in report.sources],
        "collections": [
            {
                **asdict(collection),
                "languages": list(collection.languages),
                "leaks": _totals(report, collection.name),
            }
            for collection in report.collections
        ],
        "versions": report.versions,
    }


def without_leaks(dataset: ParallelDataset, report: LeakReport) -> ParallelDataset:
    """The items of the groups that do not leak.

    Raises:
        DataError: this very data set was not audited, or nothing is left of it.
    """
    source = next((source for source in report.sources if source.fingerprint == dataset.fingerprint), None)
    if source is None:
        raise DataError(
            f"the training data {dataset.fingerprint[:12]} was not audited in this report; "
            "audit it as it is, after any selection of items or languages."
        )
    if not source.leaking_groups:
        return dataset
    leaking = set(source.leaking_groups)
    kept = np.array([group not in leaking for group in dataset.rows["group"]])
    if not kept.any():
        raise DataError(f"{source.name}: every group leaks, so nothing is left to train on.")
    return dataset.select(kept)


def _totals(report: LeakReport, collection: str) -> dict[str, dict[str, int]]:
    """Role -> kind -> texts that leak, with ``any``, over all languages."""
    totals: dict[str, dict[str, int]] = {}
    for cell in report.cells:
        if cell.collection == collection:
            counts = totals.setdefault(cell.side, {})
            for kind, number in (*cell.leaking.items(), ("any", cell.any)):
                counts[kind] = counts.get(kind, 0) + number
    return totals
