"""Several processes that need an encoder of the cache first: one makes it, all have it."""

import multiprocessing
import sys
import time
from pathlib import Path

import pytest

from isoglot.cache import CACHE_VARIABLE
from isoglot.encoder import load
from isoglot.encoder.folders import folder_of
from isoglot.files import whole_folder


def _write(folder: Path) -> None:
    with whole_folder(folder) as part:
        (part / "made").touch()
        time.sleep(0.3)


def _made(name: str) -> Path:
    folder = folder_of(name)
    assert folder is not None
    load._make_once(name, folder)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked, with what stands in for the encoders")
@pytest.mark.parametrize("name", ["e5-small", "static-e5-small"])
def test_two_first_uses_at_once_both_succeed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setattr(load, "write_e5_small", _write)
    monkeypatch.setattr(load, "write_static", lambda model, folder: _write(folder))
    monkeypatch.setattr(load, "load_encoder", _made)
    forking = multiprocessing.get_context("fork")
    start = forking.Barrier(2)

    def use() -> None:
        start.wait()
        assert (_made(name) / "made").is_file()

    users = [forking.Process(target=use) for _ in range(2)]
    for user in users:
        user.start()
    for user in users:
        user.join(timeout=60)
    assert [user.exitcode for user in users] == [0, 0]
    assert len(list((tmp_path / "encoders").iterdir())) == {"e5-small": 1, "static-e5-small": 2}[name]
