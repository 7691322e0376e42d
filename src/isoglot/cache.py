"""The cache: what isoglot can download or compute again, which process uses what of it, and how it is cleared.

Below the cache's folder lies a folder for each kind, and in it an entry (a file or a folder) for each thing of the
kind. A process that uses an entry holds its lock, shared with others, until it ends; what is locked is not cleared.
"""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from isoglot.locks import is_still, lock
from isoglot.parts import remove_folder

CACHE_VARIABLE = "ISOGLOT_CACHE"

TRANSLATIONS = "translations"
"""The kind that may have cost money."""

KINDS = {
    "embeddings": "vectors of texts, an encoder each",
    "encoders": "encoders that were converted or made",
    "prefixes": "output of frozen layers, a frozen part of an encoder each",
    "data": "downloaded data sets",
    "collections": "passages of collections as Arrow",
    "parallel": "parallel data as Arrow",
    TRANSLATIONS: "the translation memory",
}
"""Folder in the cache -> what is in it."""

_DAY = 24 * 60 * 60  # what was used within one counts as in use where the system has no locks

_HELD: dict[tuple[int, int], int] = {}  # what this process uses: device and inode -> descriptor of its lock


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A thing in the cache.

    Attributes:
        kind: of :data:`KINDS`.
        path: of its file or folder.
        files: how many there are.
        size: of all, in bytes.
        used: when it was last used or changed, in seconds since 1970.
    """

    kind: str
    path: Path
    files: int
    size: int
    used: float


def cache_dir() -> Path:
    """The cache folder: ISOGLOT_CACHE, else this user's on this platform. It need not exist yet."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen).expanduser() if chosen else user_cache_path("isoglot")


def use(path: Path) -> bool:
    """Keep the entry that ``path`` is or lies in from being cleared until this process ends.

    Returns:
        False where it is not there, and so has to be made.
    """
    entry = _entry_of(path)
    try:
        known = os.stat(entry)
        if (known.st_dev, known.st_ino) not in _HELD:
            held = lock(entry, wait=True, shared=True)
            if held is not None and not is_still(entry, held):
                os.close(held)
                return use(path)
            if held is not None:
                _HELD[known.st_dev, known.st_ino] = held
    except FileNotFoundError:
        return False
    with suppress(OSError):  # a cache that may only be read
        os.utime(entry)
    return path.exists()


def entries() -> list[Entry]:
    """All that is in the cache, by kind and name. Links are not followed and are no entries."""
    return [_entry(kind, path) for kind in KINDS for path in _paths(kind)]


def clear(entry: Entry) -> bool:
    """Remove an entry; False where a process uses it, or this user may not remove it."""
    try:
        locked = lock(entry.path, wait=False)
    except FileNotFoundError:
        return True
    except OSError:  # another process has it, or it cannot be opened
        return False
    if locked is None and time.time() - entry.used < _DAY:
        return False
    try:
        remove_folder(entry.path) if entry.path.is_dir() else entry.path.unlink(missing_ok=True)
    except OSError:  # a cache that may only be read; on Windows, an open file
        return False
    finally:
        if locked is not None:
            os.close(locked)
    return True


def drop(path: Path) -> bool:
    """Remove the entry that ``path`` is, which this process will not use again; see :func:`clear`."""
    with suppress(FileNotFoundError):
        known = os.stat(path)
        if (held := _HELD.pop((known.st_dev, known.st_ino), None)) is not None:
            os.close(held)
    return clear(_entry(path.parent.name, path))


def _entry_of(path: Path) -> Path:
    kind, *rest = path.relative_to(cache_dir()).parts
    return cache_dir() / kind if kind == TRANSLATIONS else cache_dir() / kind / rest[0]


def _paths(kind: str) -> Iterator[Path]:
    folder = cache_dir() / kind
    if folder.is_symlink() or not folder.is_dir():
        return
    if kind == TRANSLATIONS:
        yield folder
    else:
        yield from sorted(path for path in folder.iterdir() if not path.is_symlink() and path.name[:1] != ".")


def _entry(kind: str, path: Path) -> Entry:
    found = [path, *path.rglob("*")] if path.is_dir() else [path]
    states = []
    for one in found:
        with suppress(FileNotFoundError):  # removed meanwhile
            states.append(one.lstat())
    files = [state for state in states if stat.S_ISREG(state.st_mode)]
    used = max((state.st_mtime for state in states), default=0.0)
    return Entry(kind=kind, path=path, files=len(files), size=sum(state.st_size for state in files), used=used)
