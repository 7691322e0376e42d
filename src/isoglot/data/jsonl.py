"""The project's own format: one item a line, ``{"id", "group", "domain", "query": {..}, "passage": {..}}``.

``group`` may also be called ``page``; without either an item is a group of its own. ``domain`` defaults to the
file's name. ``negatives`` (``{lang: [text]}``) is optional. The name may end in ``.gz``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from isoglot.data.lines import digest_files, json_lines
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError
from isoglot.languages import normalise

_READER = "jsonl 1"


def read_jsonl(path: Path) -> ParallelDataset:
    """Read and check a JSON-lines file.

    Raises:
        DataError: with the file, line and key of the first row that cannot be used.
    """
    languages: set[str] = set()
    for row in _rows(path):
        languages |= row["query"].keys() | row["passage"].keys()
    if not languages:
        raise DataError(f"{path}: no items in the file.")
    key = f"{_READER} {digest_files(path)}"
    return ParallelDataset.from_rows(_rows(path), languages=sorted(languages), key=key)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    domain = path.name.split(".")[0]
    seen: dict[str, int] = {}
    for number, row in json_lines(path):
        where = f"{path}: line {number}"
        identity = row.get("id")
        if not isinstance(identity, str) or not identity:
            raise DataError(f'{where}: key "id" must be a non-empty string.')
        if identity in seen:
            raise DataError(
                f"{where}: id {identity!r} was used in line {seen[identity]}; ids must be unique."
            )
        seen[identity] = number
        yield {
            "id": identity,
            "group": str(row.get("group") or row.get("page") or identity),
            "domain": str(row.get("domain") or domain),
            "query": _texts(row, "query", where),
            "passage": _texts(row, "passage", where),
            "negatives": _negatives(row, where),
        }


def _texts(row: dict[str, Any], key: str, where: str) -> dict[str, str]:
    value = row.get(key)
    if not isinstance(value, dict) or not value:
        raise DataError(
            f'{where}: key "{key}" must be an object of texts by language, such as {{"en": "..."}}.'
        )
    return {_language(tag, key, where): _text(text, f"{key}.{tag}", where) for tag, text in value.items()}


def _negatives(row: dict[str, Any], where: str) -> dict[str, list[str]]:
    value = row.get("negatives") or {}
    if not isinstance(value, dict) or not all(isinstance(texts, list) for texts in value.values()):
        raise DataError(f'{where}: key "negatives" must be an object of lists of texts by language.')
    return {
        _language(tag, "negatives", where): [_text(text, f"negatives.{tag}", where) for text in texts]
        for tag, texts in value.items()
    }


def _language(tag: str, key: str, where: str) -> str:
    try:
        return normalise(tag)
    except DataError as error:
        raise DataError(f'{where}: key "{key}": {error}') from error


def _text(text: Any, key: str, where: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise DataError(f'{where}: key "{key}" must be a non-empty text.')
    return text
