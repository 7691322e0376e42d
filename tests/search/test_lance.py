"""Tables in LanceDB: what several write at once is there once, and what cannot be written is said."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pyarrow as pa
import pytest

from isoglot.search.lance import LanceStore
from isoglot.search.store import row_schema

pytest.importorskip("lancedb")

WIDTH = 8


def rows(*ids: str) -> pa.Table:
    """Rows of these ids."""
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(np.ones(WIDTH * len(ids), np.float32)), WIDTH)
    own = [list(ids), ["en"] * len(ids), list(ids), list(ids), vectors]
    return pa.Table.from_arrays([pa.array(each) for each in own], schema=row_schema(WIDTH))


def test_two_writers_of_new_rows_leave_one_row_an_id(tmp_path: Path) -> None:
    """Of a table that has an index of its ids, by which LanceDB would not tell the writers apart."""
    place, ready = str(tmp_path / "store"), Barrier(2)
    table = LanceStore(place).create("rows", WIDTH)
    table.put(rows("there"))
    table.prepare()

    def write() -> None:
        own = LanceStore(place).table("rows")
        ready.wait()
        own.put(rows(*map(str, range(300))))

    with ThreadPoolExecutor(2) as writers:
        for writer in [writers.submit(write) for _ in range(2)]:
            writer.result()
    assert len(table) == 301
