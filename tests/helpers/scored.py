"""A run scored on one collection."""

from pathlib import Path
from typing import Any

from isoglot.evaluation.results import CollectionResult
from isoglot.evaluation.score import ScoreOptions, score


def scored(run: Path, qrels: Path, **options: Any) -> CollectionResult:
    (found,) = score(run, qrels, options=ScoreOptions(**options)).collections.values()
    return found
