"""Every store does what :mod:`isoglot.search.store` says, and a place says which it is."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from isoglot.search.lance import LanceStore
from isoglot.search.milvus import MilvusStore
from isoglot.search.store import ROW, VECTOR, Store, all_rows, counts_of, row_schema, vectors_of
from isoglot.search.stores import store_at

WIDTH = 8
IDS = ["one", 'with "quotes"', "it's", "back\\slash%41", "三"]


@pytest.fixture(params=["lancedb", "pymilvus"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    pytest.importorskip(request.param)
    return store_at(tmp_path / "new" / ("index.db" if request.param == "pymilvus" else "index"))


def rows(ids: list[str], *, language: str = "de", first: int = 0) -> pa.Table:
    """Rows of two groups, whose vectors are the unit vectors from the ``first`` on."""
    vectors = np.eye(WIDTH, dtype=np.float32)[first : first + len(ids)].ravel()
    groups = [f"'{number % 2}\"" for number in range(len(ids))]
    made = [ids, [language] * len(ids), groups, [f"text of {each}" for each in ids]]
    listed = pa.FixedSizeListArray.from_arrays(pa.array(vectors), WIDTH)
    return pa.Table.from_arrays([*map(pa.array, made), listed], schema=row_schema(WIDTH))


def test_rows_are_put_replaced_found_and_deleted(store: Store) -> None:
    assert store.tables() == []
    table = store.create("rows-1", WIDTH)
    table.put(rows(IDS))
    table.put(rows(["other"], language="zh-Hant", first=5))
    table.prepare()
    assert (len(table), table.width, counts_of(table)) == (6, WIDTH, {"de": 5, "zh-Hant": 1})
    there = all_rows(table, [*ROW.names, VECTOR]).sort_by("id")
    expected = pa.concat_tables([rows(IDS), rows(["other"], language="zh-Hant", first=5)]).sort_by("id")
    assert there.select(ROW.names).equals(expected.select(ROW.names))
    np.testing.assert_array_equal(vectors_of(there[VECTOR]), vectors_of(expected[VECTOR]))
    query = np.array([0, 1, 2, 3, 4, 9, 0, 0], dtype=np.float32)
    found = table.nearest(query, language="de", count=3)
    assert found.rows["id"].to_pylist() == IDS[:1:-1]
    np.testing.assert_array_equal(found.vectors, np.eye(WIDTH, dtype=np.float32)[[4, 3, 2]])
    assert sorted(table.of_groups(["'1\""])["id"].to_pylist()) == sorted([IDS[1], IDS[3]])

    seen = table.version
    table.put(rows(["one"], first=7))  # another vector
    again = store.table("rows-1")
    assert (len(again), again.version == seen) == (6, False)
    assert again.nearest(np.eye(WIDTH, dtype=np.float32)[7], language="de", count=1).rows["id"].to_pylist() == ["one"]
    seen = table.version
    assert table.delete([*IDS[1:], "no such"]) == 4
    assert (len(again), again.version == seen) == (2, False)
    assert len(store.create("rows-1", WIDTH, anew=False)) == 2
    assert len(store.create("rows-1", WIDTH)) == 0
    store.drop("rows-1")
    store.drop("rows-1")
    assert "rows-1" not in store.tables()


def test_notes_of_any_size_are_written_together(store: Store) -> None:
    assert (store.notes(["a"]), store.notes_version) == ({}, 0)
    long = bytes(range(256)) * 1_000
    store.set_notes({"a": long, "b": b""})
    seen = store.notes_version
    assert store.notes(["a", "b", "c"]) == {"a": long, "b": b""}
    store.set_notes({"a": b"kept", "c": b"new"}, keep=True)
    assert store.notes(["a", "c"]) == {"a": long, "c": b"new"}
    assert store.notes_version != seen
    store.set_notes({"a": b"short"})
    assert store.notes(["a"]) == {"a": b"short"}


def test_a_place_says_which_store_it_is(tmp_path: Path) -> None:
    pytest.importorskip("lancedb")
    pytest.importorskip("pymilvus")
    for place, kind in (("index", LanceStore), ("index.db", MilvusStore)):
        assert type(store_at(tmp_path / place)) is kind
    for address in ("http://localhost:19530", "https://localhost/database"):
        assert type(store_at(address)) is MilvusStore
    assert list(tmp_path.iterdir()) == []
