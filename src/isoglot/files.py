"""Files and folders that are whole or not there: written beside their place and renamed."""

import errno
import json
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from isoglot.errors import ConfigError, StorageError
from isoglot.parts import part_beside
from isoglot.wording import shown

_FULL = (errno.ENOSPC, errno.EDQUOT)


def given_path(path: str | Path) -> Path:
    """A path as a user gives it; a leading ``~`` is the home folder.

    Raises:
        ConfigError: it is no path, or empty, which would be the folder that Python runs in.
    """
    return Path(given_name(path, "a file or a folder"))


def given_name(name: str | Path, wanted: str) -> str | Path:
    """A name that a user gives, of data, an encoder or a file; a leading ``~`` is the home folder.

    Args:
        wanted: what it is to name, for the message.

    Raises:
        ConfigError: it is no name, or empty, which would be the folder that Python runs in.
    """
    if not isinstance(name, str | Path):
        raise ConfigError(f"a name must be a text or a Path, but is {shown(name)}: name {wanted}.")
    if not str(name).strip():
        raise ConfigError(f"the name is empty: name {wanted}.")
    return type(name)(os.path.expanduser(name))


def resolved(path: str | Path) -> Path:
    """The path with all links followed; unlike ``Path.resolve`` of Python before 3.13, without an error at a loop."""
    return Path(os.path.realpath(path))


def check_target(path: Path, *, taken: Iterable[str | Path] = ()) -> None:
    """Refuse what a file cannot be written to, before any work is done for it.

    Args:
        taken: what the same command reads, or writes besides.

    Raises:
        StorageError: the path is one of ``taken``, a folder or a device, or lies in what is no folder or
            cannot be written to.
    """
    if resolved(path) in {resolved(other) for other in taken}:
        raise StorageError(f"{path} would be written over: give every file a name of its own.")
    if path.exists() and not path.is_file():  # a rename would put a file where a device such as /dev/null was
        raise StorageError(f"{path}: {'a folder' if path.is_dir() else 'not a file'}; name a file to write.")
    _check_place(path, "file")


def check_folder(folder: Path) -> None:
    """Refuse what a folder cannot be written to, before any work is done for it; an empty folder may be there.

    Raises:
        StorageError: something is there already, or it lies in what is no folder or cannot be written to.
    """
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists():
        raise StorageError(f"{folder}: already there, and nothing is overwritten; name another or remove it.")
    _check_place(folder, "folder")


def check_shared_folder(folder: Path) -> None:
    """Refuse what cannot be a folder that work puts its files into, before any of it; it may be there, and filled.

    Raises:
        StorageError: it is a file, or lies in what is no folder, or cannot be written to.
    """
    place = folder.absolute()
    _check_place(folder, "folder", [place, *place.parents])


def _check_place(path: Path, what: str, places: Sequence[Path] = ()) -> None:
    """Of the places, by default the folders above, the first that is there must take new files."""
    there = next(place for place in places or path.absolute().parents if place.exists())
    if not there.is_dir():
        raise StorageError(f"{path}: {there} is not a folder; name a {what} in one.")
    if not os.access(there, os.W_OK):
        raise StorageError(f"{path}: {there} cannot be written to; name a {what} elsewhere.")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; it gets its name when the block ends without an error.

    The folder is made where it is missing. After an error, such as a full disk, nothing is left behind and a
    file that was there before is untouched. The content is on disk before the name is.

    Raises:
        StorageError: the disk is full, or see :func:`check_target`.
    """
    check_target(path)
    with _said_if_not_written(path), part_beside(path) as part:
        yield part
        sync(part)
        os.replace(part, path)
        sync(path.parent)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a new folder beside ``folder`` to write to; it gets its name when the block ends without an error.

    After an error nothing is left behind. The content is on disk before the name is.

    Raises:
        StorageError: the disk is full, or see :func:`check_folder`.
    """
    check_folder(folder)
    with _said_if_not_written(folder), part_beside(folder, folder=True) as part:
        yield part
        sync_folder(part)
        check_folder(folder)  # another process may have been faster
        os.replace(part, folder)
        sync(folder.parent)


@contextmanager
def _said_if_not_written(path: Path) -> Iterator[None]:
    """With the name that the system's own sentence has not."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageError(f"{path}: the disk is full; make room and run it again.") from error
        if error.filename is not None and _lies_at(Path(error.filename), path):
            raise StorageError(f"{path}: cannot be written ({error.strerror}); name another place.") from error
        raise


def _lies_at(found: Path, path: Path) -> bool:
    """Whether it is the path, its part or a folder above it, and not something that is read while it is written."""
    return found in path.parents or str(found).startswith(str(path))


def sync(path: Path) -> None:
    """Put a file on the disk; of a folder the names in it, where the system can."""
    if path.is_file():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    elif hasattr(os, "O_DIRECTORY"):
        try:
            opened = os.open(path, os.O_DIRECTORY)
        except PermissionError:  # who may write to a folder need not be allowed to list it
            return
        os.fsync(opened)
        os.close(opened)


def sync_folder(folder: Path) -> None:
    """Put a folder on the disk with all that is in it."""
    for path in (*folder.rglob("*"), folder):
        sync(path)


def write_json(content: dict[str, Any], path: Path) -> None:
    """Write a result as JSON; the file appears whole or not at all. What is not a number is null."""
    with whole_file(path) as part:
        text = json.dumps(without_nan(content), indent=1, ensure_ascii=False, allow_nan=False)
        part.write_text(text + "\n", encoding="utf-8")


def without_nan(value: Any) -> Any:
    """JSON has no NaN: an interval that one cluster cannot give is null."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
