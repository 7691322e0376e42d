"""Queries and passages as Arrow tables: their columns, their checks, and positions in them.

All of it works a run of rows at a time, so that a memory-mapped table of many passages is never held in memory.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.arrays import DIGEST_BYTES, Digests, Ints
from isoglot.data.lines import language_at
from isoglot.data.repeats import SeenIds
from isoglot.errors import DataError

QUERY_COLUMNS = ("id", "text", "lang", "cluster", "domain", "group")
PASSAGE_COLUMNS = ("id", "text", "lang", "group")
QUERIES = pa.schema([(name, pa.string()) for name in QUERY_COLUMNS])
PASSAGES = pa.schema([(name, pa.string()) for name in PASSAGE_COLUMNS])

RUN_ROWS = 10_000  # rows looked at together where Python sees them
_SEARCH_ROWS = 1 << 20  # rows looked at together where only Arrow does


def rows_table(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Rows as a table. An id or text that is no string becomes null; other values become strings; None stays."""
    data = {name: [_cell(name, row.get(name)) for row in rows] for name in schema.names}
    return pa.table(data, schema=schema)


def query_table(table: pa.Table, what: str, *, domain: str) -> pa.Table:
    """A checked table of queries; group and domain default to the id and ``domain``, and the cluster stays null.

    A text that is null or white space becomes empty.

    Args:
        table: at least ``id``, ``text`` and ``lang``, strings.
        what: what errors call a row, such as ``"birds: query"``.

    Raises:
        DataError: no row, a missing or repeated id, no or a bad language.
    """
    columns = _checked(table, what)
    columns["group"] = _given(table, "group", columns["id"])
    columns["cluster"] = (
        table["cluster"] if "cluster" in table.column_names else pa.chunked_array([pa.nulls(len(table), pa.string())])
    )
    columns["domain"] = _given(table, "domain", domain)
    return pa.table({name: columns[name] for name in QUERY_COLUMNS}, schema=QUERIES)


def passage_table(table: pa.Table, what: str) -> pa.Table:
    """A checked table of passages; the group defaults to the id. See :func:`query_table`."""
    columns = _checked(table, what)
    columns["group"] = _given(table, "group", columns["id"])
    return pa.table({name: columns[name] for name in PASSAGE_COLUMNS}, schema=PASSAGES)


def runs(
    column: pa.ChunkedArray | pa.StringArray, rows: int = RUN_ROWS
) -> Iterator[tuple[int, pa.ChunkedArray | pa.StringArray]]:
    """(Number of the first row, run of rows), whatever the chunks of the column are; nothing is copied."""
    for start in range(0, len(column), rows):
        yield start, column.slice(start, rows)


def texts_at(column: pa.ChunkedArray, rows: Ints) -> list[str]:
    """The texts of ascending rows, without touching what lies between them; ``column.take`` copies whole columns."""
    texts: list[str] = []
    ends = np.cumsum([len(chunk) for chunk in column.chunks])
    home = np.searchsorted(ends, rows, side="right")
    for number in np.unique(home).tolist():
        chunk = column.chunk(number)
        here = rows[home == number] - (int(ends[number]) - len(chunk))
        texts += chunk.take(pa.array(here)).to_pylist()
    return texts


def text_digests(column: pa.ChunkedArray) -> Digests:
    """(texts,) a digest of each text, by which an equal one is known again on any machine."""
    total = bytearray()
    for chunk in column.chunks:
        for start in range(0, len(chunk), 10_000):
            for text in chunk.slice(start, 10_000).to_pylist():
                total += hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES).digest()
    return np.frombuffer(total, dtype=f"V{DIGEST_BYTES}")


def positions(column: pa.ChunkedArray, wanted: Sequence[str]) -> Ints:
    """(wanted,) int64: where each value stands in a column whose values differ; -1 where it does not."""
    sought = pa.array(wanted, pa.string()).dictionary_encode()
    found: Ints = places(column, sought.dictionary)[sought.indices.to_numpy()]
    return found


