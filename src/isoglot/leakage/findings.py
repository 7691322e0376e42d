"""What one kind of check found between the training data and one side of the test collections."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Bools, Floats
from isoglot.data.collection import Collection
from isoglot.data.parallel import ParallelDataset
from isoglot.leakage.duplicates import Duplicates
from isoglot.leakage.overlap import Overlap
from isoglot.leakage.sides import AuditedTexts, TrainingPlace

LeakKind = Literal["exact", "near", "overlap", "id", "translation"]
_Scalar = TypeVar("_Scalar", np.bool_, np.float64)

# The questions of SQuAD, XQuAD and MLQA keep such an id in all translations. A number could agree by chance.
_IDENTIFIER = re.compile(r"(?:.*/)?(?=[0-9-]*[a-f])(?=[a-f-]*[0-9])([0-9a-f-]{16,})")


class _Closest(Protocol):
    def __call__(self, text: int) -> TrainingPlace: ...


@dataclass(frozen=True)
class LeakFinding:
    """Leaks of one kind.

    Attributes:
        kind: of check.
        texts: the side that was checked.
        leaks: (sources, texts) bool; which test texts leak from which training data set.
        score: (texts,) how much of a text leaks, in [0, 1]; what it is depends on the kind.
        places: the training texts that they leak from.
        closest: index of a leaking test text -> the training text that is most like it.
    """

    kind: LeakKind
    texts: AuditedTexts
    leaks: Bools
    score: Floats
    places: Sequence[TrainingPlace]
    closest: _Closest


def duplicate_finding(kind: LeakKind, texts: AuditedTexts, found: Duplicates) -> LeakFinding:
    """The duplicates that a check found, per test text."""
    return LeakFinding(
        kind,
        texts,
        leaks=_per_text(found.leaks, texts),
        score=_per_text(found.score, texts),
        places=found.places,
        closest=lambda text: found.places[found.closest[texts.form[text]]],
    )


def overlap_finding(texts: AuditedTexts, check: Overlap, *, limit: float, sources: int) -> LeakFinding:
    """The texts of whose grams more than ``limit`` occur in the training data, and from which data sets they are."""
    share = check.shares()
    flagged = share > limit
    leaks = np.stack([flagged & (check.shares(source) > 0) for source in range(sources)])
    return LeakFinding(
        "overlap",
        texts,
        leaks=_per_text(leaks, texts),
        score=_per_text(share * flagged, texts),
        places=[check.places[place] for place in check.contributing(np.flatnonzero(flagged))],
        closest=lambda text: check.places[check.closest(int(texts.form[text]))],
    )


def id_finding(texts: AuditedTexts, train: Sequence[ParallelDataset], collections: Sequence[Collection]) -> LeakFinding:
    """Test questions whose id a training item has, in whatever languages the two exist."""
    groups = [collection.queries["group"].to_pylist() for collection in collections]
    names = [_identifier(groups[c][r]) for c, r in zip(texts.collection.tolist(), texts.row.tolist(), strict=True)]
    wanted = set(names) - {""}
    held: list[Mapping[str, TrainingPlace]] = []
    for source, dataset in enumerate(train):
        rows: dict[str, list[int]] = {}
        for row, identity in enumerate(dataset.rows["id"]):
            if (name := _identifier(identity)) in wanted:
                rows.setdefault(name, []).append(row)
        held.append({name: TrainingPlace(source, tuple(found), "") for name, found in rows.items()})
    leaks = np.array([[name in places for name in names] for places in held], dtype=bool)
    return LeakFinding(
        "id",
        texts,
        leaks=leaks,
        score=leaks.any(axis=0).astype(float),
        places=[place for places in held for place in places.values()],
        closest=lambda text: next(places[names[text]] for places in held if names[text] in places),
    )


def translation_leaks(found: Sequence[LeakFinding]) -> Bools:
    """(sources, texts): texts of one side that do not leak themselves while a translation of them does."""
    direct = np.logical_or.reduce([finding.leaks for finding in found])
    group = found[0].texts.group
    return np.stack([np.isin(group, group[own]) & ~own for own in direct])


def _identifier(name: str) -> str:
    """The last part of an id, if it is one that does not agree by chance; else nothing."""
    match = _IDENTIFIER.fullmatch(name)
    return match[1] if match else ""


def _per_text(values: npt.NDArray[_Scalar], texts: AuditedTexts) -> npt.NDArray[_Scalar]:
    """(..., distinct) to (..., texts); a text without letters and digits has nothing."""
    padded = np.concatenate([values, np.zeros((*values.shape[:-1], 1), dtype=values.dtype)], axis=-1)
    chosen: npt.NDArray[_Scalar] = padded[..., texts.form]
    return chosen
