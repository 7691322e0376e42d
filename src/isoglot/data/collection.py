"""``Collection``: queries, passages and relevance with languages, what an encoder is evaluated on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.arguments import checked
from isoglot.arrays import Ints
from isoglot.data.clusters import Clusters, shared_answers
from isoglot.data.identical import own_passages
from isoglot.data.judgements import Judgements
from isoglot.data.published import Judged, admit
from isoglot.data.tables import PASSAGES, QUERIES, RUN_ROWS, index_in, numbered, passage_table, query_table, rows_table
from isoglot.errors import DataError
from isoglot.wording import shown

if TYPE_CHECKING:  # which imports datasets, and judgements do not need it
    from isoglot.data.parallel import ParallelDataset


class Collection:
    """Queries and passages with a language each, and which passages answer which query.

    Example::

        >>> collection = isoglot.load_collection("sample/test")
        >>> len(collection), collection[0]["lang"]
        (...)

    The tables may be memory-mapped and larger than memory: nothing here makes a Python list of a column of
    passages or copies its texts.

    Attributes:
        name: what results are filed under.
        queries: Arrow table ``id, text, lang, cluster, domain, group``. The cluster is what statistics resample
            (the paragraph, page or article), null where it is not stated: see ``clusters``. Queries of one group
            ask the same question in different languages.
        passages: Arrow table ``id, text, lang, group``; passages of one group are translations of each other.
        judgements: which passages are relevant to which query.
        query_passage: (queries,) int64, the passage that is no candidate for a query: it has the query's id and is
            not judged relevant (:mod:`isoglot.data.identical`); -1 for none.
        languages: all languages of queries or passages, sorted; the language arrays index it.
        never_found: relevant passages that the corpus does not have, which no ranking finds; ``passage`` is -1.
        faults: what is wrong with the files and taken as it is (:mod:`isoglot.data.published`) -> how many.
        left_out: what a reader could not use, reason -> how many.
    """

    def __init__(
        self,
        name: str,
        *,
        queries: pa.Table,
        passages: pa.Table,
        judgements: Judgements,
        query_passage: Ints | None = None,
        never_found: Judgements | None = None,
        faults: Mapping[str, int] | None = None,
        left_out: Mapping[str, int] | None = None,
    ) -> None:
        """Take tables that were checked; see :meth:`from_tables` for those that were not.

        ``query_passage`` is found by id where it is None.
        """
        self.name = name
        self.queries = queries
        self.passages = passages
        self.judgements = judgements.sorted()
        own = own_passages(queries, passages, judgements) if query_passage is None else query_passage
        self.query_passage = own
        self.never_found = Judgements.none() if never_found is None else never_found.sorted()
        self.faults = dict(faults or {})
        self.left_out = dict(left_out or {})
        tags = {tag for table in (queries, passages) for tag in pc.unique(table["lang"]).to_pylist()}
        self.languages: tuple[str, ...] = tuple(sorted(tags))

    @classmethod
    def published(
        cls,
        name: str,
        *,
        queries: pa.Table,
        passages: pa.Table,
        judgements: Judgements,
        judged: Callable[[int], Judged] | None = None,
        strict: bool,
        left_out: Mapping[str, int] | None = None,
    ) -> Collection:
        """Tables that were checked and judgements as somebody published them; arguments and errors as of
        :func:`isoglot.data.published.admit`.
        """
        found = admit(name, queries=queries, passages=passages, judgements=judgements, judged=judged, strict=strict)
        return cls(
            name,
            queries=queries,
            passages=passages,
            judgements=found.judgements,
            never_found=found.never_found,
            faults=found.faults,
            left_out=left_out,
        )

    @classmethod
    def from_tables(
        cls,
        name: str,
        *,
        queries: pa.Table,
        passages: pa.Table,
        relevant: Mapping[tuple[str, str], int],
        strict: bool = True,
    ) -> Collection:
        """Build a collection from tables of strings, which are checked a run of rows at a time.

        Args:
            name: the collection's name.
            queries: columns ``id, text, lang`` and perhaps ``cluster`` (null if left out, see :attr:`clusters`),
                ``domain`` (default: the collection's name) and ``group`` (default: the id, so a translation of none).
            passages: columns ``id, text, lang`` and perhaps ``group``.
            relevant: (query id, passage id) -> grade.
            strict: refuse an empty text, and a judgement of what is not there; if not, see
                :mod:`isoglot.data.published`.

        Raises:
            DataError: no query or passage, a missing or repeated id, no or a bad language, or what ``strict`` refuses.
        """
        queries = query_table(queries, f"{name}: query", domain=name)
        passages = passage_table(passages, f"{name}: passage")
        return cls.judged_by_id(name, queries=queries, passages=passages, relevant=relevant, strict=strict)

    @classmethod
    def judged_by_id(
        cls,
        name: str,
        *,
        queries: pa.Table,
        passages: pa.Table,
        relevant: Mapping[tuple[str, str], int],
        strict: bool,
    ) -> Collection:
        """Tables that were checked, and judgements of their ids; arguments and errors as of :meth:`from_tables`."""
        pairs = list(relevant)
        return cls.published(
            name,
            queries=queries,
            passages=passages,
            judgements=Judgements.located(relevant, queries=queries, passages=passages),
            judged=lambda number: Judged(name, *pairs[number]),
            strict=strict,
        )

    @classmethod
    @checked
    def from_rows(
        cls,
        name: str,
        *,
        queries: Any,
        passages: Any,
        relevant: Any,
        strict: bool = True,
    ) -> Collection:
        """Make a collection of rows in memory: lists of dicts, data frames, or each a ``datasets.Dataset``.

        Example::

            >>> made = isoglot.Collection.from_rows(
            ...     "help",
            ...     queries=[{"id": "q", "text": "Where is it?", "lang": "en"}],
            ...     passages=[{"id": "p", "text": "Hier.", "lang": "de"}],
            ...     relevant={("q", "p"): 1},
            ... )
            >>> made[0]["relevant"]
            {'p': 1}

        Args:
            queries: with the columns of :meth:`from_tables`; ids may be whole numbers.
            passages: likewise.
            relevant: (query id, passage id) -> grade, or rows with ``query``, ``passage`` and, all or none, ``grade``.
            strict: as of :meth:`from_tables`.

        Raises:
            DataError: see :meth:`from_tables`; or they are no rows.
        """
        from isoglot.data.rows import judgements_of, text_rows  # which makes data sets, and imports much

        if not isinstance(name, str) or not name.strip():
            raise DataError(f"the name of a collection must be a text, but is {shown(name)}.")
        return cls.from_tables(
            name,
            queries=rows_table(text_rows(queries, f"{name}: queries"), QUERIES),
            passages=rows_table(text_rows(passages, f"{name}: passages"), PASSAGES),
            relevant=judgements_of(relevant, f"{name}: relevant"),
            strict=strict,
        )

    def __len__(self) -> int:
        """How many queries there are."""
        return len(self.queries)

    def __getitem__(self, query: int) -> dict[str, Any]:
        """A query's row, with ``relevant``: id of a judged passage -> grade.

        Raises:
            IndexError: there is no such query.
        """
        place = range(len(self))[query]
        judged = self.judgements.where(self.judgements.query == place)
        ids = self.passages["id"].take(pa.array(judged.passage)).to_pylist()
        row: dict[str, Any] = self.queries.slice(place, 1).to_pylist()[0]
        return {**row, "relevant": dict(zip(ids, judged.grade.tolist(), strict=True))}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The queries' rows, as :meth:`__getitem__` gives them."""
        return (self[query] for query in range(len(self)))

    def __repr__(self) -> str:
        sizes = f"{len(self):,} queries, {len(self.passages):,} passages"
        return f"<Collection {self.name}: {sizes} in {', '.join(self.languages)}>"

    @classmethod
    def from_parallel(cls, name: str, dataset: ParallelDataset) -> Collection:
        """Every item's query in every language, against every passage in every language.

        A query is answered by its item's passage in all languages. Passages of one group with one text and
        language are one passage. The cluster is the item's doc, or its group (the page, the paragraph) where it states
        none; the translations of one item's query, or passage, are a group here. Ids are ``ITEM/LANGUAGE`` for
        queries and ``passage/ITEM/LANGUAGE`` for passages, since some evaluators drop a hit that has the query's id.

        An item whose query is its passage is a sentence: it asks for its translations, and is no candidate itself,
        since the passage has the query's id and is not judged.
        """
        passages: dict[tuple[int, str, str], dict[str, str]] = {}
        queries: list[dict[str, str]] = []
        relevant: dict[tuple[str, str], int] = {}
        for number, row in enumerate(dataset):
            group = int(dataset.groups[number])
            prefix = "" if row["query"] == row["passage"] else "passage/"
            ids = [
                passages.setdefault(
                    (group, language, text),
                    {"id": f"{prefix}{row['id']}/{language}", "text": text, "lang": language, "group": row["id"]},
                )["id"]
                for language, text in row["passage"].items()
            ]
            for language, text in row["query"].items():
                query = f"{row['id']}/{language}"
                entry = {"id": query, "text": text, "lang": language, "group": row["id"]}
                queries.append({**entry, "cluster": row.get("doc", row["group"]), "domain": row["domain"]})
                relevant.update({(query, passage): 1 for passage in ids if passage != query})
        made = cls.from_tables(
            name,
            queries=rows_table(queries, QUERIES),
            passages=rows_table(list(passages.values()), PASSAGES),
            relevant=relevant,
        )
        made.left_out = dict(dataset.left_out)
        return made

    def relevant_passages(self, query: int) -> Ints:
        """(relevant,) int64, positions of the passages that are judged relevant to a query, by its position."""
        judged = self.judgements
        found: Ints = judged.passage[(judged.query == query) & (judged.grade > 0)]
        return found

    def of_queries(self, kept: Ints) -> Collection:
        """Some of the queries against all passages.

        Args:
            kept: (kept,) int64, positions of queries, ascending.
        """
        place = np.full(len(self.queries), -1, dtype=np.int64)
        place[kept] = np.arange(len(kept))
        return self._with(
            queries=self.queries.take(pa.array(kept)),
            judgements=self.judgements.of_queries(place),
            never_found=self.never_found.of_queries(place),
            query_passage=self.query_passage[kept],
        )

    def with_identical_ids(self) -> Collection:
        """The same, in which a passage that has a query's id is a candidate like any other."""
        return self._with(query_passage=np.full(len(self.queries), -1, dtype=np.int64))

    def _with(self, **changed: Any) -> Collection:
        own = ("queries", "passages", "judgements", "query_passage", "never_found", "faults", "left_out")
        return Collection(self.name, **{name: getattr(self, name) for name in own} | changed)

    @cached_property
    def query_language(self) -> Ints:
        """(queries,) int64, index into ``languages``."""
        return index_in(self.queries["lang"], pa.array(self.languages, pa.string()))

    @cached_property
    def passage_language(self) -> Ints:
        """(passages,) int64, index into ``languages``."""
        return index_in(self.passages["lang"], pa.array(self.languages, pa.string()))

    @cached_property
    def query_cluster(self) -> Ints:
        """(queries,) int64, clusters numbered in order of first appearance."""
        return self.clusters.of_query

    @cached_property
    def clusters(self) -> Clusters:
        """Queries that are not independent of each other: the stated clusters, or what judgements and groups tell."""
        stated = self.queries["cluster"]
        if not stated.null_count:
            return Clusters(numbered(stated), "as the collection states them")
        judged = self.judgements.where(self.judgements.grade > 0)
        found = shared_answers(self.query_group, judged.query, self.passage_group[judged.passage])
        if stated.null_count == len(stated):
            return found
        alone = pa.array([f"\0{number}" for number in found.of_query.tolist()])  # a name that no stated cluster has
        return Clusters(numbered(pc.coalesce(stated, alone)), f"as stated; the others: {found.rule}")

    @property
    def sizes(self) -> dict[str, int]:
        """How many queries, passages, languages and clusters, as results carry them."""
        return {
            "queries": len(self.queries),
            "passages": len(self.passages),
            "languages": len(self.languages),
            "clusters": int(self.query_cluster.max()) + 1,
        }

    @cached_property
    def query_group(self) -> Ints:
        """(queries,) int64, groups (one question in several languages) numbered in order of first appearance."""
        return numbered(self.queries["group"])

    @cached_property
    def passage_group(self) -> Ints:
        """(passages,) int64, groups of translations numbered in order of first appearance."""
        ids, groups = self.passages["id"], self.passages["group"]
        if pc.all(pc.equal(ids, groups)).as_py():  # no translations: nothing to look up
            return np.arange(len(ids))
        return numbered(groups)

    @cached_property
    def passage_order(self) -> Ints:
        """(passages,) int64: each passage's place in the order of ids, by which trec_eval breaks ties."""
        ascending = pc.sort_indices(self.passages["id"]).to_numpy().astype(np.int64)  # by bytes, as strcmp does
        places = np.empty(len(ascending), dtype=np.int64)
        places[ascending] = np.arange(len(ascending))
        return places

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the rows of queries and passages and the judgements, however the tables are stored."""
        total = hashlib.sha256()
        for table in (self.queries, self.passages):
            for start in range(0, len(table), RUN_ROWS):
                part = table.slice(start, RUN_ROWS)
                for name in part.column_names:
                    column = pc.coalesce(part[name], part["group"]) if name == "cluster" else part[name]
                    total.update("".join(f"{value}\0" for value in column.to_pylist()).encode())
        for array in (self.judgements.query, self.judgements.passage, self.judgements.grade):
            total.update(array.astype("<i8").tobytes())
        for array in (self.never_found.query, self.never_found.grade) if len(self.never_found.query) else ():
            total.update(array.astype("<i8").tobytes())
        if (self.query_passage >= 0).any():
            total.update(self.query_passage.astype("<i8").tobytes())
        return total.hexdigest()
