"""The cache: what is in it, and that only what nobody uses is removed, and nothing outside of it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from isoglot import cache as module
from isoglot.cache import CACHE_VARIABLE, Entry, clear, entries, use


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(folder))
    for name in ("parallel/a.arrow", "encoders/e5/model", "encoders/e5/0/config", "translations/memory.sqlite"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"12345")
    return folder


def named() -> dict[str, Entry]:
    return {entry.path.name: entry for entry in entries()}


def test_entries_are_counted_by_kind(cache: Path) -> None:
    (cache / "of another program").write_text("")
    assert [(entry.kind, entry.path.name, entry.files, entry.size) for entry in entries()] == [
        ("encoders", "e5", 2, 10),
        ("parallel", "a.arrow", 1, 5),
        ("translations", "translations", 1, 5),
    ]


def test_what_is_cleared_is_gone_and_the_rest_stays(cache: Path) -> None:
    assert clear(named()["e5"])
    assert clear(named()["a.arrow"])
    assert [path.name for path in cache.rglob("*") if path.is_file()] == ["memory.sqlite"]


_USER = """
import sys
from pathlib import Path
from isoglot.cache import use
assert use(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no such locks")
@pytest.mark.parametrize("name", ["parallel/a.arrow", "encoders/e5/0/config", "translations"])
def test_what_another_process_uses_stays_until_it_ends(cache: Path, name: str) -> None:
    entry = next(one for one in entries() if (cache / name).is_relative_to(one.path))
    command = [sys.executable, "-c", _USER, str(cache / name)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"ready\n"
        assert not clear(entry)
        assert (cache / name).exists()
        user.kill()
    assert clear(entry)
    assert not (cache / name).exists()


def test_using_what_is_not_there_says_so_and_using_makes_it_fresh(cache: Path) -> None:
    assert not use(cache / "encoders" / "other")
    assert not use(cache / "encoders" / "e5" / "missing")
    then = time.time() - 100_000
    for path in [cache / "encoders" / "e5", *(cache / "encoders" / "e5").rglob("*")]:
        os.utime(path, (then, then))
    assert named()["e5"].used == pytest.approx(then, abs=1)
    assert use(cache / "encoders" / "e5" / "model")
    assert named()["e5"].used == pytest.approx(time.time(), abs=60)


def test_links_are_not_followed(cache: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("precious")
    (cache / "data").symlink_to(outside)
    (cache / "encoders" / "link").symlink_to(outside)
    (cache / "encoders" / "e5" / "inner").symlink_to(outside)
    assert sorted(named()) == ["a.arrow", "e5", "translations"]
    assert named()["e5"].size == 10
    assert all(clear(entry) for entry in entries())
    assert (outside / "precious").read_text() == "precious"


def test_where_there_are_no_locks_what_was_used_within_a_day_stays(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "lock", lambda path, *, wait, shared=False: None)
    assert not clear(named()["a.arrow"])
    then = time.time() - 90_000
    os.utime(cache / "parallel" / "a.arrow", (then, then))
    assert clear(named()["a.arrow"])


def test_what_may_not_be_locked_or_removed_stays(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    for function in ("lock", "remove_folder"):
        with monkeypatch.context() as patched:
            patched.setattr(module, function, refused)
            assert not clear(named()["e5"])
    assert (cache / "encoders" / "e5" / "model").is_file()
