"""Per-query values in a Parquet file beside results, ``NAME.topics.parquet``, and as a table in memory.

One row a value: ``collection, table, cell, query, cluster, name, value``. The table is a setting, ``bias``,
``reach_same`` or ``reach_other``; the cell is what the value is averaged in before cells are.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from isoglot.arrays import Ints
from isoglot.errors import DataError
from isoglot.evaluation.scores import Scores, Topics
from isoglot.files import whole_file

TOPICS_SUFFIX = ".topics.parquet"

_NAMES = ("collection", "table", "cell", "query", "cluster", "name")
_SCHEMA = pa.schema([*((name, pa.dictionary(pa.int32(), pa.string())) for name in _NAMES), ("value", pa.float64())])


def topics_path(results: Path) -> Path:
    """``scores.json`` -> ``scores.topics.parquet``."""
    return results.with_name(f"{results.stem}{TOPICS_SUFFIX}")


def write_topics(collections: Mapping[str, Topics], results: Path) -> None:
    """Write the per-query values of some collections; the file appears whole or not at all.

    Args:
        results: path of the JSON that they stand beside.
    """
    with whole_file(topics_path(results)) as part, pq.ParquetWriter(part, _SCHEMA, compression="zstd") as writer:
        for rows in _tables(collections):
            writer.write_table(rows)


def topics_table(collections: Mapping[str, Topics]) -> pa.Table:
    """The same rows in memory, with plain strings."""
    plain = pa.schema([*((name, pa.string()) for name in _NAMES), ("value", pa.float64())])
    return pa.concat_tables([rows.cast(plain) for rows in _tables(collections)] or [plain.empty_table()])


def read_topics(results: Path, *, names: Collection[str] | None = None) -> dict[str, Topics]:
    """Collection name -> its per-query values, those of these names only where some are given.

    Args:
        results: path of the JSON that they stand beside.

    Raises:
        DataError: there is no such file, or :func:`write_topics` did not write it.
    """
    path = topics_path(results)
    if not path.is_file():
        raise DataError(f"{path}: no such file; it is written beside the results by `isoglot evaluate --save`.")
    try:
        rows = pq.read_table(path, read_dictionary=list(_NAMES))
        if rows.schema.names != _SCHEMA.names:
            raise DataError(f"{path}: its columns are {', '.join(rows.schema.names)}, not those of per-query values.")
        rows = rows.cast(_SCHEMA)
        if names is not None:
            rows = rows.filter(pc.is_in(rows["name"].cast(pa.string()), pa.array(names, pa.string())))
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())  # it may be of several lines
        raise DataError(f"{path}: not a readable Parquet file ({reason}).") from error
    names = pc.unique(rows["collection"]).to_pylist()
    found = {name: _read_collection(rows.filter(pc.equal(rows["collection"], name))) for name in names}
    for name, topics in found.items():
        for table, scores in topics.tables.items():
            if not _once(scores):
                raise DataError(f"{path}: {name}, {table} does not have one value of every name for each topic.")
    return found


def _tables(collections: Mapping[str, Topics]) -> Iterator[pa.Table]:
    """A table for each value's name."""
    for collection, topics in collections.items():
        for table, scores in topics.tables.items():
            for name in scores.values:
                yield _rows(collection, table, name, topics)


def _once(scores: Scores) -> bool:
    topics = scores.query * len(scores.cells) + scores.cell
    whole = all(len(values) == len(topics) for values in scores.values.values())
    return whole and len(np.unique(topics)) == len(topics)


def _rows(collection: str, table: str, name: str, topics: Topics) -> pa.Table:
    scores = topics.tables[table]
    size = len(scores.query)
    clusters = [str(number) for number in range(int(topics.cluster.max()) + 1)]
    columns = [
        _constant(collection, size),
        _constant(table, size),
        pa.DictionaryArray.from_arrays(scores.cell.astype(np.int32), pa.array(scores.cells, pa.string())),
        pa.DictionaryArray.from_arrays(scores.query.astype(np.int32), pa.array(topics.queries, pa.string())),
        pa.DictionaryArray.from_arrays(topics.cluster[scores.query].astype(np.int32), pa.array(clusters)),
        _constant(name, size),
        pa.array(scores.values[name], pa.float64()),
    ]
    return pa.table(columns, schema=_SCHEMA)


def _constant(value: str, size: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(np.zeros(size, dtype=np.int32), pa.array([value]))


def _read_collection(rows: pa.Table) -> Topics:
    ids, number = _coded(rows["query"])
    _, cluster_of_row = _coded(rows["cluster"])
    cluster = np.zeros(len(ids), dtype=np.int64)
    cluster[number] = cluster_of_row
    table_names, table = _coded(rows["table"])
    tables = {
        name: _read_table(rows.filter(pa.array(table == n)), number[table == n]) for n, name in enumerate(table_names)
    }
    return Topics(queries=ids, cluster=cluster, tables=tables)


def _read_table(rows: pa.Table, query: Ints) -> Scores:
    names, name = _coded(rows["name"])
    values = rows["value"].to_numpy()
    first = name == 0  # every name of a table has the same topics, in the same order
    cells, cell = _coded(rows["cell"].filter(pa.array(first)))
    return Scores(
        query=query[first],
        cell=cell,
        cells=cells,
        values={text: values[name == n] for n, text in enumerate(names)},
    )


def _coded(column: pa.ChunkedArray) -> tuple[tuple[str, ...], Ints]:
    """The different values in order of first appearance, and each row's number among them."""
    names = pc.unique(column.cast(pa.string()))
    return tuple(names.to_pylist()), pc.index_in(column.cast(pa.string()), names).to_numpy().astype(np.int64)
