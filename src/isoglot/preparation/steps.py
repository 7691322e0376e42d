"""Steps whose results are kept: a preparation that was killed goes on after the last step that is whole."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from isoglot.data.parallel import ParallelDataset
from isoglot.files import write_json

_FORM = 2  # counts what changed in what steps do and how they are kept, so that no older result is served


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
        data: the items after it.
        facts: what it did and dropped, as JSON, and the ``seconds`` it took.
        kept: whether an earlier run did it.
    """

    name: str
    data: ParallelDataset
    facts: dict[str, Any]
    kept: bool


def kept_step(folder: Path, name: str, parts: dict[str, Any], make: Callable[[], Made]) -> Step:
    """Make a step's result, or read it where it was made before.

    Args:
        folder: of all steps.
        name: the step's.
        parts: everything that decides the result, as JSON; the fingerprint of the items before it among them.
        make: does the work.
    """
    key = hashlib.sha256(json.dumps({"form": _FORM, **parts}, sort_keys=True).encode()).hexdigest()[:12]
    path = folder / f"{name}-{key}.parquet"
    record = path.with_suffix(".json")
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        kept = record.is_file() and path.is_file()
        if kept:
            facts = json.loads(record.read_text(encoding="utf-8"))
        else:
            begun = time.monotonic()
            made = make()
            facts = {"seconds": round(time.monotonic() - begun, 1), **made.facts}
            made.data.save(path)
            if made.whole:
                write_json(facts, record)  # last: it says that the step is whole
    return Step(name=name, data=ParallelDataset.open(path), facts=facts, kept=kept)
