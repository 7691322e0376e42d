"""Any data set of the package ``ir_datasets`` (MacAvaney et al. 2021, arXiv 2103.02280) by its id.

The package fetches the files, or says how they can be had; it needs the extra ``ir``. Texts are what it calls the
default text of a document or query. Languages are those it states, or that the reader is told.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from isoglot.data.collection import Collection
from isoglot.data.store import Passage, stored_passages
from isoglot.data.tables import QUERIES, query_table, rows_table
from isoglot.errors import DataError
from isoglot.extras import need
from isoglot.languages import normalise


def read_ir_dataset(identity: str, *, language: str | None = None, strict: bool = False) -> Collection:
    """Read a data set with documents, queries and qrels; its id becomes the collection's name.

    Documents are memory-mapped (see ``store``); what they were stored from is told by the id and the package's version
    alone.

    Args:
        identity: such as ``beir/scifact/test``.
        language: of documents and queries for which the package states none.
        strict: see :mod:`isoglot.data.published`.

    Raises:
        DataError: the package is not installed, has no such data set, or one that lacks documents, queries, qrels
            or a language.
    """
    package, dataset = _load(identity)
    passages = _passages(package, dataset, identity, language)
    tag = _language(dataset.queries_lang(), language, f"{identity}: the queries")
    rows = [{"id": query.query_id, "text": _text(query), "lang": tag} for query in dataset.queries_iter()]
    queries = query_table(rows_table(rows, QUERIES), f"{identity}: query", domain=identity)
    grades = _grades(dataset, identity)
    return Collection.judged_by_id(identity, queries=queries, passages=passages, relevant=grades, strict=strict)


def _load(identity: str) -> tuple[Any, Any]:
    ir_datasets = need("ir_datasets", extra="ir", what=f"{identity}: needs", error=DataError)
    try:
        dataset = ir_datasets.load(identity)
    except KeyError as error:
        raise DataError(f"ir_datasets has no data set {identity!r}; `ir_datasets list` shows all.") from error
    for part in ("docs", "queries", "qrels"):
        if not dataset.has(part):
            raise DataError(f"{identity}: this data set of ir_datasets has no {part}; choose one that has.")
    return ir_datasets, dataset


def _passages(package: Any, dataset: Any, identity: str, language: str | None) -> pa.Table:
    tag = _language(dataset.docs_lang(), language, f"{identity}: the documents")

    def rows() -> Iterator[Passage]:
        for number, document in enumerate(dataset.docs_iter(), start=1):
            yield Passage(document.doc_id, _text(document), tag, document.doc_id, identity, number)

    key = f"ir_datasets 2 {package.__version__} {package.docs_parent_id(identity)} {tag}"
    passages = stored_passages(key, rows, identity="doc_id")
    if not len(passages):
        raise DataError(f"{identity}: this data set has no document.")
    return passages


def _grades(dataset: Any, identity: str) -> dict[tuple[str, str], int]:
    grades: dict[tuple[str, str], int] = {}
    for judged in dataset.qrels_iter():
        pair = judged.query_id, judged.doc_id
        if grades.setdefault(pair, judged.relevance) != judged.relevance:
            raise DataError(f"{identity}: the qrels grade {pair[1]!r} twice for query {pair[0]!r}, not alike.")
    return grades


def _text(record: Any) -> str:
    """The default text; some records of the package have none of that name, but all of those have a ``text``."""
    text = record.default_text() if hasattr(record, "default_text") else record.text
    return text if isinstance(text, str) else ""


def _language(stated: str | None, told: str | None, what: str) -> str:
    tag = stated or told
    if not tag:
        raise DataError(f"{what} have no stated language; say it, as in ir_datasets@en:ID.")
    return normalise(tag)
