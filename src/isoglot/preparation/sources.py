"""Reading what people have."""

from collections import Counter
from pathlib import Path
from typing import Any

from isoglot.data.choice import draw_items
from isoglot.data.formats.squadanswers import with_answers
from isoglot.data.given import given_parallel
from isoglot.data.parallel import ParallelDataset
from isoglot.documents.catalogues import read_catalogues
from isoglot.documents.counts import DocumentCounts
from isoglot.documents.read import read_documents
from isoglot.languages import normalise
from isoglot.preparation.config import SourceConfig


def read_source(source: SourceConfig) -> tuple[ParallelDataset, dict[str, Any]]:
    """The items of a source, and what was read and lost on the way, as JSON.

    Raises:
        DataError: the source is not there, cannot be read, or has nothing that is asked for.
        FetchError: it could not be downloaded.
        ConfigError, TranslationError: it needs a library that is not installed.
    """
    data, facts = _read(source)
    if source.languages is not None:
        data = data.restrict(source.languages)
    if source.max_items is not None:
        data = draw_items(data, source.max_items)
    if source.answers is not None and isinstance(source.data, dict):
        files = {normalise(tag): Path(file) for tag, file in source.data.items()}
        data = with_answers(data, files, source.answers)
    return data, {**facts, "items": len(data), "fingerprint": data.fingerprint}


def _read(source: SourceConfig) -> tuple[ParallelDataset, dict[str, Any]]:
    if source.documents is not None:
        data, counts = read_documents(source.documents, domain=str(source.domain))
        return data, {"documents": _names(source.documents), **_facts(counts)}
    if source.catalogues is not None:
        data, counts = read_catalogues(source.catalogues, original=source.original, domain=str(source.domain))
        return data, {"catalogues": _names(source.catalogues), **_facts(counts)}
    data = given_parallel(source.data or "", to_train=True)
    return data, {"data": source.data, **({"left_out": data.left_out} if data.left_out else {})}


def _names(folders: dict[str, Path]) -> dict[str, str]:
    return {language: str(path) for language, path in folders.items()}


def _facts(counts: DocumentCounts) -> dict[str, Any]:
    """All counts, and what was lost summed over languages."""
    rows = counts.table()
    lost: Counter[str] = Counter()
    for _, what, reason, count in rows:
        if reason:
            lost[f"{what} {reason}"] += count
    names = ("language", "what", "reason", "count")
    return {"lost": dict(lost.most_common()), "counts": [dict(zip(names, row, strict=True)) for row in rows]}
