"""Per-query values of several runs on one collection, brought into one order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.errors import DataError
from isoglot.evaluation.scores import Scores, Topics


@dataclass(frozen=True, kw_only=True)
class Aligned:
    """One table of all runs.

    Attributes:
        query: (topics,) int64, the topic's query.
        cell: (topics,) int64, index into ``cells``.
        cells: names, as in :class:`~isoglot.evaluation.scores.Scores`; sorted.
        values: name -> (runs, topics) float64; the names that every run has.
    """

    query: Ints
    cell: Ints
    cells: tuple[str, ...]
    values: dict[str, Floats]


@dataclass(frozen=True)
class ComparedRun:
    """Attributes:
    source: what errors call it, such as its file.
    topics: its values on a collection.
    """

    source: str
    topics: Topics


def align(runs: Sequence[ComparedRun], collection: str) -> dict[str, Aligned]:
    """The tables that every run has, their topics in the order of the first run.

    Args:
        runs: one or more, on the same collection.
        collection: its name, for errors.

    Raises:
        DataError: two runs have a table with different topics.
    """
    tables = [name for name in runs[0].topics.tables if all(name in run.topics.tables for run in runs)]
    return {name: _align_table(runs, name, collection) for name in tables}


def _align_table(runs: Sequence[ComparedRun], table: str, collection: str) -> Aligned:
    tables = [run.topics.tables[table] for run in runs]
    keys = _keys(runs, tables)
    for run, others in zip(runs, keys, strict=True):
        if not np.array_equal(np.sort(keys[0]), np.sort(others)):
            raise DataError(_first_difference((runs[0], run), (keys[0], others), table, collection))
    orders = [_order(keys[0], others) for others in keys]
    names = [name for name in tables[0].values if all(name in scores.values for scores in tables)]
    cells = sorted(tables[0].cells)
    return Aligned(
        query=tables[0].query,
        cell=np.array([cells.index(cell) for cell in tables[0].cells], dtype=np.int64)[tables[0].cell],
        cells=tuple(cells),
        values={
            name: np.stack([scores.values[name][order] for scores, order in zip(tables, orders, strict=True)])
            for name in names
        },
    )


def _keys(runs: Sequence[ComparedRun], tables: Sequence[Scores]) -> list[Ints]:
    """For each run (topics,) numbers that are equal where query id and cell are."""
    queries: dict[str, int] = {}
    cells: dict[str, int] = {}
    pairs = [
        (_numbered(run.topics.queries, queries)[scores.query], _numbered(scores.cells, cells)[scores.cell])
        for run, scores in zip(runs, tables, strict=True)
    ]
    return [query * len(cells) + cell for query, cell in pairs]


def _numbered(names: Sequence[str], known: dict[str, int]) -> Ints:
    """Each name's number, new ones added to what is known."""
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)


def _order(keys: Ints, others: Ints) -> Ints:
    """Where the same keys are in ``others``."""
    order = np.empty(len(keys), dtype=np.int64)
    order[np.argsort(keys)] = np.argsort(others)
    return order


def _first_difference(
    runs: tuple[ComparedRun, ComparedRun], keys: tuple[Ints, Ints], table: str, collection: str
) -> str:
    """A sentence about the first topic that only one of two runs has."""
    only = np.flatnonzero(~np.isin(keys[0], keys[1]))
    has, lacks = runs if len(only) else runs[::-1]
    if not len(only):
        only = np.flatnonzero(~np.isin(keys[1], keys[0]))
    scores = has.topics.tables[table]
    query, cell = has.topics.queries[scores.query[only[0]]], scores.cells[scores.cell[only[0]]]
    return (
        f"{lacks.source}: {collection}, {table} has no value of query {query!r} ({cell}), which {has.source} has; "
        "compare evaluations of the same data."
    )
