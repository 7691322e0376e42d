"""Several processes that need an encoder of the cache first: one makes it, all have it."""

import multiprocessing
import sys
import time
from pathlib import Path

import pytest

from isoglot.cache import CACHE_VARIABLE
from isoglot.encoder import load
from isoglot.files import whole_folder


def _write(folder: Path) -> None:
    with whole_folder(folder) as part:
        (part / "made").touch()
        time.sleep(0.3)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked, with what stands in for the encoders")
@pytest.mark.parametrize("name", ["e5-small", "static-e5-small"])
def test_two_first_uses_at_once_both_succeed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    folders = {"e5-small": load._e5_small_folder, "static-e5-small": load._static_e5_small_folder}
    monkeypatch.setattr(load, "write_e5_small", _write)
    monkeypatch.setattr(load, "write_static", lambda model, folder: _write(folder))
    monkeypatch.setattr(load, "load_encoder", lambda name: folders[name]())
    forking = multiprocessing.get_context("fork")
    start = forking.Barrier(2)

    def use() -> None:
        start.wait()
        assert (folders[name]() / "made").is_file()

    users = [forking.Process(target=use) for _ in range(2)]
    for user in users:
        user.start()
    for user in users:
        user.join(timeout=60)
    assert [user.exitcode for user in users] == [0, 0]
    assert len(list((tmp_path / "encoders").iterdir())) == len(folders) - (name == "e5-small")
