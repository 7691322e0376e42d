"""An index in Milvus finds what one in LanceDB finds; what Milvus cannot do, and a cluster that is away, is said."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpers.tiny import write_tiny_encoder
from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.errors import ConfigError, DataError, IsoglotError, StorageError
from isoglot.locks import lock
from isoglot.search import build, filling, milvusclient
from isoglot.search.index import Index
from isoglot.search.milvus import MilvusTable
from isoglot.search.milvusclient import LONGEST, TOKEN

pytest.importorskip("lancedb")
pytest.importorskip("pymilvus")

QUERY = "How long is the river?"


@pytest.fixture(scope="module")
def pool() -> Collection:
    return load_collection("sample/test")


def pages(index: Index) -> list[list[str]]:
    return [
        [hit.id for hit in index.search(QUERY, language="en", policy=policy, collapse=policy == "fused")]
        for policy in ("plain", "balanced", "fused", "calibrated")
    ]


def test_a_build_that_was_killed_goes_on_and_finds_what_lancedb_finds(
    tiny_encoder: Path, pool: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, other = tmp_path / "index.db", tmp_path / "index"
    monkeypatch.setattr(filling, "_AT_ONCE", 200)
    with monkeypatch.context() as patch:
        patch.setattr(MilvusTable, "prepare", None)
        with pytest.raises(TypeError):
            build.put(place, pool, str(tiny_encoder))
    assert not Index(place).manifest.whole
    found = build.put(place, pool)
    assert (found.added, found.unchanged) == (0, len(pool.passages))
    build.put(other, pool, str(tiny_encoder))
    expected = pages(Index(other))
    index = Index(place)
    assert pages(index) == pages(Index(place, memory_mib=0)) == expected
    with pytest.raises(ConfigError, match="searches by runs of characters, which Milvus does not: take fused"):
        index.search(QUERY, policy="lexical")
    first = expected[0][0]
    build.delete(place, [first])
    assert pages(index)[0][0] == expected[0][1]  # the index that is open sees it
    assert build.compact(place).counts == index.counts
    assert index.store.tables() == ["notes", "passages-2"]
    build.reindex(place, str(write_tiny_encoder(tmp_path, layers=1)))
    assert index.store.tables() == ["notes", "passages-3"]
    assert len(index.table) == len(pool.passages) - 1


def test_a_text_that_milvus_does_not_hold_is_named(tiny_encoder: Path, tmp_path: Path) -> None:
    rows = [{"id": "long", "text": "日" * (LONGEST // 3 + 1), "lang": "en"}]
    query = {"id": "asked", "text": QUERY, "lang": "en"}
    data = Collection.from_rows("long", queries=[query], passages=rows, relevant={("asked", "long"): 1})
    with pytest.raises(DataError, match="passage 'long': its text has 65,538 bytes, and Milvus holds 65,535"):
        build.put(tmp_path / "index.db", data, str(tiny_encoder))


def test_a_folder_of_something_else_or_in_use_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "index.db"
    place.mkdir()
    (place / "mine.txt").touch()
    with pytest.raises(StorageError, match="this is no folder of Milvus Lite"):
        Index(place)
    (place / "LOCK").touch()
    held = lock(place / "LOCK", wait=False)  # as another process does
    with pytest.raises(StorageError, match="another process has this index open") as said:
        Index(place)
    assert held is not None
    assert "\n" not in str(said.value)


def test_a_cluster_that_is_away_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvusclient, "CONNECTED_WITHIN", 0.2)
    with pytest.raises(StorageError, match=r"http://127.0.0.1:1: the cluster does not answer; what was written"):
        Index("http://127.0.0.1:1")
    with pytest.raises(ConfigError, match="must not have a password") as said:
        Index("http://me:secret@127.0.0.1:1")
    assert "secret" not in str(said.value)


@pytest.mark.parametrize(("token", "sentence"), [("", "the cluster wants a password"), ("secret", "does not let in")])
def test_a_cluster_that_wants_a_password_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, token: str, sentence: str
) -> None:
    """As a server that answers every call so."""
    grpc = pytest.importorskip("grpc")

    class Refuses(grpc.GenericRpcHandler):  # type: ignore[misc]
        def service(self, _: object) -> object:
            def answer(_: object, context: object) -> None:
                context.abort(grpc.StatusCode.UNAUTHENTICATED, f"auth check failure of {token}")  # type: ignore[attr-defined]

            return grpc.unary_unary_rpc_method_handler(answer)

    server = grpc.server(ThreadPoolExecutor(1), handlers=[Refuses()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    monkeypatch.setenv(TOKEN, token)
    try:
        with pytest.raises(IsoglotError, match=sentence) as said:
            Index(f"http://127.0.0.1:{port}")
    finally:
        server.stop(None)
    assert TOKEN in str(said.value)
    assert "secret" not in str(said.value)
