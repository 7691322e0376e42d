"""``find_leaks``: which texts of test collections are in the training data, in any language.

| kind | a test text leaks when |
|---|---|
| exact | its normal form is a training text's (:mod:`isoglot.text.normal`) |
| near | its character n-grams and a training text's have a Jaccard index of ``near`` or more |
| overlap | more than a share of ``overlap`` of its different 13-grams occur in training passages (passages only) |
| id | it is a question whose identifier a training item has (questions only) |
| translation | it does not leak itself, but a text of its group does: a translation of it |

Queries are compared with queries, passages with passages and negatives, whatever languages their labels say.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np

from isoglot.arrays import Bools
from isoglot.data.collection import Collection
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError
from isoglot.leakage.duplicates import ExactDuplicates, NearDuplicates
from isoglot.leakage.examples import find_examples
from isoglot.leakage.findings import (
    LeakFinding,
    LeakKind,
    duplicate_finding,
    id_finding,
    overlap_finding,
    translation_leaks,
)
from isoglot.leakage.overlap import Overlap
from isoglot.leakage.report import AuditedCollection, AuditedSource, LeakCounts, LeakReport
from isoglot.leakage.sides import audited_texts, training_texts
from isoglot.progress import Progress, StartProgress
from isoglot.roles import ROLES, Role
from isoglot.text.near.bands import PERMUTATIONS, bands
from isoglot.text.near.jaccard import NEAR
from isoglot.text.normal import UNITS
from isoglot.versions import versions

OVERLAP = 0.1


def find_leaks(
    train: Sequence[ParallelDataset],
    against: Sequence[Collection],
    *,
    names: Sequence[str] | None = None,
    near: float | None = NEAR,
    overlap: float = OVERLAP,
    examples: int = 3,
    progress: StartProgress | None = None,
) -> LeakReport:
    """Compare training data with test collections.

    Memory grows with the test collections and with what leaks, not with the training data.

    Args:
        train: the training data, as it is trained on.
        against: the test collections.
        names: of the training data sets, for the report.
        near: least Jaccard index of a near duplicate; None leaves this check out.
        overlap: share of a test passage's grams above which it leaks.
        examples: how many to keep of each kind, side and collection.
        progress: called with (what is done, number of items), returns what is told of each step.

    Raises:
        ConfigError: nothing to compare, names that do not fit or differ, a threshold out of range, or the library
            for near duplicates is missing.
    """
    names = names or [f"training data {number}" for number in range(1, len(train) + 1)]
    _check(train, against, names, near=near, overlap=overlap)
    sides: dict[Role, list[LeakFinding]] = {}
    for side in ROLES:
        sides[side] = _search(train, against, side, near=near, overlap=overlap, begin=progress or _silent)
    found = [finding for findings in sides.values() for finding in findings]
    return LeakReport(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        checks=_checks(near=near, overlap=overlap),
        sources=tuple(_source(number, train[number], names[number], found) for number in range(len(train))),
        collections=tuple(_collection(number, collection, sides) for number, collection in enumerate(against)),
        cells=tuple(cell for findings in sides.values() for cell in _cells(findings, against, names)),
        examples=tuple(find_examples(found, train, against, names, count=examples)),
        versions={**versions(), **({"datasketch": version("datasketch")} if near is not None else {})},
    )


def _silent(what: str, total: int, /, unit: str = "texts") -> Progress:
    """Tell nobody."""
    return lambda count: None


def _search(
    train: Sequence[ParallelDataset],
    against: Sequence[Collection],
    side: Role,
    *,
    near: float | None,
    overlap: float,
    begin: StartProgress,
) -> list[LeakFinding]:
    """All kinds of leaks of one side but translations."""
    texts = audited_texts(against, side)
    sources = len(train)
    exact = ExactDuplicates(texts.distinct, sources=sources)
    close = None
    if near is not None:
        indexed = begin(f"index of {side} texts", len(texts.distinct))
        close = NearDuplicates(texts.distinct, threshold=near, sources=sources, progress=indexed)
    grams = Overlap(texts.distinct, sources=sources) if side == "passage" else None
    checks = [check for check in (exact, close, grams) if check is not None]
    told = begin(f"{side} texts", sum(map(len, train)), unit="items")
    for source, dataset in enumerate(train):
        for run, places in training_texts(dataset, side, source, told):
            for check in checks:
                check.add(run, places)
    findings = [duplicate_finding("exact", texts, exact.found)]
    if close is not None:
        findings.append(duplicate_finding("near", texts, close.found))
    if grams is not None:
        findings.append(overlap_finding(texts, grams, limit=overlap, sources=sources))
    else:
        findings.append(id_finding(texts, train, against))
    return findings


def _cells(findings: Sequence[LeakFinding], against: Sequence[Collection], names: Sequence[str]) -> list[LeakCounts]:
    """The counts of one side."""
    texts = findings[0].texts
    leaks: dict[LeakKind, Bools] = {finding.kind: finding.leaks for finding in findings}
    leaks["translation"] = translation_leaks(findings)
    # A text that leaks from one data set itself and from another by a translation counts as leaking itself.
    direct = np.logical_or.reduce([finding.leaks.any(axis=0) for finding in findings])
    any_source = {kind: found.any(axis=0) & ~(direct & (kind == "translation")) for kind, found in leaks.items()}
    leaking = _any(findings)
    languages = np.array(texts.languages)
    cells = []
    for number, collection in enumerate(against):
        for language in collection.languages:
            own = (texts.collection == number) & (languages == language)
            by_source = {
                name: {kind: int(found[source, own].sum()) for kind, found in leaks.items()}
                for source, name in enumerate(names)
            }
            cell = LeakCounts(
                collection=collection.name,
                side=texts.side,
                language=language,
                texts=int(own.sum()),
                leaking={kind: int(found[own].sum()) for kind, found in any_source.items()},
                any=int(leaking[own].sum()),
                sources={name: counts for name, counts in by_source.items() if any(counts.values())},
            )
            cells.append(cell)
    return cells


def _source(number: int, dataset: ParallelDataset, name: str, found: Sequence[LeakFinding]) -> AuditedSource:
    """What leaks of a training data set, with the groups that go with it."""
    places = [place for finding in found for place in finding.places if place.source == number]
    by_language: dict[str, set[int]] = {}
    for place in places:
        by_language.setdefault(place.language, set()).update(place.rows)
    direct = np.array(sorted(set().union(*by_language.values())), dtype=np.int64)
    leaking = np.isin(dataset.groups, dataset.groups[direct])
    group_names = dataset.rows.select_columns(["group"]).select(direct)["group"]
    return AuditedSource(
        name=name,
        fingerprint=dataset.fingerprint,
        items=len(dataset),
        languages={language: len(by_language.get(language, ())) for language in dataset.languages},
        direct=len(direct),
        leaking=int(leaking.sum()),
        groups=int(dataset.groups.max(initial=-1)) + 1,
        leaking_groups=tuple(sorted(set(group_names))),
    )


def _collection(number: int, collection: Collection, sides: dict[Role, list[LeakFinding]]) -> AuditedCollection:
    """What leaks of a test collection's questions, or of what answers them."""
    query, passage = (_any(findings)[findings[0].texts.collection == number] for findings in sides.values())
    judged = collection.judgements
    answers = np.zeros(len(query), dtype=bool)
    answers[judged.query[(judged.grade > 0) & passage[judged.passage]]] = True
    return AuditedCollection(
        name=collection.name,
        fingerprint=collection.fingerprint,
        queries=len(collection.queries),
        passages=len(collection.passages),
        languages=collection.languages,
        answers=int(answers.sum()),
        compromised=int((answers | query).sum()),
    )


