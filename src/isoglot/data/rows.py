"""Rows as Python has them: a list of dicts, a data frame of pandas, a ``datasets.Dataset``."""

import hashlib
import json
import operator
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from isoglot.data.items import ItemFile
from isoglot.data.parallel import ParallelDataset
from isoglot.data.tables import PASSAGES, QUERIES
from isoglot.errors import DataError
from isoglot.wording import shown

_IDS = ("id", "cluster", "group")
_COLUMNS = {*QUERIES.names, *PASSAGES.names}
_GRADES = range(-(2**63), 2**63)
_BY_LANGUAGE = ("query", "passage", "text", "negatives")

AnyRows = Any
"""An iterable of mappings, or a data frame; pandas and ``datasets`` need not be installed for the others."""


def plain_rows(rows: AnyRows, what: str) -> list[dict[str, Any]]:
    """The rows as dicts, without what is null.

    Args:
        what: what errors call the whole.

    Raises:
        DataError: it is neither an iterable of mappings nor a data frame, or a text is none.
    """
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):
        rows = rows.to_dict("records")
    if not isinstance(rows, Iterable) or isinstance(rows, str | bytes | Mapping):
        raise DataError(f"{what}: give a list of dicts, a data frame or a datasets.Dataset, not {type(rows).__name__}.")
    found = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise DataError(f"{what}: row {number} is no dict but {type(row).__name__}.")
        found.append({str(key): value for key, value in row.items() if not _is_null(value)})
        _check_encodable(found[-1], f"{what}: row {number}")
    return found


def _check_encodable(row: dict[str, Any], where: str) -> None:
    """Refuse half a surrogate pair, which Python's texts can hold and no file."""
    try:
        json.dumps(row, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise DataError(
            f"{where} holds half a surrogate pair (U+{ord(error.object[error.start]):04X}), which no UTF-8 text has: "
            "take it out."
        ) from error


def text_rows(rows: AnyRows, what: str) -> list[dict[str, Any]]:
    """The rows of a collection's side, whose values are texts; an id that is a whole number becomes one.

    Raises:
        DataError: see :func:`plain_rows`; or a value is no text.
    """
    found = []
    for number, row in enumerate(plain_rows(rows, what), start=1):
        texts = {name: _id(value) if name in _IDS else value for name, value in row.items() if name in _COLUMNS}
        for name, value in texts.items():
            if not isinstance(value, str):
                raise DataError(f'{what}: row {number}: "{name}" must be a text, but is {shown(value)}.')
        found.append(texts)
    return found


def parallel_of(rows: AnyRows) -> ParallelDataset:
    """See :meth:`isoglot.ParallelDataset.from_items`."""
    items = [{"id": str(number), **_nested(row)} for number, row in enumerate(plain_rows(rows, "items"), start=1)]
    digest = hashlib.sha256(json.dumps(items, sort_keys=True, default=str).encode()).hexdigest()

    def numbered() -> Iterator[tuple[int, dict[str, Any]]]:
        return enumerate(items, start=1)

    made = ItemFile(path=Path("items"), rows=numbered, unit="row", reader="rows 1", digest=digest)
    return made.read("positive", "whole")


def judgements_of(relevant: AnyRows, what: str) -> dict[tuple[str, str], int]:
    """(Query id, passage id) -> grade, of a mapping or of rows with ``query``, ``passage`` and, all or none, ``grade``.

    Raises:
        DataError: a row lacks one, or a grade is no whole number.
    """
    if isinstance(relevant, Mapping):
        return {_pair(key, what): _grade(value, f"{what}: {shown(key)}") for key, value in relevant.items()}
    rows = plain_rows(relevant, what)
    graded = any("grade" in row for row in rows)
    found = {}
    for number, row in enumerate(rows, start=1):
        for name in ("query", "passage", *(["grade"] if graded else [])):
            if name not in row:
                raise DataError(f"{what}: row {number} has no {name!r}; give query, passage and, all or none, grade.")
        found[str(row["query"]), str(row["passage"])] = _grade(row.get("grade", 1), f"{what}: row {number}")
    return found


def _pair(key: object, what: str) -> tuple[str, str]:
    if not isinstance(key, tuple) or len(key) != 2:
        raise DataError(f"{what}: {shown(key)} is no pair: give a dict such as {{(query id, passage id): 1}}.")
    return str(key[0]), str(key[1])


def _grade(value: Any, where: str) -> int:
    try:
        grade = int(value)
    except (TypeError, ValueError, OverflowError):
        grade = None
    if grade is None or grade not in _GRADES or (isinstance(value, float) and grade != value):
        raise DataError(f'{where}: "grade" must be a whole number of at most 64 bits, but is {shown(value)}.')
    return grade


def _id(value: object) -> object:
    """The digits of a whole number, which data frames have for ids."""
    return str(operator.index(value)) if hasattr(value, "__index__") and not isinstance(value, bool) else value


def _nested(row: Mapping[str, Any]) -> dict[str, Any]:
    """``{"query.en": ..}`` -> ``{"query": {"en": ..}}``: columns of a data frame."""
    nested: dict[str, Any] = {}
    for key, value in row.items():
        side, dot, language = key.partition(".")
        if dot and side in _BY_LANGUAGE:
            nested.setdefault(side, {})[language] = value
        elif isinstance(value, Mapping):
            nested[key] = {tag: text for tag, text in value.items() if not _is_null(text)}
        else:
            nested[key] = value
    return nested


def _is_null(value: Any) -> bool:
    """None, and what data frames have for it: NaN, which is not itself, and pandas' NA, which nothing can be asked."""
    return value is None or type(value).__name__ == "NAType" or (isinstance(value, float) and value != value)
