"""Calls to Milvus: what the server let go of is loaded again, what is not ready is asked again, the rest is said."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from isoglot.encoder.similarity import Similarity
from isoglot.errors import StorageError
from isoglot.search import milvusclient
from isoglot.search.index import Index
from isoglot.search.manifest import Manifest
from isoglot.search.milvus import MilvusStore
from isoglot.search.notes import manifest_note
from isoglot.search.store import ROW, StoreAway, all_rows, row_schema
from isoglot.search.view import View

pymilvus = pytest.importorskip("pymilvus")
milvus_lite = pytest.importorskip("milvus_lite.adapter.grpc.server")

WIDTH = 8
UNIT = np.eye(WIDTH, dtype=np.float32)
MANIFEST = Manifest(
    encoder="e", fingerprint="f", similarity=Similarity.COSINE, width=WIDTH, length=None, table="passages-1"
)


class Server:
    """Milvus Lite's own server, on a port that stays the same."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, 0
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server, self._data, self.port = milvus_lite.start_server_in_thread(str(self.folder), port=self.port)

    def stop(self) -> None:
        self._server.stop(grace=0).wait()
        self._data.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path / "served.db")
    yield started
    started.stop()


def filled(place: str) -> MilvusStore:
    """A store of two rows and a note."""
    store = MilvusStore(place)
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(UNIT[:2].ravel()), WIDTH)
    texts = [pa.array([f"{name} {number}" if name != "lang" else "de" for number in range(2)]) for name in ROW.names]
    store.create("passages-1", WIDTH).put(pa.Table.from_arrays([*texts, vectors], schema=row_schema(WIDTH)))
    store.set_notes(manifest_note(MANIFEST))
    return store


def check(store: MilvusStore, table: Any) -> None:
    """An open store and an open table answer all that they are asked."""
    assert store.notes(["index"]) == manifest_note(MANIFEST)
    assert store.notes_version != 0
    assert (len(table), len(all_rows(table, ["id"]))) == (2, 2)
    assert table.nearest(UNIT[1], language="de", count=1).rows["id"].to_pylist() == ["id 1"]
    assert len(table.of_groups(["group 0"])) == 1


def test_collections_that_another_client_released_are_loaded_again(tmp_path: Path) -> None:
    place = str(tmp_path / "index.db")
    store = filled(place)
    table = store.table("passages-1")
    check(store, table)
    other = pymilvus.MilvusClient(place)
    asked = (
        lambda: store.notes_version,
        lambda: len(table),
        lambda: all_rows(table, ["id"]),
        lambda: table.nearest(UNIT[0], language="de", count=1),
        lambda: table.of_groups(["group 0"]),
        lambda: table.delete(["no such"]),
    )
    for ask in asked:
        for name in ("isoglot_notes", "isoglot_passages_1"):
            other.release_collection(name)
        ask()
    check(store, table)


def test_a_server_that_was_started_anew_is_asked_as_before(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    store = filled(server.address)
    table = store.table("passages-1")
    server.stop()
    server.start()
    check(store, table)
    server.stop()
    monkeypatch.setattr(milvusclient, "DONE_WITHIN", 0.3)
    with pytest.raises(StoreAway, match="the cluster does not answer; what was written before is kept") as said:
        len(table)
    assert "\n" not in str(said.value)
    monkeypatch.undo()
    server.start()
    check(store, table)


def test_a_database_that_is_not_there_is_named_even_if_it_ends_like_a_file(server: Server) -> None:
    with pytest.raises(StorageError, match=r"/none\.db: the cluster has no database of this name: make it"):
        MilvusStore(f"{server.address}/none.db").tables()


class Unready:
    """A client of pymilvus whose cluster refuses some times, and then answers."""

    def __init__(self, code: int, message: str, times: int, *, retriable: bool) -> None:
        self.error = pymilvus.MilvusException(code, message, retriable=retriable)
        self.left, self.loaded = times, 0

    def __call__(self, place: str, **_: object) -> "Unready":
        return self

    def load_collection(self, name: str, timeout: float) -> None:
        self.loaded += 1

    def query(self, name: str, timeout: float) -> str:
        if self.left:
            self.left -= 1
            raise self.error
        return name


def asked(client: Unready, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(pymilvus, "MilvusClient", client)
    monkeypatch.setattr(milvusclient, "DONE_WITHIN", 1.0)
    return milvusclient.Client("http://127.0.0.1:1", None).call("query", "rows")


NOT_LOADED = (101, "collection not loaded[collection=7]", False)
RECOVERING = (106, "collection on recovering[collection=7]", True)


@pytest.mark.parametrize(("why", "loads"), [(NOT_LOADED, True), (RECOVERING, False)])
def test_what_may_pass_is_asked_again(why: tuple[int, str, bool], loads: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Unready(*why[:2], 2, retriable=why[2])
    assert asked(client, monkeypatch) == "rows"
    assert client.loaded == (2 if loads else 0)


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        (NOT_LOADED, r"has not loaded the index into its memory yet \(collection not loaded\[collection=7\]\)"),
        (RECOVERING, r"the cluster is not ready \(collection on recovering\[collection=7\]\); what was written"),
    ],
)
def test_what_does_not_pass_in_time_is_one_sentence(
    why: tuple[int, str, bool], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreAway, match=sentence) as said:
        asked(Unready(*why[:2], 1_000, retriable=why[2]), monkeypatch)
    assert "\n" not in str(said.value)


def test_what_is_wrong_for_good_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Unready(1100, "invalid parameter", 2, retriable=False)
    with pytest.raises(StorageError, match=r"Milvus cannot do it \(invalid parameter\)"):
        asked(client, monkeypatch)
    assert client.left == 1


def test_an_index_asks_a_store_that_is_away_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = str(tmp_path / "index.db")
    filled(place)
    index, calls = Index(place), []

    def away(store: MilvusStore) -> int:
        calls.append(store)
        raise StoreAway(f"{place}: away.")

    monkeypatch.setattr(MilvusStore, "notes_version", property(away))
    with pytest.raises(StoreAway):
        _ = index.languages
    assert len(calls) == 1
    rest: dict[str, Any] = dict.fromkeys(("encoder", "table", "source", "repair", "calibration", "thresholds"))
    with pytest.raises(StoreAway):
        View(version=(1, 1), manifest=MANIFEST, **rest).is_current(index.store)


def test_a_folder_is_written_only_by_who_may_and_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "index.db"
    place.mkdir()
    assert MilvusStore(str(place)).tables() == []
    assert list(place.iterdir()) == []
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # chmod forbids root nothing
    with pytest.raises(StorageError, match="writes into its folder even to search, and the system does not let"):
        MilvusStore(str(place)).create("passages-1", WIDTH)
    assert list(place.iterdir()) == []