def places(column: pa.ChunkedArray | pa.StringArray, wanted: pa.StringArray) -> Ints:
    """As :func:`positions`, of values that differ, too."""
    found = np.full(len(wanted), -1, dtype=np.int64)
    for start, run in runs(column, _SEARCH_ROWS):
        hits = index_in(run, wanted)  # this way round, since mostly the column is the longer of the two
        rows = np.flatnonzero(hits >= 0)
        found[hits[rows]] = start + rows
    return found


def index_in(column: pa.ChunkedArray | pa.StringArray, names: pa.Array) -> Ints:
    """(rows,) int64: the place of every value among ``names``; -1 where it is none of them."""
    numbers: Ints = pc.fill_null(pc.index_in(column, names), -1).to_numpy().astype(np.int64)
    return numbers


def first_match(column: pa.ChunkedArray, pattern: str) -> str | None:
    """The first value in which a regular expression (RE2) is found; None if there is none."""
    for _, run in runs(column):
        row = pc.index(pc.match_substring_regex(run, pattern), True).as_py()
        if row >= 0:
            return str(run[row])
    return None


def empty_texts(column: pa.ChunkedArray) -> Ints:
    """Rows, ascending, whose text is empty; the texts themselves are not read."""
    rows: Ints = np.flatnonzero(pc.equal(pc.binary_length(column), 0).to_numpy())
    return rows


def numbered(column: pa.ChunkedArray) -> Ints:
    """(rows,) int64: values numbered in order of first appearance."""
    return index_in(column, pc.unique(column))


def _cell(name: str, value: Any) -> str | None:
    if isinstance(value, str) or value is None:
        return value
    return None if name in ("id", "text") else str(value)


def _given(table: pa.Table, name: str, default: pa.ChunkedArray | str) -> pa.ChunkedArray:
    if name not in table.column_names:
        return pa.chunked_array([pa.repeat(default, len(table))]) if isinstance(default, str) else default
    column = table[name]
    return pc.coalesce(column, default) if column.null_count else column


def _checked(table: pa.Table, what: str) -> dict[str, pa.ChunkedArray]:
    """The columns id, text and lang, languages in their standard form."""
    if not len(table):
        raise DataError(f"{what}: there is none.")
    ids, texts, tags = table["id"], table["text"], table["lang"]
    if (row := _first_blank(ids)) is not None:
        raise DataError(f"{what} {row + 1} has no id.")
    seen = SeenIds()
    for _, run in runs(ids):
        for identity in run.to_pylist():
            seen.add(identity)
    if repeated := seen.find((identity, None) for _, run in runs(ids) for identity in run.to_pylist()):
        raise DataError(f"{what} id {repeated[0]!r} occurs twice.")
    if (row := _first_blank(tags)) is not None:
        raise DataError(f'{what} {ids[row].as_py()!r} has no "lang".')
    blank = pc.fill_null(pc.utf8_is_space(texts), True)
    if pc.any(blank).as_py():
        texts = pc.if_else(blank, "", texts)
    return {"id": ids, "text": texts, "lang": _standard(tags, ids, what)}


def _first_blank(column: pa.ChunkedArray) -> int | None:
    """The first row that is null or empty."""
    for start, run in runs(column):
        blank = pc.equal(pc.binary_length(run), 0)
        rows = np.flatnonzero(pc.fill_null(blank, True).to_numpy())
        if len(rows):
            return start + int(rows[0])
    return None


def _standard(tags: pa.ChunkedArray, ids: pa.ChunkedArray, what: str) -> pa.ChunkedArray:
    given = pc.unique(tags)
    standard = []
    for tag in given.to_pylist():
        first = ids[pc.index(tags, tag).as_py()].as_py()
        standard.append(language_at(f"{what} {first!r}", tag))
    if standard == given.to_pylist():
        return tags
    return pc.take(pa.array(standard, pa.string()), pc.index_in(tags, given))