def _any(findings: Sequence[LeakFinding]) -> Bools:
    """(texts,) whether a text of a side leaks in any way from any data set."""
    leaks: Bools = np.any([*(finding.leaks for finding in findings), translation_leaks(findings)], axis=(0, 1))
    return leaks


def _checks(*, near: float | None, overlap: float) -> dict[str, dict[str, Any]]:
    lengths = {unit.name: asdict(unit) for unit in UNITS}
    checks: dict[str, dict[str, Any]] = {
        "exact": {},
        "overlap": {"share_above": overlap, "grams": {name: unit["overlap"] for name, unit in lengths.items()}},
        "id": {},
    }
    if near is not None:
        count, rows = bands(near)
        shingles = {name: unit["shingle"] for name, unit in lengths.items()}
        sketch = {"permutations": PERMUTATIONS, "bands": count, "rows": rows}
        checks["near"] = {"jaccard_from": near, "characters": shingles, **sketch}
    return checks


def _check(
    train: Sequence[ParallelDataset],
    against: Sequence[Collection],
    names: Sequence[str],
    *,
    near: float | None,
    overlap: float,
) -> None:
    if not train or not against:
        raise ConfigError("a leakage audit needs training data and a test collection to hold it against.")
    if len(names) != len(train) or len(set(names)) < len(names):
        raise ConfigError(f"names: {list(names)} must be {len(train)} different names, one for each training data set.")
    tests = [collection.name for collection in against]
    if len(set(tests)) < len(tests):
        raise ConfigError(f"against: two of the collections {tests} have one name.")
    if near is not None and not 0 < near <= 1:
        raise ConfigError(f"near: a Jaccard index is above 0 and at most 1, not {near}.")
    if not 0 <= overlap < 1:
        raise ConfigError(f"overlap: a share from 0 to below 1, not {overlap}.")
