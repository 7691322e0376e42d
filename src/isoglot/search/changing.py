"""The lock of an index in a folder, by which no two processes change it who must not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from isoglot.errors import StorageError, first_line
from isoglot.locks import lock


@contextmanager
def changing(folder: Path | None, place: str, *, alone: bool) -> Iterator[None]:
    """While it is open no other process changes the index, or (not ``alone``) none that must be alone.

    Args:
        folder: that is locked. An address has none, and so no lock.
        place: of the index, for messages.

    Raises:
        StorageError: another process changes it now.
    """
    if folder is None or not folder.exists():
        yield
        return
    try:
        locked = lock(folder, wait=False, shared=not alone)
    except BlockingIOError:
        raise StorageError(
            f"{place}: another process changes the index; run the command again when that one is done."
        ) from None
    except OSError as error:
        raise StorageError(f"{place}: the folder of the index cannot be locked ({first_line(error)}).") from error
    try:
        yield
    finally:
        if locked is not None:
            os.close(locked)
