import errno
import os
from pathlib import Path

import pytest

from isoglot.errors import StorageError
from isoglot.files import check_target, whole_file


def test_nothing_that_is_no_file_is_replaced(tmp_path: Path) -> None:
    """Such as /dev/null, which root could rename a file over."""
    device, folder = tmp_path / "device", tmp_path / "folder"
    os.mkfifo(device)
    folder.mkdir()
    (tmp_path / "file").write_text("kept")
    for path in (device, folder, Path(), tmp_path / "file" / "new"):
        with pytest.raises(StorageError, match="name a file"), whole_file(path) as part:
            part.write_text("new")
    assert device.is_fifo()
    assert sorted(os.listdir(tmp_path)) == ["device", "file", "folder"]
    assert (tmp_path / "file").read_text() == "kept"


def test_a_full_disk_is_said_of_the_file_and_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text("old")

    def fill(part: Path) -> None:
        part.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageError, match=r"results\.json: the disk is full"), whole_file(path) as part:
        fill(part)
    assert {other.name: other.read_text() for other in tmp_path.iterdir()} == {"results.json": "old"}


def test_a_folder_that_cannot_be_written_to_is_refused_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)  # tests may run as root, who may write anywhere
    with pytest.raises(StorageError, match=r"out\.json: .* cannot be written to"):
        check_target(tmp_path / "more" / "out.json")
