"""``ParallelDataset``: question-passage items that exist in several languages, the training data."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from isoglot.arrays import Bools, Ints, distinct
from isoglot.data.clusters import connected
from isoglot.data.lines import digest_files
from isoglot.data.parallelblocks import ItemBlock
from isoglot.data.parallelrows import (
    ROWS_PER_BATCH,
    MappedRows,
    Rows,
    batches_of,
    cached_rows,
    check_schema,
    held_together,
    language_field,
    languages_of,
    reshape,
    schema_of,
    states_doc,
    stored,
    tables,
    text_column,
)
from isoglot.errors import DataError
from isoglot.files import given_path, whole_file
from isoglot.languages import check_there, normalise
from isoglot.roles import ROLES, Role

if TYPE_CHECKING:
    from datasets import Dataset

HELD_OUT_SEED = 0  # the held-out groups stay the same whatever seed a run has


class ParallelDataset:
    """Items with a query and a passage in one or more languages, memory-mapped from Arrow.

    Example::

        >>> data = isoglot.load_parallel("sample/train")
        >>> data.restrict(["de", "en"]).languages
        ('de', 'en')

    Attributes:
        rows: ``id``, ``group``, ``domain``, ``source`` and perhaps ``doc`` (strings), ``query`` and ``passage`` (a text
            or None by language) and ``negatives`` (lists of texts by language). Texts are better asked for: see
            :meth:`blocks`, :meth:`column`, :meth:`sample` and :meth:`digests`.
        languages: the languages, sorted; every mask below has them as its columns.
        groups: (items,) int64; items of one number must not meet in a batch as each other's negatives.
        docs: (items,) int64; items of one number are held out together: sentences of one document. An item that
            states none has its group.
        sources: (items,) int64; the data set an item came from, in order of first appearance.
        has_query, has_passage: (items, languages) bool; which texts exist.
        fingerprint: SHA-256 over the files read and what was done to their items since.
        left_out: what a reader found in the files and did not take, such as items labelled as negatives -> how many.
    """

    def __init__(self, rows: Rows, *, languages: Sequence[str], fingerprint: str) -> None:
        self._rows = rows
        self.fingerprint = fingerprint
        self.left_out: dict[str, int] = {}
        self.languages: tuple[str, ...] = tuple(sorted(languages))
        self.has_query = np.zeros((len(rows), len(self.languages)), dtype=bool)
        self.has_passage = np.zeros_like(self.has_query)
        groups, sources = _Codes(len(rows)), _Codes(len(rows))
        for span, table in tables(rows):
            for column, language in enumerate(self.languages):
                self.has_query[span, column] = language_field(table["query"], language).is_valid()
                self.has_passage[span, column] = language_field(table["passage"], language).is_valid()
            groups.encode(span, table["group"])
            sources.encode(span, table["source"])
        self.groups, self.sources = groups.codes, sources.codes
        self._states_doc = states_doc(rows)
        self.docs = self._doc_codes() if self._states_doc.any() else self.groups
        self._columns: dict[tuple[Role, str], Dataset] = {}

    @property
    def rows(self) -> Dataset:
        """As ``datasets`` has them, which is imported for it."""
        if isinstance(self._rows, MappedRows):
            self._rows = self._rows.dataset()
        return self._rows

    @classmethod
    def from_items(cls, items: Any) -> ParallelDataset:
        """Make a data set of rows in memory: a list of dicts, a data frame, or a ``datasets.Dataset``.

        Example::

            >>> item = {"group": "page 1", "query": {"en": "Where is it?"}, "passage": {"en": "Here.", "de": "Hier."}}
            >>> isoglot.ParallelDataset.from_items([item]).languages
            ('de', 'en')

        Args:
            items: with ``query`` and ``passage`` (language -> text, or columns ``query.en``, ``passage.de``), and
                perhaps ``id``, ``group``, ``domain``, ``doc``, ``negatives`` and ``label``, as in a JSON-lines file
                (docs/data.md).

        Raises:
            DataError: with the row and key of the first that cannot be used.
        """
        from isoglot.data.rows import parallel_of  # which makes data sets

        return parallel_of(items)

    @classmethod
    def from_rows(cls, rows: Iterable[dict[str, Any]], *, languages: Sequence[str], key: str) -> Self:
        """Write validated rows to the Arrow cache and open them memory-mapped.

        Args:
            rows: dicts with ``id``, ``group``, ``domain``, ``query``, ``passage`` and perhaps ``doc`` and
                ``negatives``.
            languages: every language that occurs.
            key: names the content (a digest of the source files and of the reader); a second call with
                the same key opens the cached file without reading ``rows``.
        """
        fingerprint = hashlib.sha256(key.encode()).hexdigest()
        schema = schema_of(sorted(languages), docs=True)
        made = cached_rows(fingerprint, batches_of(rows, schema), schema)
        return cls(made, languages=languages, fingerprint=fingerprint)

    @classmethod
    def concatenate(cls, parts: Sequence[ParallelDataset]) -> ParallelDataset:
        """One data set of several, over the union of their languages; ids, groups, docs and sources stay apart.

        It is written to the Arrow cache, so that it need not fit into memory, and opened from there the next time.
        """
        if len(parts) == 1:
            return parts[0]
        languages = sorted({language for part in parts for language in part.languages})
        schema = schema_of(languages, docs=any(part._states_doc.any() for part in parts))
        fingerprint = _digest(*(part.fingerprint for part in parts))
        rows = cached_rows(fingerprint, _joined(parts, schema), schema)
        joined = cls(rows, languages=languages, fingerprint=fingerprint)
        joined.left_out = dict(sum((Counter(part.left_out) for part in parts), Counter()))
        return joined

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, item: int) -> dict[str, Any]:
        """One row, as iteration gives it; ``select`` gives several.

        Raises:
            IndexError: there is no such item.
        """
        place = range(len(self))[item]
        return next(iter(self.select([place])))

    def __repr__(self) -> str:
        return f"<ParallelDataset: {len(self):,} items in {', '.join(self.languages)}>"

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Rows with the missing languages left out of their dicts, and ``doc`` where it is not stated."""
        for row in chain.from_iterable(table.to_pylist() for _, table in tables(self._rows)):
            if row.get("doc", "") is None:
                del row["doc"]
            texts = {
                side: {language: row[side][language] for language in self.languages if row[side][language]}
                for side in ("query", "passage", "negatives")
            }
            yield {**row, **texts}

    def select(self, items: npt.ArrayLike) -> ParallelDataset:
        """The items at these indices (or where a bool mask is true), in order."""
        given = np.asarray(items)
        index = np.flatnonzero(given) if given.dtype == bool else given.astype(np.int64)
        made = copy(self)
        made.fingerprint = _digest(self.fingerprint, hashlib.sha256(index.astype("<i8").tobytes()).hexdigest())
        made._rows, made._columns = self.rows.select(index), {}
        # Known from the whole: to read the rows again for them would take seconds on a large selection.
        made.has_query, made.has_passage = self.has_query[index], self.has_passage[index]
        made.groups, made.sources, made.docs = (
            distinct(codes[index])[1] for codes in (self.groups, self.sources, self.docs)
        )
        made._states_doc = self._states_doc[index]
        return made

    def restrict(self, languages: Sequence[str] | str) -> ParallelDataset:
        """The same items with these languages only, one or several; items without a pair in any of them are left out.

        Raises:
            DataError: a language that the data does not have.
        """
        given = [languages] if isinstance(languages, str) else languages
        wanted = sorted({normalise(language) for language in given})
        check_there("the data", wanted, self.languages)
        columns = [self.languages.index(language) for language in wanted]
        narrowed = copy(self)
        narrowed.fingerprint = _digest(self.fingerprint, *wanted)
        narrowed.languages = tuple(wanted)
        narrowed.has_query, narrowed.has_passage = self.has_query[:, columns], self.has_passage[:, columns]
        return narrowed.select(narrowed.has_query.any(axis=1) & narrowed.has_passage.any(axis=1))

    def split(self, share: float, *, seed: int) -> tuple[ParallelDataset, ParallelDataset]:
        """Split off ``share`` of the docs, rounded: (the rest, the share). No doc, and no group, is on both sides.

        Docs that have a group in common are one.

        Raises:
            DataError: one of the sides would be empty.
        """
        units = connected(self.docs, self.groups)
        count = int(units.max(initial=-1)) + 1
        size = round(share * count)
        if not 0 < size < count:
            what = "docs" if self._states_doc.any() else "groups"
            raise DataError(f"a share of {share} of {count} {what} leaves one side of the split empty.")
        held = np.zeros(count, dtype=bool)
        held[np.random.default_rng(seed).permutation(count)[:size]] = True
        mask = held[units]
        return self.select(~mask), self.select(mask)

    def _doc_codes(self) -> Ints:
        docs = _Codes(len(self._rows))
        for span, table in tables(self._rows):
            docs.encode(span, held_together(table))
        return docs.codes

    @property
    def stored_languages(self) -> tuple[str, ...]:
        """The languages of the texts that are there: those of a restricted data set and those it leaves out."""
        return languages_of(stored(self._rows).schema)

    def has(self, role: Role) -> Bools:
        """``has_query`` or ``has_passage``."""
        return self.has_query if role == "query" else self.has_passage

    def blocks(self, where: Mapping[Role, Bools] | None = None) -> Iterator[ItemBlock]:
        """All items in order, a thousand at a time, so that a pass over large data stays in bounded memory.

        Args:
            where: for each role (items, languages) bool, the texts to read; the others are None. All if left out.
        """
        for span, table in tables(self._rows):
            here = None if where is None else {role: mask[span] for role, mask in where.items()}
            yield ItemBlock(span, table, self.languages, where=here)

    def texts(self) -> Iterator[str]:
        """Every query, passage and negative text of ``languages``."""
        for block in self.blocks():
            for role in ROLES:
                for language in self.languages:
                    yield from (text for text in block.texts(role, language) if text is not None)
            for language in self.languages:
                yield from chain.from_iterable(block.negatives(language))

    def column(self, role: Role, language: str, items: Ints | None = None) -> pa.ChunkedArray:
        """(items,) strings, null where an item has no such text.

        All of a whole data set are memory-mapped. Those of a selected one, or of some ``items``, are a copy.
        """
        if (role, language) not in self._columns:
            self._columns[role, language] = text_column(self.rows, role, language)
        column = self._columns[role, language]
        table: pa.Table = column[:] if items is None else column[items.tolist()]
        return table.column(0)

    def sample(self, role: Role, language: str, size: int, rng: np.random.Generator) -> list[str]:
        """``size`` texts of different items, drawn uniformly, in the items' order; all where there are no more."""
        items = np.flatnonzero(self.has(role)[:, self.languages.index(language)])
        if len(items) > size:
            items = np.sort(rng.choice(items, size=size, replace=False))
        texts: list[str] = self.column(role, language, items).to_pylist()
        return texts

    def digests(self, role: Role, *, form: Callable[[str], str] = str, languages: Sequence[str] | None = None) -> Ints:
        """(items, languages) int64, 64 bits of each text's hash: equal for equal texts, in whatever language they are.

        Args:
            form: what is compared of a text, such as :func:`isoglot.text.normal.normal_form`.
            languages: of the columns, among ``stored_languages``; ``languages`` if left out.

        Returns:
            The digests; 0 where there is no text, or its form is empty.
        """
        columns = self.languages if languages is None else languages
        digests = np.zeros((len(self), len(columns)), dtype=np.int64)
        for block in self.blocks():
            digests[block.span] = block.digests(role, form=form, languages=columns)
        return digests

    @classmethod
    def open(cls, path: str | Path) -> ParallelDataset:
        """Open a Parquet file that :meth:`save` wrote.

        Raises:
            DataError: there is no such file, or it does not hold the columns of a parallel data set.
        """
        path = given_path(path)
        if not path.is_file():
            raise DataError(f"{path}: no such file.")
        try:
            with pq.ParquetFile(path) as file:
                schema = file.schema_arrow.remove_metadata()
                check_schema(schema, path)
                fingerprint = _digest(digest_files(path))
                rows = cached_rows(fingerprint, file.iter_batches(ROWS_PER_BATCH), schema)
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{path}: not a readable Parquet file ({error}).") from error
        return cls(rows, languages=languages_of(schema), fingerprint=fingerprint)

    def save(self, path: str | Path) -> None:
        """Write a Parquet file that :meth:`open` reads back."""
        # Data without docs has the columns, and so the bytes, that it had before there were docs.
        schema = schema_of(self.languages, docs=bool(self._states_doc.any()))
        with whole_file(given_path(path)) as part, pq.ParquetWriter(part, schema) as writer:
            for _, table in tables(self._rows):
                writer.write_table(reshape(table, schema, keep=self.languages))


def _joined(parts: Sequence[ParallelDataset], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for number, part in enumerate(parts):
        for _, table in tables(part._rows):
            yield from reshape(table.combine_chunks(), schema, keep=part.languages, prefix=f"{number}/").to_batches()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class _Codes:
    """Strings to integers in order of first appearance, a run of rows at a time."""

    def __init__(self, size: int) -> None:
        self.codes: Ints = np.zeros(size, dtype=np.int64)
        self.names: dict[str, int] = {}

    def encode(self, span: slice, column: pa.ChunkedArray) -> None:
        self.codes[span] = [self.names.setdefault(name, len(self.names)) for name in column.to_pylist()]
