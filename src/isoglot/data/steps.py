"""Data sets that are made in steps and kept: work that was killed goes on after the last step that is whole."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError
from isoglot.files import write_json


@dataclass(frozen=True, kw_only=True)
class Made:
    """What the work of a step gave.

    Attributes:
        data: the items after it.
        facts: what it did and dropped, as JSON.
        whole: false where another run could do more, such as translate a text that the engine failed at.
    """

    data: ParallelDataset
    facts: dict[str, Any]
    whole: bool = True


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step that is done.

    Attributes:
        name: such as ``clean``.
        path: the Parquet file of the items after it; the facts are beside it, as JSON.
        data: these items.
        facts: what it did and dropped.
        kept: whether an earlier run did it.
    """

    name: str
    path: Path
    data: ParallelDataset
    facts: dict[str, Any]
    kept: bool


def kept_step(folder: Path, name: str, parts: Mapping[str, Any], make: Callable[[], Made]) -> Step:
    """Make a step's result, or read it where it was made before. Processes on one machine make it once.

    Args:
        folder: of all steps.
        name: the step's.
        parts: everything that decides the result, as JSON; the fingerprint of the items before it among them.
        make: does the work.

    Raises:
        StorageError: the disk is full.
    """
    path = folder / f"{name}-{content_fingerprint(parts)}.parquet"
    record = path.with_suffix(".json")
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        found = _read(record, path)
        kept = found is not None
        if found is None:
            made = make()
            made.data.save(path)
            if made.whole:
                write_json(made.facts, record)  # last: it says that the step is whole
            found = made.facts, ParallelDataset.open(path)
    return Step(name=name, path=path, data=found[1], facts=found[0], kept=kept)


def _read(record: Path, path: Path) -> tuple[dict[str, Any], ParallelDataset] | None:
    """What an earlier run kept; None where one of its files is not there, or cut."""
    if not (record.is_file() and path.is_file()):
        return None
    try:
        return json.loads(record.read_text(encoding="utf-8")), ParallelDataset.open(path)
    except (ValueError, DataError):
        return None


def content_fingerprint(parts: Mapping[str, Any]) -> str:
    """12 hexadecimal digits that name what decides a result, which is JSON; the order of keys makes no difference."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]
