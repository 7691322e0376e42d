import errno
import os
from pathlib import Path

import pytest

from isoglot.errors import StorageError
from isoglot.files import check_folder, check_shared_folder, check_target, whole_file, whole_folder


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
    with pytest.raises(StorageError, match=r"more: .* cannot be written to"):
        check_shared_folder(tmp_path / "more")


def test_a_folder_that_work_fills_may_be_there_and_a_file_may_not(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check_shared_folder(tmp_path)
    check_shared_folder(tmp_path / "new" / "er")
    for place in ("file", "file/new"):
        with pytest.raises(StorageError, match="file is not a folder"):
            check_shared_folder(tmp_path / place)


def _fill(part: Path) -> None:
    (part / "inner").mkdir()
    (part / "inner" / "half").write_text("half")


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "more" / "out"
    with whole_folder(out) as part:
        _fill(part)
        assert not out.exists()
    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == [
        "more",
        "more/out",
        "more/out/inner",
        "more/out/inner/half",
    ]


@pytest.mark.parametrize(
    ("error", "raised", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), StorageError, r"out: the disk is full"),
        (OSError(errno.EIO, "Input/output error"), OSError, "Input/output error"),
        (KeyboardInterrupt("stopped"), KeyboardInterrupt, "stopped"),
    ],
)
def test_an_error_leaves_nothing_of_a_folder(
    error: BaseException, raised: type[BaseException], message: str, tmp_path: Path
) -> None:
    def fail(part: Path) -> None:
        _fill(part)
        raise error

    with pytest.raises(raised, match=message), whole_folder(tmp_path / "out") as part:
        fail(part)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_written_over_what_is_there_or_has_come_meanwhile(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def fill_while_another_is_faster(part: Path) -> None:
        _fill(part)
        with whole_folder(out) as faster:
            (faster / "first").write_text("first")

    with pytest.raises(StorageError, match="out: already there"), whole_folder(out) as part:
        fill_while_another_is_faster(part)
    for path in (out, out / "first"):
        with pytest.raises(StorageError, match="already there, and nothing is overwritten"):
            check_folder(path)
    with pytest.raises(StorageError, match=r"first is not a folder; name a folder in one"):
        check_folder(out / "first" / "new")
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "first"]
    (tmp_path / "empty").mkdir()
    with whole_folder(tmp_path / "empty") as part:
        _fill(part)
    assert (tmp_path / "empty" / "inner").is_dir()
