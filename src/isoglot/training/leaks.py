"""The audit of a run's own training data: what of it is in test collections, and the data without that."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from isoglot.data.collection import Collection
from isoglot.errors import ConfigError, DataError, FetchError
from isoglot.leakage.audited import audited
from isoglot.leakage.collections import load_audited
from isoglot.leakage.report import LeakReport
from isoglot.progress import doing
from isoglot.training.config import LeaksConfig
from isoglot.training.data import TrainingData

Say = Callable[[str], object]

VALIDATION = "validation"
"""What the validation items are called among the sources."""


@dataclass(frozen=True, kw_only=True)
class AuditedData:
    """What is trained and validated on.

    Attributes:
        data: the training items of each source, and the validation items.
        certificate: of these items (:func:`isoglot.leakage.report.certificate`); None where nothing was audited.
        dropped: training and validation items that were left out.
    """

    data: TrainingData
    certificate: dict[str, Any] | None
    dropped: int

    @property
    def record(self) -> dict[str, Any] | None:
        """The certificate in short; None where nothing was audited."""
        if self.certificate is None:
            return None
        return {
            "against": [collection["name"] for collection in self.certificate["collections"]],
            "clean": self.certificate["clean"],
            "dropped": self.dropped,
        }


def audited_data(config: LeaksConfig, data: TrainingData, *, say: Say | None = None) -> AuditedData:
    """Look for the test collections in the training and the validation items (:func:`isoglot.leakage.audited.audited`).

    Validation items count like training items: they choose the checkpoint.

    Args:
        config: what to look for, and whether to drop it. Without a collection nothing is done.
        data: the training items of each source, and the validation items.
        say: told in a line what was found.

    Raises:
        DataError, FetchError: a collection cannot be had, or nothing is left of the items.
        ConfigError: two collections have one name, or the library for near duplicates is missing.
    """
    if not config.against:
        return AuditedData(data=data, certificate=None, dropped=0)
    tests = list(_tests(config.against))
    parts = dict(data.parts) if data.validation is None else {**data.parts, VALIDATION: data.validation}

    def found(report: LeakReport) -> None:
        if say is not None:
            say(_line(report, drop=config.drop))
        if config.drop:
            _check_rest(report)

    try:
        with doing(f"looking for leaks into {', '.join(config.against)}"):
            result = audited(parts, tests, drop=config.drop, found=found)
    except ConfigError as error:
        raise ConfigError(f"key 'leaks.against': {error}") from error
    left = dict(result.data)
    held_out = left.pop(VALIDATION, None)
    return AuditedData(
        data=TrainingData(parts=left, validation=held_out),
        certificate=result.certificate,
        dropped=result.dropped,
    )


def _tests(against: Sequence[str]) -> Iterator[Collection]:
    for source in against:
        try:
            yield load_audited(source)
        except (DataError, FetchError) as error:
            raise type(error)(f"key 'leaks.against': {error}") from error


def _check_rest(report: LeakReport) -> None:
    for source in report.sources:
        if source.leaking == source.items:
            raise DataError(
                f"key 'leaks.drop': all {source.items:,} {source.name} items leak into {_hit(report)} or share a group "
                "with one that does, so none would be left; take other data, or keep them with leaks.drop = false."
            )


def _line(report: LeakReport, *, drop: bool) -> str:
    items = sum(source.items for source in report.sources)
    if report.clean:
        return f"leaks: none of {items:,} items leaks into {_names(report)}."
    direct, leaking = (sum(getattr(source, key) for source in report.sources) for key in ("direct", "leaking"))
    what = f"dropped with their groups, {leaking:,} items in all" if drop else "kept"
    return f"leaks: {direct:,} of {items:,} items leak into {_hit(report)}; {what}."


def _names(report: LeakReport) -> str:
    return ", ".join(collection.name for collection in report.collections)


def _hit(report: LeakReport) -> str:
    """The collections that anything leaks into."""
    return ", ".join(dict.fromkeys(cell.collection for cell in report.cells if cell.any))
