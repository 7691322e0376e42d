"""Relevance files: TREC qrels (query, iteration, passage, grade) and BEIR's (header; query, passage, grade)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from isoglot.data.judgements import Judgements
from isoglot.data.lines import numbered_lines
from isoglot.errors import DataError

_GRADE = re.compile(r"-?[0-9]+")


@dataclass(frozen=True)
class QrelsFile:
    """The judgements of one file.

    Attributes:
        path: the file.
        grades: (query id, passage id) -> grade, in the order of the file.
        lines: the line of each, from 1.
    """

    path: Path
    grades: dict[tuple[str, str], int] = field(default_factory=dict)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def judgements(self, *, queries: pa.Table, passages: pa.Table, topics: str, corpus: str) -> Judgements:
        """The judgements by position in tables with a column ``id``.

        Args:
            queries, passages: the tables.
            topics, corpus: the files they come from, for the error.

        Raises:
            DataError: with the line of the first judgement of a query or passage that is not there.
        """
        found = Judgements.located(self.grades, queries=queries, passages=passages)
        missing = ((found.query < 0) | (found.passage < 0)).nonzero()[0]
        if len(missing):
            row = int(missing[0])
            (query, passage), line = list(self.lines.items())[row]
            where = f"{self.path}: line {line}"
            if found.query[row] < 0:
                raise DataError(f"{where}: query {query!r} is not in {topics}.")
            raise DataError(f"{where}: passage {passage!r} is not in {corpus}; add it or remove the line.")
        return found


def read_beir_qrels(path: Path) -> QrelsFile:
    """Read ``query-id, corpus-id, score`` separated by tabs, with that header or without.

    Raises:
        DataError: with the line that cannot be used, or that grades a passage otherwise than a line before it.
    """
    return _read(path, _beir_fields, "query-id, corpus-id and a whole score, separated by tabs")


def read_trec_qrels(path: Path) -> QrelsFile:
    """Read ``query iteration passage grade`` separated by white space, as trec_eval does. Raises as above."""
    return _read(path, str.split, "query, iteration, passage and a whole grade", columns=(0, 2, 3))


def _beir_fields(line: str) -> Sequence[str]:
    fields = line.split("\t")
    return () if fields[0] == "query-id" else fields


def _read(
    path: Path, split: Callable[[str], Sequence[str]], form: str, columns: tuple[int, int, int] = (0, 1, 2)
) -> QrelsFile:
    qrels = QrelsFile(path)
    for number, line in numbered_lines(path):
        fields = split(line)
        if number == 1 and not fields:
            continue
        where = f"{path}: line {number}"
        if len(fields) != columns[-1] + 1 or not _GRADE.fullmatch(fields[-1]):
            raise DataError(f"{where}: must be {form}.")
        query, passage, grade = (fields[column] for column in columns)
        pair = query, passage
        if qrels.grades.setdefault(pair, int(grade)) != int(grade):
            raise DataError(
                f"{where}: passage {passage!r} has grade {grade} for query {query!r}, "
                f"but grade {qrels.grades[pair]} in line {qrels.lines[pair]}; keep one."
            )
        qrels.lines.setdefault(pair, number)
    if not qrels.grades:
        raise DataError(f"{path}: no judgement in the file.")
    return qrels
