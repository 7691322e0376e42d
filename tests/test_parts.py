"""Parts have names of their own, and what killed processes left of them goes with the next write."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from isoglot import parts
from isoglot.files import whole_file, whole_folder

_KILLED = """
import os, signal, sys
from pathlib import Path
from isoglot.files import whole_file, whole_folder
with whole_file(Path("out.json")) as file, whole_folder(Path("model")) as folder:
    file.write_text("half")
    (folder / "half").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_two_writers_of_one_name_do_not_mix_though_their_process_id_is_the_same(tmp_path: Path) -> None:
    """As in two containers that share a disk; here they are one process."""
    path = tmp_path / "out.json"
    with whole_file(path) as slow:
        slow.write_text("slow")
        with whole_file(path) as fast:
            fast.write_text("fast")
        assert path.read_text() == "fast"
    assert path.read_text() == "slow"
    assert os.listdir(tmp_path) == ["out.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="has neither SIGKILL nor these locks")
def test_what_a_killed_process_left_goes_with_the_next_write_and_nothing_else_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert subprocess.run([sys.executable, "-c", _KILLED], check=False).returncode == -9
    assert len(os.listdir()) == 2
    others = ["model.partial", "model.v2.partial", "out.json.bak.0123456789abcdef.partial"]
    for name in others:
        Path(name).mkdir()
    with whole_file(Path("out.json")) as file, whole_folder(Path("model")) as folder:
        file.write_text("whole")
        (folder / "whole").write_text("whole")
        with whole_file(Path("out.json")) as other:
            other.write_text("other")
    assert sorted(os.listdir()) == ["model", *others[:2], "out.json", others[2]]


def test_where_there_are_no_locks_a_part_is_left_for_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "lock", lambda part, *, wait: None)
    old, new = (tmp_path / f"out.json.{letter * 16}.partial" for letter in "ab")
    for part, hours in ((old, 25), (new, 23)):
        part.write_text("half")
        then = time.time() - hours * 3600
        os.utime(part, (then, then))
    with whole_file(tmp_path / "out.json") as part:
        part.write_text("whole")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "out.json", new]


def test_a_folder_loses_its_name_before_its_first_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")

    def killed(doomed: Path, **_: object) -> None:
        assert (doomed / "config.json").is_file()
        raise KeyboardInterrupt

    monkeypatch.setattr("isoglot.parts.shutil.rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        parts.remove_folder(folder)
    monkeypatch.undo()
    assert not folder.exists()
    parts.remove_folder(folder)
    parts.remove_leftovers(folder)
    assert not os.listdir(tmp_path)
