"""``Collection``: queries, passages and relevance with languages, what an encoder is evaluated on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.data.lines import language_at
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

Ints = npt.NDArray[np.int64]

QUERY_COLUMNS = ("id", "text", "lang", "cluster", "domain", "group")
PASSAGE_COLUMNS = ("id", "text", "lang", "group")


@dataclass(frozen=True, kw_only=True)
class Judgements:
    """Relevance as parallel arrays, one entry a judged (query, passage), sorted by query.

    Attributes:
        query, passage: (judgements,) int64, positions in the collection's queries and passages.
        grade: (judgements,) int64; above 0 is relevant.
    """

    query: Ints
    passage: Ints
    grade: Ints


class Collection:
    """Queries and passages with a language each, and which passages answer which query.

    Attributes:
        name: what results are filed under.
        queries: Arrow table ``id, text, lang, cluster, domain, group``. The cluster is what statistics resample
            (the paragraph, page or article): queries of one cluster are not independent of each other. Queries
            of one group ask the same question in different languages.
        passages: Arrow table ``id, text, lang, group``; passages of one group are translations of each other.
        judgements: which passages are relevant to which query.
        languages: all languages of queries or passages, sorted; the language arrays index it.
    """

    def __init__(self, name: str, *, queries: pa.Table, passages: pa.Table, judgements: Judgements) -> None:
        self.name = name
        self.queries = queries
        self.passages = passages
        order = np.lexsort((judgements.passage, judgements.query))
        self.judgements = Judgements(
            query=judgements.query[order], passage=judgements.passage[order], grade=judgements.grade[order]
        )
        tags = {tag for table in (queries, passages) for tag in pc.unique(table["lang"]).to_pylist()}
        self.languages: tuple[str, ...] = tuple(sorted(tags))

    @classmethod
    def from_rows(
        cls,
        name: str,
        *,
        queries: Sequence[Mapping[str, Any]],
        passages: Sequence[Mapping[str, Any]],
        relevant: Mapping[tuple[str, str], int],
    ) -> Collection:
        """Build a collection from checked rows.

        Args:
            name: the collection's name.
            queries: dicts ``id, text, lang`` and optionally ``cluster`` (default: the group), ``domain``
                (default: the collection's name) and ``group`` (default: the id, so a translation of none).
            passages: dicts ``id, text, lang`` and optionally ``group``.
            relevant: (query id, passage id) -> grade.

        Raises:
            DataError: no query or passage, a duplicate id, an empty text, no or a bad language, or a
                judgement of an unknown query or passage.
        """
        query_table = _table([_query_row(row, name) for row in queries], QUERY_COLUMNS, f"{name}: query")
        grouped = [{"group": row.get("id"), **_given(row)} for row in passages]
        passage_table = _table(grouped, PASSAGE_COLUMNS, f"{name}: passage")
        query_number = {identity: n for n, identity in enumerate(query_table["id"].to_pylist())}
        passage_number = {identity: n for n, identity in enumerate(passage_table["id"].to_pylist())}
        for query, passage in relevant:
            if query not in query_number:
                raise DataError(f"{name}: the qrels judge query {query!r}, which is not among the queries.")
            if passage not in passage_number:
                raise DataError(
                    f"{name}: the qrels name passage {passage!r} for query {query!r}, "
                    "which is not in the corpus: add the passage or remove the line."
                )
        judgements = Judgements(
            query=np.array([query_number[query] for query, _ in relevant], dtype=np.int64),
            passage=np.array([passage_number[passage] for _, passage in relevant], dtype=np.int64),
            grade=np.array(list(relevant.values()), dtype=np.int64),
        )
        return cls(name, queries=query_table, passages=passage_table, judgements=judgements)

    @classmethod
    def from_parallel(cls, name: str, dataset: ParallelDataset) -> Collection:
        """Every item's query in every language, against every passage in every language.

        A query is answered by its item's passage in all languages. Passages of one group with one text and
        language are one passage. The cluster is the data set's group (the page, the paragraph); the
        translations of one item's query, or passage, are a group here.
        """
        passages: dict[tuple[int, str, str], dict[str, str]] = {}
        queries: list[dict[str, str]] = []
        relevant: dict[tuple[str, str], int] = {}
        for number, row in enumerate(dataset):
            group = int(dataset.groups[number])
            ids = [
                passages.setdefault(
                    (group, language, text),
                    {"id": f"{row['id']}/{language}", "text": text, "lang": language, "group": row["id"]},
                )["id"]
                for language, text in row["passage"].items()
            ]
            for language, text in row["query"].items():
                query = f"{row['id']}/{language}"
                entry = {"id": query, "text": text, "lang": language, "group": row["id"]}
                queries.append({**entry, "cluster": row["group"], "domain": row["domain"]})
                relevant.update({(query, passage): 1 for passage in ids})
        return cls.from_rows(name, queries=queries, passages=list(passages.values()), relevant=relevant)

    @cached_property
    def query_language(self) -> Ints:
        """(queries,) int64, index into ``languages``."""
        return _index_in(self.queries["lang"], self.languages)

    @cached_property
    def passage_language(self) -> Ints:
        """(passages,) int64, index into ``languages``."""
        return _index_in(self.passages["lang"], self.languages)

    @cached_property
    def query_cluster(self) -> Ints:
        """(queries,) int64, clusters numbered in order of first appearance."""
        return _numbered(self.queries["cluster"])

    @cached_property
    def query_group(self) -> Ints:
        """(queries,) int64, groups (one question in several languages) numbered in order of first appearance."""
        return _numbered(self.queries["group"])

    @cached_property
    def passage_group(self) -> Ints:
        """(passages,) int64, groups of translations numbered in order of first appearance."""
        return _numbered(self.passages["group"])

    @cached_property
    def passage_order(self) -> Ints:
        """(passages,) int64: each passage's place in the order of ids, by which trec_eval breaks ties."""
        ascending = pc.sort_indices(self.passages["id"]).to_numpy().astype(np.int64)  # by bytes, as strcmp does
        places = np.empty(len(ascending), dtype=np.int64)
        places[ascending] = np.arange(len(ascending))
        return places

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the rows of queries and passages and the judgements."""
        total = hashlib.sha256()
        for table in (self.queries, self.passages):
            for batch in table.to_batches(max_chunksize=10_000):  # never a whole column of Python strings
                for column in batch.columns:
                    for value in column.to_pylist():
                        total.update(value.encode() + b"\0")
        for array in (self.judgements.query, self.judgements.passage, self.judgements.grade):
            total.update(array.astype("<i8").tobytes())
        return total.hexdigest()


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], what: str) -> pa.Table:
    if not rows:
        raise DataError(f"{what}: there is none.")
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        identity = row.get("id")
        if not isinstance(identity, str) or not identity:
            raise DataError(f"{what} {number} has no id.")
        if identity in seen:
            raise DataError(f"{what} id {identity!r} occurs twice.")
        seen.add(identity)
        if not isinstance(row.get("text"), str) or not row["text"].strip():
            raise DataError(f"{what} {identity!r} has an empty text.")
        if not row.get("lang"):
            raise DataError(f'{what} {identity!r} has no "lang".')
    data = {name: [str(row[name]) for row in rows] for name in columns}
    data["lang"] = [
        language_at(f"{what} {identity!r}", tag) for identity, tag in zip(data["id"], data["lang"], strict=True)
    ]
    return pa.table(data, schema=pa.schema([(name, pa.string()) for name in columns]))


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def _query_row(row: Mapping[str, Any], collection: str) -> dict[str, Any]:
    group = row.get("group") or row.get("id")
    return {"cluster": group, "domain": collection, "group": group, **_given(row)}


def _index_in(column: pa.ChunkedArray, names: Sequence[str]) -> Ints:
    numbers: Ints = pc.index_in(column, pa.array(names, pa.string())).to_numpy().astype(np.int64)
    return numbers


def _numbered(column: pa.ChunkedArray) -> Ints:
    return _index_in(column, pc.unique(column).to_pylist())
