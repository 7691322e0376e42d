"""Relevance judgements: TREC's files (``query iteration passage grade``) and BEIR's (header; query, passage, grade)."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints
from isoglot.data.judgements import Judgements
from isoglot.data.published import Judged
from isoglot.data.tables import places
from isoglot.data.trec.triples import Format, line_at, read_triples

Layout = Literal["trec", "beir"]

_GRADE = re.compile(r"([+-]?[0-9]{1,18})(?:\.0*)?")


@dataclass(frozen=True, kw_only=True)
class Qrels:
    """The judgements of one file.

    Attributes:
        path: the file.
        queries, passages: ids of what is judged.
        query, passage: (judgements,) int64, index into them; ``query`` ascends.
        grade: (judgements,) int64; above 0 is relevant.
        row: (judgements,) int64, which of the file's lines it is, from 0, blank ones left out.
    """

    path: Path
    queries: pa.StringArray
    passages: pa.StringArray
    query: Ints
    passage: Ints
    grade: Ints
    row: Ints

    def located(self, *, queries: pa.Table, passages: pa.Table) -> Judgements:
        """The judgements by position in tables with a column ``id``; -1 for what is not there."""
        return Judgements(
            query=places(queries["id"], self.queries)[self.query],
            passage=places(passages["id"], self.passages)[self.passage],
            grade=self.grade,
        )

    def judged(self, number: int) -> Judged:
        """One of the judgements, from 0, and its line."""
        where = f"{self.path}: line {line_at(self.path, int(self.row[number]))}"
        return Judged(where, str(self.queries[self.query[number]]), str(self.passages[self.passage[number]]))


def read_qrels(path: Path, *, layout: Layout | None = None, repeats: bool = False) -> Qrels:
    """Read TREC qrels of four columns, or BEIR's of three, with their header or without; ``.gz`` too.

    Args:
        path: the file.
        layout: ``"trec"``: columns are separated by white space, as trec_eval does; ``"beir"``: by tabs alone, so that
            ids may have spaces; None: by white space, and the first line tells the layout.
        repeats: whether a judgement may be there again, with the same grade; it counts once.

    Raises:
        DataError: with the file and line: another number of columns, a grade that is no whole number, a passage
            judged twice for one query, where that may not be, or not alike; or there is no such file, or no judgement
            in it.
    """
    found = read_triples(path, _FORMATS[layout], repeats=repeats)
    return Qrels(
        path=path,
        queries=found.queries,
        passages=found.passages,
        query=found.query,
        passage=found.passage,
        grade=found.number.astype(np.int64, copy=False),
        row=found.row,
    )


def _grade(text: str) -> int | None:
    found = _GRADE.fullmatch(text)  # 1.0 is 1: whoever writes grades from a table of numbers has it so
    return int(found[1]) if found else None


_TREC = ("query", "iteration", "passage", "number")
_BEIR = ("query", "passage", "number")
_TOLD = Format(what="qrels", forms=(_TREC, _BEIR), number="grade", parse=_grade, type=pa.int64())
_FORMATS: dict[Layout | None, Format] = {
    None: _TOLD,
    "trec": replace(_TOLD, what="judgement", forms=(_TREC,), rule="query, iteration, passage and a whole grade"),
    "beir": replace(
        _TOLD,
        what="judgement",
        forms=(_BEIR,),
        tabs=True,
        rule="query-id, corpus-id and a whole score, separated by tabs",
    ),
}
