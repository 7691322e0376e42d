"""Training data held against test collections: the data, without what leaks if that is wanted, and its certificate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from isoglot.data.collection import Collection
from isoglot.data.parallel import ParallelDataset
from isoglot.leakage.find import find_leaks
from isoglot.leakage.report import LeakReport, certificate, without_leaks


@dataclass(frozen=True, kw_only=True)
class Audited:
    """Attributes:
    data: name -> the items to train on.
    certificate: of these items (:func:`isoglot.leakage.report.certificate`).
    dropped: items that were left out.
    """

    data: dict[str, ParallelDataset]
    certificate: dict[str, Any]
    dropped: int


def audited(
    data: Mapping[str, ParallelDataset],
    tests: Sequence[Collection],
    *,
    drop: bool,
    found: Callable[[LeakReport], object] | None = None,
) -> Audited:
    """Look for test collections in training data, as it is trained on.

    Where leaking groups are dropped, what is left is audited again, and the certificate is of that. The same data
    gives the same items every time.

    Args:
        data: name -> training data, every part of which has a say in the model.
        tests: the test collections, as :func:`isoglot.leakage.collections.load_audited` reads them.
        drop: leave out the groups that leak.
        found: told of all that leaks, before anything is dropped; may refuse to go on, by an error.

    Raises:
        DataError: nothing is left of a data set.
        ConfigError: two collections have one name, or the library for near duplicates is missing.
    """
    left, dropped = dict(data), 0
    report = _audit(left, tests)
    if found is not None:
        found(report)
    if drop and not report.clean:
        left = {name: without_leaks(dataset, report) for name, dataset in data.items()}
        dropped = sum(source.leaking for source in report.sources)
        report = _audit(left, tests)
    return Audited(data=left, certificate=certificate(report), dropped=dropped)


def _audit(data: Mapping[str, ParallelDataset], tests: Sequence[Collection]) -> LeakReport:
    return find_leaks(list(data.values()), tests, names=list(data), examples=0)
