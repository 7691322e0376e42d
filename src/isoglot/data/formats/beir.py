"""BEIR folders (Thakur et al. 2021, arXiv 2104.08663) whose rows carry a language, or that are told theirs.

``corpus.jsonl`` (``_id``, ``text``, ``lang``, optional ``title`` and ``group``), ``queries.jsonl`` (``_id``,
``text``, ``lang``, optional ``cluster``, ``domain`` and ``group``) and ``qrels/{split}.tsv`` (header, then
``query-id  corpus-id  score``). Any of them may be gzipped, its name then ending in ``.gz``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from isoglot.data.collection import Collection
from isoglot.data.lines import id_at, json_lines, language_at, text_at
from isoglot.data.repeats import note_id
from isoglot.data.store import Passage, files_key, stored_passages
from isoglot.data.tables import QUERIES, first_match, query_table, rows_table
from isoglot.data.trec.qrels import Qrels, read_qrels
from isoglot.errors import DataError
from isoglot.files import resolved, whole_file


def read_beir(
    folder: Path, *, language: str | None = None, split: str | None = None, strict: bool = False
) -> Collection:
    """Read a BEIR folder; its name becomes the collection's. The corpus is memory-mapped (see ``store``).

    Where the folder has several splits, queries that the chosen one does not judge are left out, as those
    who publish such folders do.

    Args:
        folder: the folder.
        language: of rows that have no ``lang``.
        split: the file of judgements; ``test`` if None, or the only one there.
        strict: see :mod:`isoglot.data.published`.

    Raises:
        DataError: with the file, line and key of the first row that cannot be used.
    """
    passages = read_corpus(folder, language=language)
    path = packed(folder / "queries.jsonl")
    name = resolved(folder).name
    rows = list(_queries(path, language))
    qrels, alone = _qrels(folder / "qrels", split)
    if not alone:
        judged = set(qrels.queries.to_pylist())
        rows = [row for row in rows if row["id"] in judged] or rows
    queries = query_table(rows_table(rows, QUERIES), f"{name}: query", domain=name)
    return Collection.published(
        name,
        queries=queries,
        passages=passages,
        judgements=qrels.located(queries=queries, passages=passages),
        judged=qrels.judged,
        strict=strict,
    )


def read_corpus(folder: Path, *, language: str | None = None) -> pa.Table:
    """The passages of a folder's ``corpus.jsonl``, memory-mapped: ``id, text, lang, group``.

    The text is the title, a space and the text; the group defaults to the id.

    Raises:
        DataError: with the file, line and key of the first row that cannot be used.
    """
    path = packed(folder / "corpus.jsonl")
    if not path.is_file():
        raise DataError(f"{path}: no such file.")

    def rows() -> Iterator[Passage]:
        for number, row in _rows(path, language, titled=True):
            group = str(_present(row, "group").get("group", row["_id"]))
            yield Passage(row["_id"], row["text"], row["lang"], group, str(path), number)

    return stored_passages(f"beir {language}\n{files_key([path])}", rows, identity="_id")


def packed(path: Path) -> Path:
    """The file, or its gzipped form where only that is there."""
    beside = path.with_name(f"{path.name}.gz")
    return beside if beside.is_file() and not path.is_file() else path


def write_beir(collection: Collection, folder: Path) -> None:
    """Write a collection as a BEIR folder; each file appears whole or not at all.

    Raises:
        DataError: an id that the columns of the qrels file cannot hold.
    """
    for column in (collection.queries["id"], collection.passages["id"]):
        bad = first_match(column, r"[\t\r\n]")
        if bad is not None:
            raise DataError(f"{folder}: id {bad!r} has a tab or a line break in it, which qrels cannot hold.")
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    _write_lines(folder / "corpus.jsonl", _json_rows(collection.passages))
    _write_lines(folder / "queries.jsonl", _json_rows(collection.queries))
    judged = collection.judgements
    queries = collection.queries["id"].take(pa.array(judged.query)).to_pylist()
    passages = collection.passages["id"].take(pa.array(judged.passage)).to_pylist()
    triples = zip(queries, passages, judged.grade.tolist(), strict=True)
    lines = (f"{query}\t{passage}\t{grade}" for query, passage, grade in triples)
    _write_lines(folder / "qrels" / "test.tsv", chain(["query-id\tcorpus-id\tscore"], lines))


def _queries(path: Path, language: str | None) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for number, row in _rows(path, language):
        note_id(row["_id"], path, number, seen, key="_id")
        yield {
            "id": row["_id"],
            "text": row["text"],
            "lang": row["lang"],
            **_present(row, "cluster", "domain", "group"),
        }


def _rows(path: Path, language: str | None, *, titled: bool = False) -> Iterator[tuple[int, dict[str, Any]]]:
    """(Line, row) with a text, which may be empty and begins with the title where there may be one, and a standard
    language.
    """
    number = 0
    for number, row in json_lines(path):
        where = f"{path}: line {number}"
        row["_id"] = id_at(f'{where}: key "_id"', row.get("_id"))
        row["text"] = text_at(where, row, "text")
        if titled and row.get("title"):
            row["text"] = f"{row['title']} {row['text']}".strip()
        tag = row.get("lang") or language
        if not isinstance(tag, str) or not tag.strip():
            hint = "unless the folder is read as beir@LANGUAGE:FOLDER"
            raise DataError(f'{where}: key "lang" must be a non-empty string, {hint}.')
        yield number, {**row, "lang": language_at(f'{where}: key "lang"', tag)}
    if not number:
        raise DataError(f"{path}: no rows in the file.")


def _present(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: row[key] for key in keys if row.get(key) not in (None, "")}


def _qrels(folder: Path, split: str | None) -> tuple[Qrels, bool]:
    """The judgements of a split, and whether the folder has no other."""
    splits = {path.name.removesuffix(".gz").removesuffix(".tsv"): path for path in sorted(folder.glob("*.tsv*"))}
    chosen = split or ("test" if "test" in splits or len(splits) != 1 else next(iter(splits)))
    if chosen not in splits and splits:
        raise DataError(f"{folder}: no split {chosen!r}; the folder has {', '.join(splits)}.")
    path = splits.get(chosen, folder / f"{chosen}.tsv")
    return read_qrels(path, layout="beir", repeats=True), len(splits) == 1


def _json_rows(table: pa.Table) -> Iterator[str]:
    for batch in table.to_batches(max_chunksize=1_000):
        for row in batch.to_pylist():
            yield json.dumps({"_id": row.pop("id"), **row}, ensure_ascii=False)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with whole_file(path) as part, part.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
