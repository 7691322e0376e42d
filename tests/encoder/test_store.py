"""Vectors by text: whatever is written, merged, damaged or done at once, a text has the vector it was given first."""

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isoglot.arrays import Digests, Vectors
from isoglot.cache import CACHE_VARIABLE
from isoglot.encoder import store as module
from isoglot.encoder.store import VectorStore, vector_store
from isoglot.encoder.vectorshard import write_vectors

WIDTH = 3


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FULL", 8)
    monkeypatch.setattr(module, "_MOST_SMALL", 3)


@pytest.fixture
def store() -> VectorStore:
    return vector_store("f" * 64, "query")


def digests_of(numbers: list[int] | range) -> Digests:
    return np.array([number.to_bytes(16, "little") for number in numbers], dtype="V16")


def vectors_of(numbers: list[int] | range, sign: int = 1) -> Vectors:
    return np.array([[sign * number, 1 / 3, 1e-42] for number in numbers], dtype=np.float32)


def found(store: VectorStore, numbers: list[int] | range) -> Vectors:
    shards, rows = store.find(digests_of(numbers))
    assert (rows >= 0).all()
    return np.concatenate(shards)[rows]


def files(store: VectorStore) -> list[Path]:
    return sorted(store._folder.iterdir())


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sets(st.integers(0, 40), min_size=1).map(sorted), st.booleans()), max_size=12))
def test_the_first_vector_of_a_text_is_kept_to_the_bit(calls: list[tuple[list[int], bool]]) -> None:
    known: dict[int, Vectors] = {}
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setenv(CACHE_VARIABLE, folder)
        patch.setattr(module, "_FULL", 8)
        patch.setattr(module, "_MOST_SMALL", 3)
        store = vector_store("f" * 64, "query")
        for call, (numbers, merged) in enumerate(calls):
            vectors = vectors_of(numbers) + np.float32(call)
            store.add(digests_of(numbers), vectors)
            for number, vector in zip(numbers, vectors, strict=True):
                known.setdefault(number, vector)
            if merged:
                store.merge()
        for one in (store, VectorStore(store._folder, lock=store._lock)):
            shards, rows = one.find(digests_of(range(41)))
            assert {number for number in range(41) if rows[number] >= 0} == set(known)
            assert sum(map(len, shards)) == len(known)
            for number, vector in known.items():
                np.testing.assert_array_equal(np.concatenate(shards)[rows[number]], vector)


@pytest.mark.usefixtures("small_shards")
def test_many_small_shards_become_few_and_who_reads_them_is_not_disturbed(store: VectorStore) -> None:
    for number in range(20):
        store.add(digests_of([number]), vectors_of([number]))
    reader = VectorStore(store._folder, lock=store._lock)
    shards, rows = reader.find(digests_of(range(20)))
    store.merge()
    assert len(files(store)) == 3
    np.testing.assert_array_equal(np.concatenate(shards)[rows], vectors_of(range(20)))
    np.testing.assert_array_equal(found(reader, range(20)), vectors_of(range(20)))


@pytest.mark.usefixtures("small_shards")
def test_a_reader_that_listed_a_shard_before_it_was_merged_finds_its_texts(
    store: VectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        store.add(digests_of([number]), vectors_of([number]))
    reader = VectorStore(store._folder, lock=store._lock)
    listed = reader._names()
    store.merge()
    later = reader._names
    answers = iter([listed])
    monkeypatch.setattr(reader, "_names", lambda: next(answers, None) or later())
    np.testing.assert_array_equal(found(reader, range(5)), vectors_of(range(5)))


def cut(content: bytes) -> bytes:
    return content[:-4]


def empty(content: bytes) -> bytes:
    return b""


def longer(content: bytes) -> bytes:
    return content + b"\0"


def other_vector(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def other_shape(content: bytes) -> bytes:
    return content[:16] + b"\xff" * 8 + content[24:]


@pytest.mark.parametrize("damage", [cut, empty, longer, other_vector, other_shape])
def test_a_damaged_shard_is_said_once_and_its_texts_are_given_again(
    damage: Callable[[bytes], bytes], store: VectorStore
) -> None:
    store.add(digests_of([1, 2]), vectors_of([1, 2]))
    store.add(digests_of([3]), vectors_of([3]))
    path = files(store)[0]
    path.write_bytes(damage(path.read_bytes()))
    reader = VectorStore(store._folder, lock=store._lock)
    with pytest.warns(UserWarning, match="damaged, so its texts are encoded again") as said:
        _, rows = reader.find(digests_of([1, 2, 3]))
    assert len(said) == 1
    assert (rows >= 0).tolist() == [False, False, True]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reader.add(digests_of([1, 2]), vectors_of([1, 2]))
        np.testing.assert_array_equal(found(reader, [1, 2, 3]), vectors_of([1, 2, 3]))


def test_what_a_killed_writer_left_goes_with_the_next_write(store: VectorStore) -> None:
    store.add(digests_of([1]), vectors_of([1]))
    (store._folder / "new.0123456789abcdef.partial").write_bytes(b"half")
    write_vectors(store._folder / "new", digests_of([2]), vectors_of([2], sign=-1))  # killed before it got its name
    store.add(digests_of([2]), vectors_of([2]))
    assert [path.suffix for path in files(store)] == [".shard", ".shard"]
    np.testing.assert_array_equal(found(store, [1, 2]), vectors_of([1, 2]))


def test_a_failed_write_leaves_nothing_and_what_was_there_stays(
    store: VectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(digests_of([1]), vectors_of([1]))
    before = files(store)

    def full_disk(path: Path, **_: object) -> None:
        path.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(module, "write_vectors", full_disk)
    with pytest.raises(OSError, match="no space"):
        store.add(digests_of([2]), vectors_of([2]))
    assert files(store) == before


_WRITER = """
import sys
import numpy as np
from isoglot.encoder import store as module
module._FULL, module._MOST_SMALL = 64, 3
mine = int(sys.argv[1])
store = module.vector_store("f" * 64, "query")
for start in range(0, 200, 10):
    numbers = range(start, start + 15)
    digests = np.array([number.to_bytes(16, "little") for number in numbers], dtype="V16")
    vectors = np.array([[number, mine, number] for number in numbers], dtype=np.float32)
    store.add(digests, vectors)
    store.merge()
    shards, rows = store.find(digests)
    assert (rows >= 0).all() and (np.concatenate(shards)[rows][:, 0] == list(numbers)).all()
assert "torch" not in sys.modules
"""


def test_processes_that_write_the_same_texts_at_once_neither_lose_nor_mix_rows(store: VectorStore) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(n)], env=environment) for n in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    shards, rows = store.find(digests_of(range(205)))
    table = np.concatenate(shards)
    assert len(table) == 205
    assert table[rows][:, 0].tolist() == table[rows][:, 2].tolist() == list(range(205))
    assert set(table[:, 1].tolist()) <= {0, 1, 2}
