"""Tables in LanceDB: what several write at once is there once, and what cannot be written is said."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from isoglot.errors import DataError, StorageError
from isoglot.search import lance
from isoglot.search.index import Index
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


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("LanceError(IO): No space left on device (os error 28)", "the disk is full"),
        ("LanceError(IO): Read-only file system (os error 30)", "does not let this user do it"),
        ("LanceError(IO): something else", "cannot do it"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str, sentence: str
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError(f"{reason} at path x\nand more")

    table = LanceStore(str(tmp_path / "store")).create("rows", WIDTH)
    monkeypatch.setattr(lance, "_put", fails)
    with pytest.raises(StorageError, match=sentence) as said:
        table.put(rows("x"))
    assert "\n" not in str(said.value)


def test_an_address_is_lancedbs_and_makes_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    asked = list[str]()

    def connect(place: str, **_: object) -> SimpleNamespace:
        asked.append(place)
        return SimpleNamespace(list_tables=lambda: SimpleNamespace(tables=[]))

    monkeypatch.setattr(lance, "_lancedb", lambda: SimpleNamespace(connect=connect))
    with pytest.raises(DataError, match="s3://bucket/an index: there is no index here"):
        Index("s3://bucket/an index")
    with LanceStore("s3://bucket/an index").writing(alone=True):
        pass
    assert asked == ["s3://bucket/an index"]
    assert list(tmp_path.iterdir()) == []
