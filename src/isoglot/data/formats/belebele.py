"""Belebele (Bandarkar et al. 2024, arXiv 2308.16884) as a collection: one passage, all languages, all answer.

A folder of JSON lines, a file a language variant, named after its FLORES-200 code (``eng_Latn.jsonl``). Rows are
``link``, ``question_number``, ``flores_passage``, ``question``, ``dialect`` and four answers, which are not used.
The link names the passage, which stands with each of its one or two questions; its first text is taken. Relevant to
a question in any language is its passage in every language.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from isoglot.data.collection import Collection
from isoglot.data.judgements import Judgements
from isoglot.data.lines import json_lines, language_at, text_at
from isoglot.data.tables import PASSAGES, QUERIES, numbered, passage_table, query_table, rows_table
from isoglot.errors import DataError
from isoglot.languages import normalise

_NAMES, _TEXTS = ("link", "dialect"), ("flores_passage", "question")


def read_belebele(folder: Path, *, languages: Sequence[str] | None = None, strict: bool = False) -> Collection:
    """Read Belebele.

    With all 122 variants every question has 122 relevant passages, 13.4 million judgements in all: choose
    languages unless that is wanted.

    Args:
        folder: where the files lie.
        languages: BCP 47 or FLORES-200 codes (``zh-Hans``, ``zho_Hans``); all in the folder if None.
        strict: see :mod:`isoglot.data.published`.

    Raises:
        DataError: a file is missing, or has a row that cannot be used or a question twice.
    """
    passages: dict[str, dict[str, str]] = {}
    queries: dict[str, dict[str, str]] = {}
    for path in _files(folder, languages):
        for where, row in _rows(path):
            language, link, number = row["dialect"], row["link"], row["question_number"]
            identity = f"{language}/{link}"
            entry = {"id": identity, "text": row["flores_passage"], "lang": language, "group": link}
            passages.setdefault(identity, entry)
            query = f"{identity}/{number}"
            if query in queries:
                raise DataError(f"{where}: question {number} on {link!r} occurs twice in {language}.")
            group = {"cluster": link, "group": f"{link}/{number}"}
            queries[query] = {"id": query, "text": row["question"], "lang": language, **group}
    asked = query_table(rows_table([*queries.values()], QUERIES), "belebele: query", domain="belebele")
    texts = passage_table(rows_table([*passages.values()], PASSAGES), "belebele: passage")
    keys = numbered(pa.chunked_array([*asked["cluster"].chunks, *texts["group"].chunks]))
    judgements = Judgements.by_key(keys[: len(asked)], keys[len(asked) :])
    return Collection.published("belebele", queries=asked, passages=texts, judgements=judgements, strict=strict)


def _files(folder: Path, languages: Sequence[str] | None) -> list[Path]:
    found: dict[str, Path] = {}
    for path in sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")]):
        found.setdefault(language_at(f"{path}: the file's name", path.name.split(".")[0]), path)
    if not found:
        raise DataError(f"{folder / 'eng_Latn.jsonl'}: no such file, nor one of another language.")
    chosen = found if languages is None else [normalise(language) for language in languages]
    for language in chosen:
        if language not in found:
            raise DataError(f"{folder}: no file for {language!r}; it has {', '.join(found)}.")
    return [path for language, path in found.items() if language in chosen]


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, row in json_lines(path):
        where = f"{path}: line {number}"
        for key in _NAMES:
            if not isinstance(row.get(key), str) or not row[key].strip():
                raise DataError(f'{where}: key "{key}" must be a non-empty string.')
        texts = {key: text_at(where, row, key) for key in _TEXTS}
        if "question_number" not in row:
            raise DataError(f'{where}: key "question_number" is missing.')
        yield where, {**row, **texts, "dialect": language_at(f'{where}: key "dialect"', row["dialect"])}
