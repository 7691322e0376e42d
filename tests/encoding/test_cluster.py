"""Workers of a cluster: a shard whose worker has ended goes to another, and nothing comes twice."""

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from helpers.encoding import Counting, Dying, StandIn
from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.encoding.options import EncodeOptions
from isoglot.encoding.run import encode
from isoglot.errors import ConfigError, EncoderError
from isoglot.vectors.shard import open_shard

OPTIONS = EncodeOptions(shard_rows=100, engine="ray")


@pytest.fixture(scope="module")
def pool() -> Collection:
    return load_collection("sample/test")


def same(one: Path, other: Path) -> bool:
    """Whether two folders have the same shards to the byte."""
    names = sorted(path.relative_to(one) for path in one.rglob("*.arrow"))
    assert names == sorted(path.relative_to(other) for path in other.rglob("*.arrow"))
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


@pytest.fixture
def alone(pool: Collection, tmp_path: Path) -> Path:
    encode(Counting(), pool, tmp_path / "alone", options=EncodeOptions(shard_rows=100))
    return tmp_path / "alone"


def test_workers_that_end_lose_their_shard_alone(
    pool: Collection, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[int] = []

    def ends(number: int, task: Any) -> bool:
        if task is not None and number in (0, 2) and number not in ended:
            ended.append(number)
            return True
        return False

    ray, told = StandIn(ends), list[int]()
    monkeypatch.setitem(sys.modules, "ray", ray)  # type: ignore[arg-type]
    encoder = Counting()
    found = encode(encoder, pool, tmp_path / "shards", options=OPTIONS, progress=lambda *said: told.append)
    assert (found.written, ray.hired, sorted(ended)) == (9, 4, [0, 2])
    assert same(alone, tmp_path / "shards")
    assert sum(told) == 448 + 336
    assert len(encoder.asked) == len({*encoder.asked}) + 1  # the first passage tells the width, too


def test_what_ends_all_workers_is_one_sentence(
    pool: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(ray: StandIn, sentence: str, encoder: Counting | None = None) -> None:
        monkeypatch.setitem(sys.modules, "ray", ray)  # type: ignore[arg-type]
        with pytest.raises(EncoderError, match=sentence):
            encode(encoder or Counting(), pool, tmp_path / "shards", options=OPTIONS)

    ending = StandIn(lambda number, task: task is not None and task.part.number == 3)
    refused(
        ending, r"3 workers ended at queries/000003\.arrow \(The actor died unexpectedly\); what was encoded before"
    )
    assert (tmp_path / "shards/queries/000000.arrow").is_file()
    ending.last_words = "Task was killed due to the node running low on memory"
    refused(ending, r"a worker ran out of memory at queries/000003\.arrow; what was encoded before is kept")
    starting = StandIn(lambda number, task: True)
    starting.last_words = ending.last_words
    refused(starting, "a worker ran out of memory at its start")
    starting.last_words = "The actor died unexpectedly"
    refused(starting, r"3 workers ended at their start \(The actor died")
    never = StandIn(lambda number, task: True)
    never.last_words = "ModuleNotFoundError: No module named 'isoglot'"
    refused(never, "workers of the Ray cluster do not find the package isoglot: install it on all machines")
    changing = Counting()
    monkeypatch.setattr("isoglot.encoding.cluster.given_encoder", lambda given: Counting("other"))
    refused(StandIn(), "finds another encoder as 'Counting' than this machine does", changing)


def test_workers_that_end_now_and_then_are_replaced(
    pool: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four end at their start and four at their second task: never three one after another at one place."""
    calls = Counter[int]()

    def ends(number: int, task: Any) -> bool:
        calls[number] += 1
        return number < 8 and (number % 2 == 0 or calls[number] == 3)

    ray = StandIn(ends, workers=1)
    monkeypatch.setitem(sys.modules, "ray", ray)  # type: ignore[arg-type]
    assert encode(Counting(), pool, tmp_path / "shards", options=OPTIONS).written == 9
    assert ray.hired == 9


def test_a_cluster_that_is_not_wanted_or_not_possible(
    pool: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", StandIn())  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="openai:m: a server encodes, and one process asks it: leave the engine out"):
        encode("openai:m", pool, tmp_path / "shards", options=OPTIONS)
    monkeypatch.setitem(sys.modules, "ray", None)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"the engine ray needs the package ray: pip install 'isoglot\[ray\]'"):
        encode("none", pool, tmp_path / "shards", options=OPTIONS)


def test_a_cluster_that_is_away_is_one_sentence(pool: Collection, tmp_path: Path) -> None:
    pytest.importorskip("ray")
    options = EncodeOptions(engine="ray", address="127.0.0.1:9")
    with pytest.raises(ConfigError, match=r"no Ray cluster to use at 127\.0\.0\.1:9 \(.*refused\): start it, or name"):
        encode(Counting(), pool, tmp_path / "shards", options=options)


@pytest.mark.reproduction  # to start Ray takes ten seconds and more
def test_by_ray_itself(pool: Collection, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ray = pytest.importorskip("ray")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))  # as workers begin with it
    options = EncodeOptions(shard_rows=100, engine="ray", workers=2, address="local")
    found = encode(Dying(tmp_path / "mark"), pool, tmp_path / "shards", options=options)
    assert found.written == 9
    for name in (path.relative_to(alone) for path in alone.rglob("*.arrow")):
        here, there = (open_shard(folder / name) for folder in (tmp_path / "shards", alone))
        assert here.ids == there.ids
        assert (here.vectors[:] == there.vectors[:]).all()
    assert (tmp_path / "mark").exists()
    assert not ray.is_initialized()
