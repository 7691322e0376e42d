"""Parts: what is written beside its place under a name that no other process has, and what killed ones left of it.

A part is locked while it is written. The system frees the lock with the process, whatever ends it, so a part whose lock
is free is nobody's. Process ids would not do: two containers that share a disk may have the same.
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from isoglot.locks import is_still, lock

_SUFFIX = re.compile(r"\.[0-9a-f]{16}\.partial")
_OLD_SECONDS = 24 * 60 * 60  # a part that was not touched for so long, where the system has no locks


@contextmanager
def part_beside(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """Give a new, empty file or folder beside ``path``; what still has the part's name when the block ends is removed.

    What killed processes left of parts of the same path is removed first. The folder around it is made where missing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(path)
    part, locked = _new_part(path, folder=folder)
    try:
        yield part
    finally:
        try:
            _remove(part)
        finally:
            if locked is not None:
                os.close(locked)


def remove_folder(folder: Path) -> None:
    """Remove a folder if it is there; it loses its name before its first file, so no part passes for the whole."""
    doomed = _name_beside(folder)
    try:
        os.replace(folder, doomed)
    except FileNotFoundError:
        return
    shutil.rmtree(doomed, ignore_errors=True)  # what resists is a leftover


def remove_leftovers(path: Path) -> None:
    """Remove the parts of a path that no process is writing any more."""
    try:
        names = os.listdir(path.parent)
    except OSError:  # not there, or not to be listed
        return
    for name in names:
        if name.startswith(path.name) and _SUFFIX.fullmatch(name, len(path.name)):
            _remove_if_left(path.with_name(name))


def _new_part(path: Path, *, folder: bool) -> tuple[Path, int | None]:
    while True:
        part = _name_beside(path)
        try:
            part.mkdir() if folder else part.touch(exist_ok=False)
        except FileExistsError:
            continue
        try:
            locked = lock(part, wait=True)
        except FileNotFoundError:  # taken for a leftover before it was locked
            if part.parent.is_dir():
                continue
            raise
        if locked is None or is_still(part, locked):
            return part, locked
        os.close(locked)


def _name_beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.{secrets.token_hex(8)}.partial")


def _remove_if_left(part: Path) -> None:
    try:
        locked = lock(part, wait=False)
        if locked is None and time.time() - part.stat().st_mtime < _OLD_SECONDS:
            return
    except OSError:  # another process has it, or has removed it
        return
    try:
        _remove(part)
    finally:
        if locked is not None:
            os.close(locked)


def _remove(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)
