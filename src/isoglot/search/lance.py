"""An index in LanceDB: a folder, or ``s3://...``.

Rows are written with ``merge_insert``. Two writers of one id are told apart by LanceDB only where the id column says
that it is a key (``lance-schema:unenforced-primary-key``), and only where it looks for the ids without its index of
them: otherwise both rows stay (measured with lancedb 0.40: of two writers of the same new rows in 150 of 150 trials).
"""

from __future__ import annotations

import os
import random
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from isoglot.arrays import Vectors
from isoglot.errors import StorageError, first_line
from isoglot.extras import need
from isoglot.search.changing import changing
from isoglot.search.disk import refused_by_disk
from isoglot.search.store import ROW, VECTOR, Found, row_schema, vectors_of

if TYPE_CHECKING:
    from types import ModuleType

_KEY = {"lance-schema:unenforced-primary-key": "true"}
_NOTES = "notes"
_NOTE = pa.schema(
    [pa.field("name", pa.string(), nullable=False, metadata=_KEY), pa.field("value", pa.binary(), nullable=False)]
)
_INDEX_FROM = 20_000  # rows; LanceDB scans fewer in some milliseconds, and an index of few vectors finds less
_REFINED = 4  # times as many rows as asked for are scored exactly
_PROBED = 1 << 16  # partitions, which is all: those near a query are of its language, and it is asked in others, too
_AT_ONCE = 8_192  # rows
_TRIES, _PAUSE = 8, 0.2  # seconds


