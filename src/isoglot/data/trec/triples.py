"""Runs and qrels are text files of one kind: every line has a query, a passage and a number.

A file whose columns are separated by one character throughout is read by Arrow, any other line by line; what is
wrong with a file is always found line by line.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from isoglot.arrays import Bools, Floats, Ints
from isoglot.data.lines import numbered_lines, whole_lines
from isoglot.errors import DataError
from isoglot.wording import shortened

Numbers = Floats | Ints

_FIELD = re.compile(r"[^ \t\v\f\r]+")  # white space as in C: a no-break space may stand in an id
_HEADER = re.compile(r"q(uery)?[-_]?id", re.IGNORECASE)
_BLOCK_BYTES = 1 << 18  # looked at together: they and what is found of them stay in the processor's cache


@dataclass(frozen=True, kw_only=True)
class Format:
    """What the lines of a file are.

    Attributes:
        what: such as ``"a TREC run"``, for errors.
        forms: columns, one tuple for each number of them; with ``query``, ``passage`` and ``number``.
        number: what the number is called.
        parse: text -> number, NaN or None where it is none.
        type: of the numbers.
        tabs: only a tab separates columns, so that ids may have spaces; otherwise all white space does.
        rule: what every line must be, for errors; without it an error says what differs, or which number is none.
    """

    what: str
    forms: tuple[tuple[str, ...], ...]
    number: str
    parse: Callable[[str], float | int | None]
    type: pa.DataType
    tabs: bool = False
    rule: str | None = None

    def fields(self, line: str) -> list[str]:
        """The columns of a line."""
        return line.split("\t") if self.tabs else _FIELD.findall(line)


@dataclass(frozen=True, kw_only=True)
class Triples:
    """The lines, those of a query together, otherwise in the order of the file.

    Attributes:
        queries, passages: the different ids, in order of first appearance.
        query, passage: (lines,) int64, index into them; ``query`` ascends.
        number: (lines,) float64 or int64.
        row: (lines,) int64, which of the file's lines it is, from 0, blank ones left out (see :func:`line_at`).
    """

    queries: pa.StringArray
    passages: pa.StringArray
    query: Ints
    passage: Ints
    number: Numbers
    row: Ints

    def at(self, order: Ints | Bools) -> "Triples":
        """Some of the lines, or all in another order."""
        return replace(
            self,
            query=self.query[order],
            passage=self.passage[order],
            number=self.number[order],
            row=self.row[order],
        )


def read_triples(path: Path, form: Format, *, repeats: bool = False) -> Triples:
    """Read a file; its name may end in ``.gz``.

    Args:
        repeats: whether a line may be there again, with the same number; it counts once.

    Raises:
        DataError: with the file and, where there is one, the line: no such file, no line in it, another number of
            columns, a number that is none, or a passage twice for one query, where that may not be.
    """
    first = next(numbered_lines(path), None)
    if first is None:
        raise _no_line(path, "in the file", form)
    columns, header = _columns(path, *first, form)
    found = _read_fast(path, columns, form, skipped=first[0] if header else 0)
    if found is None:
        found = _read_lines(path, columns, form, skipped=int(header))
    if not len(found.query):
        raise _no_line(path, "after the header", form)
    if header:
        found = replace(found, row=found.row + 1)
    found = _each_once(path, found, form, repeats=repeats)
    return found if (np.diff(found.query) >= 0).all() else found.at(np.argsort(found.query, kind="stable"))


def line_at(path: Path, row: int) -> int:
    """The number, from 1, of a line of the file (see :class:`Triples`), which is read again for it."""
    return next(islice(numbered_lines(path), row, None))[0]


def _columns(path: Path, line: int, text: str, form: Format) -> tuple[tuple[str, ...], bool]:
    """The form that the first line has, and whether it is a header."""
    fields = form.fields(text)
    for columns in form.forms:
        if len(columns) == len(fields):
            # Only BEIR's form, of three columns, has a header.
            return columns, len(columns) == 3 and form.parse(fields[2]) is None and bool(_HEADER.fullmatch(fields[0]))
    raise _wrong_columns(path, line, len(fields), form)


def _no_line(path: Path, where: str, form: Format) -> DataError:
    if form.rule:
        return DataError(f"{path}: no {form.what} in the file.")
    return DataError(f"{path}: no line {where}, which should be {form.what}.")


def _wrong_columns(path: Path, line: int, count: int, form: Format) -> DataError:
    if form.rule:
        return DataError(f"{path}: line {line}: must be {form.rule}.")
    forms = " or ".join(
        f"{len(columns)} ({' '.join(form.number if name == 'number' else name for name in columns)})"
        for columns in form.forms
    )
    return DataError(f"{path}: line {line} has {count} columns, but a line of {form.what} has {forms}.")


def _wrong_number(path: Path, line: int, given: str, form: Format) -> DataError:
    if form.rule:
        return DataError(f"{path}: line {line}: must be {form.rule}.")
    kind = "whole number" if pa.types.is_integer(form.type) else "number"
    return DataError(f"{path}: line {line}: {form.number} {shortened(given, most=40)!r} is not a {kind}.")


def _read_fast(path: Path, columns: tuple[str, ...], form: Format, *, skipped: int) -> Triples | None:
    """What Arrow makes of the file; None where it must be read line by line, if only to say what is wrong."""
    table = _table(path, columns, form, skipped=skipped)
    if table is None:
        return None
    (queries, query), (passages, passage) = (_coded(table[name]) for name in ("query", "passage"))
    number = _numbers(table["number"], form) if _exact(form) else table["number"].to_numpy()
    if number is None or np.isnan(number).any():
        return None
    row = np.arange(len(query))
    return Triples(queries=queries, passages=passages, query=query, passage=passage, number=number, row=row)


def _table(path: Path, columns: tuple[str, ...], form: Format, *, skipped: int) -> pa.Table | None:
    """The columns that are wanted, all of them strings but numbers that are not exact."""
    try:
        data = whole_lines(path)
    except (EOFError, OSError, zlib.error):
        return None
    separator = _separator(data, tabs=form.tabs)
    if separator is None:
        return None
    text = pa.string()  # made into codes afterwards: Arrow's reader makes a dictionary a block, which is slower
    # By one thread, since several do twice the work in twice the memory, and are no sooner done.
    try:
        return csv.read_csv(
            pa.BufferReader(data),
            csv.ReadOptions(column_names=columns, skip_rows=skipped, use_threads=False),
            csv.ParseOptions(delimiter=separator, quote_char=False),
            csv.ConvertOptions(
                column_types={"query": text, "passage": text, "number": text if _exact(form) else form.type},
                include_columns=["query", "passage", "number"],
                null_values=[],
            ),
        )
    except pa.ArrowInvalid:
        return None


def _exact(form: Format) -> bool:
    """Whether there are few different numbers, which Python reads, so that both ways agree."""
    return bool(pa.types.is_integer(form.type))


def _separator(data: bytearray, *, tabs: bool) -> str | None:
    """The character that separates all columns, one at a time; None where there is other white space that may too."""
    first = data[: data.find(b"\n")] if b"\n" in data else data
    mark, other = (b"\t", b" ") if tabs or b"\t" in first else (b" ", b"\t")
    if not tabs and any(odd in data for odd in (other, b"\v", b"\f")):
        return None
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):  # one by itself ends a line for Arrow
        return None
    # Two separators together, or one at an end of a line, where a column would be empty.
    text = np.frombuffer(data, dtype=np.uint8)
    for start in range(0, len(text), _BLOCK_BYTES):
        part = text[max(start - 1, 0) : start + _BLOCK_BYTES]
        marks = part == ord(mark)
        ends = part <= ord(" ")  # and more than ends of lines, which is one comparison and does no harm
        if (marks[1:] & ends[:-1]).any() or (ends[1:] & marks[:-1]).any():
            return None
    return None if data.startswith(mark) or data.endswith(mark) else mark.decode()


def _coded(column: pa.ChunkedArray) -> tuple[pa.StringArray, Ints]:
    coded = column.dictionary_encode().combine_chunks()
    return coded.dictionary, coded.indices.to_numpy().astype(np.int64)


def _numbers(column: pa.ChunkedArray, form: Format) -> Ints | None:
    texts, code = _coded(column)
    values = [form.parse(text) for text in texts.to_pylist()]
    return None if None in values else np.array(values, dtype=np.int64)[code]


def _read_lines(path: Path, columns: tuple[str, ...], form: Format, *, skipped: int) -> Triples:
    places = [columns.index(name) for name in ("query", "passage", "number")]
    queries: dict[str, int] = {}
    passages: dict[str, int] = {}
    rows: list[tuple[int, int]] = []
    numbers: list[Any] = []
    for line, text in islice(numbered_lines(path), skipped, None):
        fields = form.fields(text)
        if len(fields) != len(columns):
            raise _wrong_columns(path, line, len(fields), form)
        query, passage, given = (fields[place] for place in places)
        number = form.parse(given)
        if number is None or number != number:
            raise _wrong_number(path, line, given, form)
        rows.append((queries.setdefault(query, len(queries)), passages.setdefault(passage, len(passages))))
        numbers.append(number)
    codes = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return Triples(
        queries=pa.array(queries, pa.string()),
        passages=pa.array(passages, pa.string()),
        query=codes[:, 0],
        passage=codes[:, 1],
        number=np.array(numbers, dtype=form.type.to_pandas_dtype()),
        row=np.arange(len(codes)),
    )


def _each_once(path: Path, found: Triples, form: Format, *, repeats: bool) -> Triples:
    """The lines as they stand in the file, without repeats where they may be there."""
    keys = found.query * len(found.passages) + found.passage
    ordered = np.sort(keys)
    if not (ordered[1:] == ordered[:-1]).any():
        return found
    order = np.argsort(keys, kind="stable")
    same = keys[order[1:]] == keys[order[:-1]]
    before, again = order[:-1][same], order[1:][same]
    wrong = again[found.number[again] != found.number[before]] if repeats else again
    if len(wrong):
        raise _repeated(path, found, form, int(wrong.min()), repeats=repeats)
    first = np.ones(len(keys), dtype=np.bool_)
    first[again] = False
    return found.at(first)


def _repeated(path: Path, found: Triples, form: Format, place: int, *, repeats: bool) -> DataError:
    query, passage = str(found.queries[found.query[place]]), str(found.passages[found.passage[place]])
    where = f"{path}: line {line_at(path, int(found.row[place]))}: passage {passage!r}"
    if not repeats:
        return DataError(f"{where} is there a second time for query {query!r}.")
    alike = (found.query == found.query[place]) & (found.passage == found.passage[place])
    first = int(alike.argmax())
    return DataError(
        f"{where} has {form.number} {found.number[place]} for query {query!r}, "
        f"but {form.number} {found.number[first]} in line {line_at(path, int(found.row[first]))}; keep one."
    )
