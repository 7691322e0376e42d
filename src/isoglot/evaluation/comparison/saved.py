"""Results that were saved, read back for comparisons."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isoglot.errors import DataError
from isoglot.evaluation.results import topics_path
from isoglot.evaluation.topics import Topics, read_topics

_SAME = 1e-9  # of sums of the same numbers in another order


@dataclass(frozen=True)
class SavedCollection:
    """Attributes:
    fingerprint: of the collection.
    topics: the per-query values.
    """

    fingerprint: str
    topics: Topics


@dataclass(frozen=True, kw_only=True)
class SavedResults:
    """Attributes:
    path: the JSON file.
    encoder: what the encoder is called in it.
    collections: name -> fingerprint and per-query values.
    """

    path: Path
    encoder: str
    collections: dict[str, SavedCollection]


def read_results(path: Path) -> SavedResults:
    """Read ``NAME.json`` and the per-query values beside it, ``NAME.topics.parquet``.

    Raises:
        DataError: one of the files is missing, is not what ``Evaluation.save`` writes, or they do not belong
            to each other.
    """
    found = _read_json(path)
    topics = read_topics(topics_path(path))
    for name, result in found["collections"].items():
        if name not in topics:
            raise DataError(f"{topics_path(path)}: no values of {name}, which {path.name} has; evaluate again.")
        _check_same(result, topics[name], name, path)
    return SavedResults(
        path=path,
        encoder=str(found["encoder"]),
        collections={
            name: SavedCollection(str(result["fingerprint"]), topics[name])
            for name, result in found["collections"].items()
        },
    )


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise DataError(f"{path}: no such file; results are written by `isoglot evaluate --save`.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        known = {"encoder", "collections"} <= found.keys()
        known = known and all("fingerprint" in result for result in found["collections"].values())
    except (ValueError, AttributeError, TypeError):
        known = False
    if not known:
        raise DataError(f"{path}: not a results file; `isoglot evaluate --save` writes one.")
    return dict(found)


def _check_same(result: dict[str, Any], topics: Topics, collection: str, path: Path) -> None:
    """An evaluation that was killed between its two files must not pass for a whole one."""
    for table, scores in topics.tables.items():
        for name in scores.values:
            shown, value = result.get(table, result.get("bias", {})).get(name), scores.macro(name)
            if shown is not None and not abs(shown - value) <= _SAME * max(1.0, abs(value)):
                raise DataError(
                    f"{topics_path(path)}: {collection}, {table} {name} averages {value:.6g}, but {path.name} says "
                    f"{shown}; the files are not of one evaluation, so evaluate again."
                )