class LanceStore:
    """Tables of a LanceDB database.

    Args:
        place: a folder, or an address that LanceDB knows.

    Raises:
        ConfigError: LanceDB is not installed.
        StorageError: the place cannot be reached.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self._notes: Any = None
        self._lancedb = _lancedb()

    @cached_property
    def _database(self) -> Any:
        """The connection, which makes a folder where there is none."""
        with _said(self.place):
            return self._lancedb.connect(self.place, read_consistency_interval=timedelta(0))

    @property
    def _folder(self) -> Path | None:
        return None if "://" in self.place else Path(self.place)

    def notes(self, names: Sequence[str]) -> dict[str, bytes]:
        """What is noted under names, all as of one moment."""
        if _NOTES not in self.tables():
            return {}
        with _said(self.place):
            wanted = f"name IN ({', '.join(map(_quoted, names))})"
            found = self._database.open_table(_NOTES).search().where(wanted).to_arrow()
        return dict(zip(found["name"].to_pylist(), found["value"].to_pylist(), strict=True))

    def set_notes(self, notes: Mapping[str, bytes], *, keep: bool = False) -> None:
        """Note them, all or none."""
        rows = pa.table({"name": list(notes), "value": list(notes.values())}, schema=_NOTE)
        with _said(self.place):
            _put(self._database.create_table(_NOTES, schema=_NOTE, exist_ok=True), "name", rows, keep=keep)

    @property
    def notes_version(self) -> int:
        """Another number after every note; 0 where there is none."""
        if self._notes is None and _NOTES in self.tables():
            with _said(self.place):
                self._notes = self._database.open_table(_NOTES)
        with _said(self.place):
            return 0 if self._notes is None else int(self._notes.version)

    def table(self, name: str) -> LanceTable:
        """The table of this name."""
        with _said(self.place):
            return LanceTable(self._database.open_table(name), self.place)

    def create(self, name: str, width: int, *, anew: bool = True) -> LanceTable:
        """An empty table, or (not ``anew``) the one that has the name."""
        schema = row_schema(width)
        schema = schema.set(0, schema.field("id").with_metadata(_KEY))
        how = {"mode": "overwrite"} if anew else {"exist_ok": True}
        with _said(self.place):
            return LanceTable(self._database.create_table(name, schema=schema, **how), self.place)

    def writing(self, *, alone: bool = False) -> AbstractContextManager[None]:
        """Lock the folder; an address has no locks."""
        return changing(self._folder, self.place, alone=alone)

    def drop(self, name: str) -> None:
        """Remove a table, if it is there."""
        with _said(self.place):
            self._database.drop_table(name, ignore_missing=True)

    def tables(self) -> list[str]:
        """Names of all tables, that of the notes too."""
        if self._folder is not None and not self._folder.exists():
            return []
        with _said(self.place):
            return list(self._database.list_tables().tables)


class LanceTable:
    """Rows in a table of LanceDB; see :class:`isoglot.search.store.Table`."""

    def __init__(self, table: Any, place: str) -> None:
        """Take a table that is open."""
        self._table, self._place = table, place

    @property
    def version(self) -> int:
        """Another number after every change."""
        with _said(self._place):
            return int(self._table.version)

    @property
    def width(self) -> int:
        """Of a vector."""
        return int(self._table.schema.field(VECTOR).type.list_size)

    def __len__(self) -> int:
        with _said(self._place):
            return int(self._table.count_rows())

    def put(self, rows: pa.Table) -> None:
        """Add rows or replace those of the same id."""
        with _said(self._place):
            _put(self._table, "id", rows.cast(self._table.schema))

    def delete(self, ids: Sequence[str]) -> int:
        """Delete rows, and say how many were there."""
        gone = 0
        with _said(self._place):
            for start in range(0, len(ids), _AT_ONCE):
                some = ", ".join(map(_quoted, ids[start : start + _AT_ONCE]))
                found = _after_conflicts(partial(self._table.delete, f"id IN ({some})"))
                gone += int(found.num_deleted_rows)
        return gone

    def read(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """All rows, some at a time, in no order."""
        with _said(self._place):
            yield from self._table.search().select(list(columns)).to_batches(batch_size=_AT_ONCE)

    def nearest(self, vector: Vectors, *, language: str, count: int) -> Found:
        """The rows of a language whose vectors have the greatest product with one."""
        with _said(self._place):
            query = self._table.search(vector, vector_column_name=VECTOR).distance_type("dot")
            query = query.where(f"lang = {_quoted(language)}", prefilter=True).limit(count)
            query = query.nprobes(_PROBED).refine_factor(_REFINED)
            found = query.select([*ROW.names, VECTOR, "_distance"]).to_arrow()
        return Found(rows=found.select(ROW.names), vectors=vectors_of(found[VECTOR]))

    def matching(self, text: str, *, count: int, languages: Sequence[str] | None = None) -> Found:
        """The rows that share most with a text."""
        from lancedb.query import MatchQuery  # a bare text in quotation marks would be a phrase

        with _said(self._place):
            query = self._table.search(MatchQuery(text, "text"), query_type="fts").limit(count)  # type: ignore[call-arg]
            if languages is not None:
                query = query.where(f"lang IN ({', '.join(map(_quoted, languages))})", prefilter=True)
            found = query.select([*ROW.names, VECTOR, "_score"]).to_arrow()
        return Found(rows=found.select(ROW.names), vectors=vectors_of(found[VECTOR]))

    def of_groups(self, groups: Sequence[str]) -> pa.Table:
        """All rows of these groups."""
        with _said(self._place):
            wanted = f"`group` IN ({', '.join(map(_quoted, groups))})"
            return self._table.search().where(wanted).select(ROW.names).to_arrow()

    def prepare(self) -> None:
        """Index texts by runs of characters, and vectors where they are many; what is new is added to an index."""
        from lancedb.index import FTS, Bitmap, BTree, IvfSq

        wanted = {
            "id": BTree(),
            "group": BTree(),
            "lang": Bitmap(),
            "text": FTS(
                base_tokenizer="ngram", ngram_min_length=2, ngram_max_length=3, stem=False, remove_stop_words=False
            ),
        }

        def make() -> None:
            made = {column for index in self._table.list_indices() for column in index.columns}
            for column, config in wanted.items():
                if column not in made:
                    self._table.create_index(column, config=config)
            self._table.optimize()

        with _said(self._place):
            if self._table.count_rows() >= _INDEX_FROM:
                wanted[VECTOR] = IvfSq(distance_type="dot")
            _after_conflicts(make)

    def compact(self) -> bool:
        """Write small files together and forget what was; False where deleted rows still lie in a file of many.

        What another process is writing at this moment is left to it.
        """
        with _said(self._place), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # readers of an old version fail, and read again
            _after_conflicts(lambda: self._table.optimize(cleanup_older_than=timedelta(0)))
            newest = max(self._table.list_versions(), key=lambda version: int(version["version"]))
        return int(newest["metadata"]["total_deletion_file_rows"]) == 0


def _put(table: Any, key: str, rows: pa.Table, *, keep: bool = False) -> None:
    merge = table.merge_insert(key).when_not_matched_insert_all().use_index(False)
    (merge if keep else merge.when_matched_update_all()).execute(rows)


def _after_conflicts(change: Callable[[], Any]) -> Any:
    """What a change gives, which is tried again where another writer was faster, as LanceDB itself does with rows."""
    for attempt in range(_TRIES):
        try:
            return change()
        except RuntimeError as error:
            if "commit conflict" not in str(error).lower():
                raise
            time.sleep(_PAUSE * (attempt + random.random()))  # two that wait as long as each other would meet again
    return change()


def _lancedb() -> ModuleType:
    os.environ.setdefault("LANCE_LOG", "error")  # its remarks would stand between our lines
    found: ModuleType = need("lancedb", extra="search", what="an index needs")
    return found


def _quoted(text: str) -> str:
    """As a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _said(place: str) -> Iterator[None]:
    """Turn what the store raises into one sentence."""
    try:
        yield
    except (RuntimeError, OSError, ValueError, pa.ArrowException) as error:
        reason = first_line(error)
        said = refused_by_disk(reason) or f"the store cannot do it ({reason[:300]})."
        raise StorageError(f"{place}: {said}") from error
