"""MIRACL 1.0 (Zhang et al. 2023, arXiv 2210.09984) and Mr. TyDi 1.1 (Zhang et al. 2021, arXiv 2108.08787).

Files are found by their official names anywhere under one folder, gzipped (``.gz``) or not:

- MIRACL: ``topics.miracl-v1.0-ar-dev.tsv`` and ``qrels.miracl-v1.0-ar-dev.tsv`` in any folder, and the corpus in
  ``miracl-corpus-v1.0-ar/docs-0.jsonl.gz``, ``docs-1.jsonl.gz`` and so on (``docid``, ``title``, ``text``).
- Mr. TyDi: ``mrtydi-v1.0-arabic/`` with ``topic.dev.tsv``, ``qrels.dev.txt`` and ``collection/docs.jsonl.gz``
  (``id``, ``contents``; or ``docid``, ``title``, ``text``).

Topics are ``query id, tab, text``; judgements are TREC qrels. A passage's text is its title, a space and its text.
The languages read together are one pool, its passages ordered by language; with more than one, ids begin with the
language (``ar/12#0``), since those of different languages are alike.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from isoglot.data.collection import Collection
from isoglot.data.formats.tydi import WORDS
from isoglot.data.judgements import Judgements
from isoglot.data.lines import id_at, json_lines, text_at
from isoglot.data.published import Judged
from isoglot.data.store import Passage, files_key, stored_passages
from isoglot.data.tables import PASSAGES, QUERIES, query_table, rows_table
from isoglot.data.trec.qrels import Qrels, read_qrels
from isoglot.data.trec.topics import read_topics
from isoglot.errors import DataError
from isoglot.languages import normalise


@dataclass(frozen=True)
class _Files:
    """The files of one language."""

    topics: Path
    qrels: Path
    corpus: tuple[Path, ...]


def read_miracl(
    folder: Path,
    *,
    corpus: Path | None = None,
    languages: Sequence[str] | None = None,
    split: str | None = None,
    strict: bool = False,
) -> Collection:
    """Read MIRACL.

    Args:
        folder: where the files lie, at any depth.
        corpus: where those of the corpus lie; ``folder`` if None.
        languages: all that the folder has topics of if None.
        split: ``dev`` if None.
        strict: see :mod:`isoglot.data.published`.

    Raises:
        DataError: naming the file that is missing, or the line that cannot be used.
    """
    split = split or "dev"
    stem = f"miracl-v1.0-{{}}-{split}.tsv"
    found = _matches(folder, f"topics.{stem.format('*')}")
    present = {re.sub(r"^topics\.miracl-v1\.0-(.+?)-.*$", r"\1", path.name) for path in found}
    files = {}
    for language in _chosen(languages, present, folder / f"topics.{stem.format('LANGUAGE')}"):
        files[language] = _Files(
            topics=_only(folder, f"topics.{stem.format(language)}"),
            qrels=_only(folder, f"qrels.{stem.format(language)}"),
            corpus=_shards(corpus or folder, f"miracl-corpus-v1.0-{language}"),
        )
    return _read("miracl", files, strict=strict)


def read_mrtydi(
    folder: Path, *, languages: Sequence[str] | None = None, split: str | None = None, strict: bool = False
) -> Collection:
    """Read Mr. TyDi. As :func:`read_miracl`; ``split`` is ``test`` if None."""
    split = split or "test"
    present = {code for code, word in WORDS.items() if _matches(folder, f"mrtydi-v1.?-{word}/topic.{split}.tsv")}
    files = {}
    for language in _chosen(languages, present, folder / "mrtydi-v1.0-LANGUAGE" / f"topic.{split}.tsv"):
        base = f"mrtydi-v1.?-{WORDS.get(language, language)}"
        files[language] = _Files(
            topics=_only(folder, f"{base}/topic.{split}.tsv"),
            qrels=_only(folder, f"{base}/qrels.{split}.txt"),
            corpus=(_only(folder, f"{base}/collection/docs.jsonl"),),
        )
    return _read("mrtydi", files, strict=strict)


def _chosen(languages: Sequence[str] | None, present: set[str], expected: Path) -> list[str]:
    if languages is not None:
        return sorted({normalise(language) for language in languages})
    if not present:
        raise DataError(f"{expected}: no such file for any language, gzipped or not, here or deeper.")
    return sorted(present)


def _matches(folder: Path, pattern: str) -> list[Path]:
    """The files of that name, gzipped or not, one of each; the shortest path first."""
    found = [*folder.rglob(pattern), *folder.rglob(f"{pattern}.gz")]
    return sorted(found, key=lambda path: (len(path.parts), path))


def _only(folder: Path, pattern: str) -> Path:
    found = _matches(folder, pattern)
    if not found:
        raise DataError(f"{folder / pattern.replace('?', '0')}: no such file, gzipped or not, here or deeper.")
    return found[0]


def _shards(folder: Path, name: str) -> tuple[Path, ...]:
    """``docs-0.jsonl.gz`` and so on of the first folder of that name, none missing between them."""
    first = _only(folder, f"{name}/docs-0.jsonl")
    last = max(int(path.name.split("-")[1].split(".")[0]) for path in first.parent.glob("docs-[0-9]*.jsonl*"))
    return tuple(_only(first.parent, f"docs-{number}.jsonl") for number in range(last + 1))


def _read(name: str, files: Mapping[str, _Files], *, strict: bool) -> Collection:
    several = len(files) > 1
    tables: list[pa.Table] = []
    questions: list[dict[str, str]] = []
    parts: list[Judgements] = []
    told: list[Qrels] = []
    start = 0
    for language, of in files.items():
        rows = [{"id": query, "text": text, "lang": language} for query, text in read_topics(of.topics).items()]
        stored = _corpus(of.corpus, language)
        qrels = read_qrels(of.qrels, layout="trec", repeats=True)
        parts.append(qrels.located(queries=rows_table(rows, QUERIES), passages=stored).shifted(len(questions), start))
        told.append(qrels)
        questions += [{**row, "id": f"{language}/{row['id']}"} for row in rows] if several else rows
        ids = stored["group" if several else "id"]
        tables.append(pa.Table.from_arrays([ids, stored["text"], stored["lang"], ids], schema=PASSAGES))
        start += len(stored)
    queries = query_table(rows_table(questions, QUERIES), f"{name}: query", domain=name)
    return Collection.published(
        name,
        queries=queries,
        passages=pa.concat_tables(tables),
        judgements=Judgements.concatenate(parts),
        judged=lambda number: _judged(told, number),
        strict=strict,
    )


def _judged(parts: Sequence[Qrels], number: int) -> Judged:
    """One of the judgements of several files, one after the other."""
    for qrels in parts:
        if number < len(qrels.grade):
            return qrels.judged(number)
        number -= len(qrels.grade)
    raise IndexError(number)


def _corpus(files: tuple[Path, ...], language: str) -> pa.Table:
    """The passages of one language, memory-mapped; ``group`` holds the ids with the language before them."""

    def rows() -> Iterator[Passage]:
        for path in files:
            for number, row in json_lines(path):
                identity, text = _passage(row, f"{path}: line {number}")
                yield Passage(identity, text, language, f"{language}/{identity}", str(path), number)

    return stored_passages(f"miracl {language}\n{files_key(files)}", rows, identity="docid")


def _passage(row: Mapping[str, Any], where: str) -> tuple[str, str]:
    identity = id_at(f'{where}: key "docid"', row.get("docid", row.get("id")))
    text = text_at(where, row, "text", "contents")
    return identity, f"{row['title']} {text}".strip() if row.get("title") else text
