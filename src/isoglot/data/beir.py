"""BEIR folders (Thakur et al. 2021, arXiv 2104.08663) whose rows carry a language.

``corpus.jsonl`` (``_id``, ``text``, ``lang``, optional ``title`` and ``group``), ``queries.jsonl`` (``_id``,
``text``, ``lang``, optional ``cluster``, ``domain`` and ``group``) and ``qrels/test.tsv`` (header, then
``query-id  corpus-id  score``).
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from isoglot.data.collection import Collection
from isoglot.data.lines import json_lines, language_at, numbered_lines
from isoglot.errors import DataError
from isoglot.files import whole_file


def read_beir(folder: Path) -> Collection:
    """Read a BEIR folder; its name becomes the collection's.

    Raises:
        DataError: with the file, line and key of the first row that cannot be used.
    """
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    passages = [
        {**_common(row), "text": _titled(row.get("title"), row["text"]), **_present(row, "group")}
        for row in _rows(corpus)
    ]
    questions = [
        {**_common(row), "text": row["text"], **_present(row, "cluster", "domain", "group")} for row in _rows(queries)
    ]
    known = {row["id"] for row in questions}, {row["id"] for row in passages}
    relevant = _qrels(folder / "qrels" / "test.tsv", queries=known[0], passages=known[1])
    return Collection.from_rows(folder.resolve().name, queries=questions, passages=passages, relevant=relevant)


def write_beir(collection: Collection, folder: Path) -> None:
    """Write a collection as a BEIR folder; each file appears whole or not at all.

    Raises:
        DataError: an id that the columns of the qrels file cannot hold.
    """
    query_ids, passage_ids = collection.queries["id"].to_pylist(), collection.passages["id"].to_pylist()
    for identity in (*query_ids, *passage_ids):
        if re.search(r"[\t\r\n]", identity):
            raise DataError(f"{folder}: id {identity!r} has a tab or a line break in it, which qrels cannot hold.")
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    _write_lines(folder / "corpus.jsonl", (_json(row) for row in collection.passages.to_pylist()))
    _write_lines(folder / "queries.jsonl", (_json(row) for row in collection.queries.to_pylist()))
    judged = collection.judgements
    lines = (
        f"{query_ids[query]}\t{passage_ids[passage]}\t{grade}"
        for query, passage, grade in zip(judged.query, judged.passage, judged.grade, strict=True)
    )
    _write_lines(folder / "qrels" / "test.tsv", ("query-id\tcorpus-id\tscore", *lines))


def _common(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": row["_id"], "lang": row["lang"]}


def _present(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: row[key] for key in keys if row.get(key) not in (None, "")}


def _titled(title: str | None, text: str) -> str:
    return f"{title} {text}".strip() if title else text


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    seen: dict[str, int] = {}
    for number, row in json_lines(path):
        where = f"{path}: line {number}"
        for key in ("_id", "text", "lang"):
            if not isinstance(row.get(key), str) or not row[key].strip():
                raise DataError(f'{where}: key "{key}" must be a non-empty string.')
        if row["_id"] in seen:
            raise DataError(f"{where}: _id {row['_id']!r} was used in line {seen[row['_id']]}; ids must be unique.")
        seen[row["_id"]] = number
        yield {**row, "lang": language_at(f'{where}: key "lang"', row["lang"])}
    if not seen:
        raise DataError(f"{path}: no rows in the file.")


def _qrels(path: Path, *, queries: set[str], passages: set[str]) -> dict[tuple[str, str], int]:
    relevant: dict[tuple[str, str], int] = {}
    for number, line in numbered_lines(path):
        fields = line.split("\t")
        if number == 1 and fields[0] == "query-id":
            continue
        where = f"{path}: line {number}"
        if len(fields) != 3 or not re.fullmatch(r"-?[0-9]+", fields[2]):
            raise DataError(f"{where}: must be query-id, corpus-id and a whole score, separated by tabs.")
        query, passage, score = fields
        if query not in queries:
            raise DataError(f"{where}: query {query!r} is not in queries.jsonl.")
        if passage not in passages:
            raise DataError(f"{where}: passage {passage!r} is not in corpus.jsonl; add it or remove the line.")
        relevant[query, passage] = int(score)
    if not relevant:
        raise DataError(f"{path}: no judgement in the file.")
    return relevant


def _json(row: Mapping[str, Any]) -> str:
    return json.dumps({"_id": row["id"], **{k: v for k, v in row.items() if k != "id"}}, ensure_ascii=False)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with whole_file(path) as part, part.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
