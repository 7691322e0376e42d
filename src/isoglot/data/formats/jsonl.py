"""The project's own format: one item a line, ``{"id", "group", "domain", "query": {..}, "passage": {..}}``.

``group`` may also be called ``page``; without either an item is a group of its own. ``domain`` defaults to
the file's name. ``negatives`` (``{lang: [text]}``) is optional. The name may end in ``.gz``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from isoglot.data.lines import digest_files, json_lines, language_at
from isoglot.data.parallel import ParallelDataset
from isoglot.data.repeats import note_id
from isoglot.errors import DataError

_READER = "jsonl 2"


def read_jsonl(path: Path) -> ParallelDataset:
    """Read and check a JSON-lines file.

    Raises:
        DataError: with the file, line and key of the first row that cannot be used.
    """
    languages: set[str] = set()
    domains: set[str] = set()
    for row in _rows(path):
        languages |= row["query"].keys() | row["passage"].keys()
        domains.add(row["domain"])
    if not languages:
        raise DataError(f"{path}: no items in the file.")
    # The file's name is part of the content only where it names a domain.
    domain = _default_domain(path)
    key = f"{_READER} {domain if domain in domains else ''} {digest_files(path)}"
    return ParallelDataset.from_rows(_rows(path), languages=sorted(languages), key=key)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    domain = _default_domain(path)
    seen: dict[str, int] = {}
    for number, row in json_lines(path):
        where = f"{path}: line {number}"
        identity = row.get("id")
        if not isinstance(identity, str) or not identity:
            raise DataError(f'{where}: key "id" must be a non-empty string.')
        note_id(identity, path, number, seen)
        yield {
            "id": identity,
            "group": _label(row, ("group", "page"), default=identity),
            "domain": _label(row, ("domain",), default=domain),
            "query": _texts(row, "query", where),
            "passage": _texts(row, "passage", where),
            "negatives": _negatives(row, where),
        }


def _default_domain(path: Path) -> str:
    return path.name.split(".")[0]


def _label(row: dict[str, Any], keys: tuple[str, ...], *, default: str) -> str:
    """The first of these keys that the row has a value for; 0 is one."""
    values = (row.get(key) for key in keys)
    return str(next((value for value in values if value not in (None, "")), default))


def _texts(row: dict[str, Any], key: str, where: str) -> dict[str, str]:
    value = row.get(key)
    if not isinstance(value, dict) or not value:
        raise DataError(f'{where}: key "{key}" must be an object of texts by language, such as {{"en": "..."}}.')
    return {
        language: _text(value[tag], f"{key}.{tag}", where) for language, tag in _languages(value, key, where).items()
    }


def _negatives(row: dict[str, Any], where: str) -> dict[str, list[str]]:
    value = row.get("negatives") or {}
    if not isinstance(value, dict) or not all(isinstance(texts, list) for texts in value.values()):
        raise DataError(f'{where}: key "negatives" must be an object of lists of texts by language.')
    return {
        language: [_text(text, f"negatives.{tag}", where) for text in value[tag]]
        for language, tag in _languages(value, "negatives", where).items()
    }


def _languages(value: dict[str, Any], key: str, where: str) -> dict[str, str]:
    """Language -> the tag it stands under in ``value``."""
    tags: dict[str, str] = {}
    for tag in value:
        language = language_at(f'{where}: key "{key}"', tag)
        if tags.setdefault(language, tag) != tag:
            raise DataError(f'{where}: key "{key}": {tags[language]!r} and {tag!r} are one language; keep one.')
    return tags


def _text(text: Any, key: str, where: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise DataError(f'{where}: key "{key}" must be a non-empty text.')
    return text
