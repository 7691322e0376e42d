"""Results that were saved, read back for comparisons."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from isoglot.errors import DataError
from isoglot.evaluation.results import topics_path
from isoglot.evaluation.settings import Setting
from isoglot.evaluation.topics import Topics, read_topics

_SAME = 1e-9  # of sums of the same numbers in another order
_GROUPS = (*get_args(Setting), "bias")
_NOT_A_MEAN = "rank_distance_median"  # the one average that is not of per-query values of its own


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
        known = known and all(_is_result(result) for result in found["collections"].values())
    except (ValueError, AttributeError, TypeError):
        known = False
    if not known:
        raise DataError(f"{path}: not a results file; `isoglot evaluate --save` writes one.")
    return dict(found)


def _is_result(result: Any) -> bool:
    return (
        isinstance(result, dict)
        and "fingerprint" in result
        and all(isinstance(result.get(group, {}), dict) for group in _GROUPS)
    )


def _check_same(result: dict[str, Any], topics: Topics, collection: str, path: Path) -> None:
    """An evaluation that was killed between its two files must not pass for a whole one."""
    lost = {(group, name) for group in _GROUPS for name in result.get(group, {}) if name != _NOT_A_MEAN}
    for table, scores in topics.tables.items():
        group = table if table in _GROUPS else "bias"
        for name in scores.values:
            lost.discard((group, name))
            shown, value = result.get(group, {}).get(name), scores.macro(name)
            near = isinstance(shown, int | float) and abs(shown - value) <= _SAME * max(1.0, abs(value))
            if shown is not None and not near:
                raise DataError(
                    f"{topics_path(path)}: {collection}, {table} {name} averages {value:.6g}, but {path.name} says "
                    f"{shown}; the files are not of one evaluation, so evaluate again."
                )
    for group, name in sorted(lost):
        raise DataError(
            f"{topics_path(path)}: {collection}, no values of {group} {name}, which {path.name} has; evaluate again."
        )
