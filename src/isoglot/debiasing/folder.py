"""Folders that are whole or not there: written beside their place and renamed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from isoglot.errors import StorageError


def check_folder(folder: Path) -> None:
    """Refuse what a folder cannot be written to, before any work is done for it.

    Raises:
        StorageError: something is there already.
    """
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise StorageError(f"{folder}: already there, and nothing is overwritten; name another or remove it.")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a new folder beside ``folder`` to write to; it gets its name when the block ends without an error.

    Raises:
        StorageError: something is there already.
    """
    check_folder(folder)
    part = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
    try:
        part.mkdir(parents=True)
        yield part
        os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
