"""A test collection as three tables: passages, queries and judgements, as BEIR and MTEB publish them on the hub.

Passages have ``_id`` or ``id``, ``text`` and perhaps ``title``, queries ``_id`` or ``id`` and ``text``, judgements
``query-id``, ``corpus-id`` and perhaps ``score``. A row may state its ``lang``; the others are in a language that is
told. Queries that are not judged are left out, as MTEB does (Muennighoff et al. 2023, arXiv 2210.07316).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from isoglot.data.collection import Collection
from isoglot.data.filerows import columns_of, file_rows
from isoglot.data.lines import id_at, language_at, text_at
from isoglot.data.repeats import note_id
from isoglot.data.store import Passage, stored_passages
from isoglot.data.tables import QUERIES, query_table, rows_table
from isoglot.errors import DataError
from isoglot.wording import listed

_IDS = ("_id", "id", "docid", "query_id")
_TEXTS = ("text", "contents", "query")


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The files of a collection.

    Attributes:
        passages, queries, judgements: in the order in which they are read.
        digest: of the passages' content.
        query_language, passage_language: of rows that state none.
        language_hint: how a language is told, for messages.
    """

    passages: Sequence[Path]
    queries: Sequence[Path]
    judgements: Sequence[Path]
    digest: str
    query_language: str | None
    passage_language: str | None
    language_hint: str


def read_tables(name: str, tables: Tables, *, strict: bool = False) -> Collection:
    """Read a collection; the passages are memory-mapped (:mod:`isoglot.data.store`).

    Raises:
        DataError: with the file, row and column of the first row that cannot be used.
    """
    for paths, columns in ((tables.passages, _TEXTS), (tables.queries, _TEXTS), (tables.judgements, ("query-id",))):
        _check_columns(paths[0], columns)
    grades = _grades(tables.judgements)
    asked = {query for query, _ in grades}
    rows = [row for row in _queries(tables) if row["id"] in asked]
    if not rows:
        raise DataError(f"{name}: no query is judged: the ids of queries and judgements do not agree.")
    queries = query_table(rows_table(rows, QUERIES), f"{name}: query", domain=name)
    return Collection.judged_by_id(name, queries=queries, passages=_passages(tables), relevant=grades, strict=strict)


def _check_columns(path: Path, one_of: Sequence[str]) -> None:
    columns = columns_of(path)
    if not set(one_of) & set(columns):
        raise DataError(f"{path}: has no column {one_of[0]!r}; its columns are {listed(columns, most=12)}.")


def _passages(tables: Tables) -> pa.Table:
    def rows() -> Iterator[Passage]:
        for path, number, where, row in _rows(tables.passages):
            identity, text = _identity(row, where), text_at(where, row, *_present(row, _TEXTS))
            if row.get("title"):
                text = f"{row['title']} {text}".strip()
            language = _language(row, tables.passage_language, where, tables.language_hint)
            yield Passage(identity, text, language, str(row.get("group") or identity), str(path), number)

    return stored_passages(f"tables 1 {tables.passage_language} {tables.digest}", rows, identity="_id")


def _queries(tables: Tables) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for path, number, where, row in _rows(tables.queries):
        identity = _identity(row, where)
        note_id(identity, path, number, seen, key="_id", unit="row")
        language = _language(row, tables.query_language, where, tables.language_hint)
        yield {"id": identity, "text": text_at(where, row, *_present(row, _TEXTS)), "lang": language}


def _grades(paths: Sequence[Path]) -> dict[tuple[str, str], int]:
    grades: dict[tuple[str, str], int] = {}
    for _, _, where, row in _rows(paths):
        pair = (
            id_at(f'{where}: "query-id"', row.get("query-id")),
            id_at(f'{where}: "corpus-id"', row.get("corpus-id")),
        )
        try:
            grade = int(row.get("score", 1))
        except (TypeError, ValueError) as error:
            raise DataError(f'{where}: "score" must be a whole number, but is {row.get("score")!r}.') from error
        if grades.setdefault(pair, grade) != grade:
            raise DataError(f"{where}: passage {pair[1]!r} is judged twice for query {pair[0]!r}, and not alike.")
    return grades


def _rows(paths: Sequence[Path]) -> Iterator[tuple[Path, int, str, dict[str, Any]]]:
    for path in paths:
        for number, row in file_rows(path):
            yield path, number, f"{path}: row {number}", row


def _identity(row: Mapping[str, Any], where: str) -> str:
    key = next(iter(_present(row, _IDS)), "_id")
    return id_at(f'{where}: "{key}"', row.get(key))


def _present(row: Mapping[str, Any], keys: Sequence[str]) -> list[str]:
    return [key for key in keys if key in row] or list(keys[:1])


def _language(row: Mapping[str, Any], told: str | None, where: str, hint: str) -> str:
    tag = row.get("lang") or told
    if not isinstance(tag, str) or not tag.strip():
        raise DataError(f"{where}: states no language; say it, as {hint}.")
    return language_at(where, tag)
