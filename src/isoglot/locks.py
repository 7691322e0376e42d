"""Locks of files and folders by the system, which frees them with the process, whatever ends it."""

import errno
import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


def lock(path: Path, *, wait: bool, shared: bool = False) -> int | None:
    """A descriptor that holds a file's or folder's lock until it is closed; None where the system has no locks.

    Args:
        shared: with others who want no more than that.

    Raises:
        BlockingIOError: another process has the lock, and ``wait`` is false.
        FileNotFoundError: nothing is there.
    """
    if sys.platform == "win32":
        return None
    opened = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(opened, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        os.close(opened)
        if error.errno in _NO_LOCKS:
            return None
        raise
    return opened


def is_still(path: Path, locked: int) -> bool:
    """Whether what was locked still lies there: another process may have removed it before."""
    try:
        return os.path.samestat(path.stat(), os.fstat(locked))
    except FileNotFoundError:
        return False
