"""The lock file: which commit a data set of the hub was at when it was first read, and what its files held.

Later runs take that commit, not what the branch has become, and refuse other bytes. The file also holds whose terms
were accepted. It is ``isoglot.lock.toml`` in the cache, where clearing the cache leaves it, or what ISOGLOT_LOCK names:
beside a configuration, so that it can be kept with it under version control.
"""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock

from isoglot.cache import cache_dir
from isoglot.errors import DataError
from isoglot.files import whole_file

LOCK_VARIABLE = "ISOGLOT_LOCK"

_ACCEPTED = "accepted"
_HEAD = "# What isoglot read from the hub. Later runs are held to it; remove a table to take what is there now.\n"


@dataclass(frozen=True, kw_only=True)
class Pin:
    """The content of a file: bytes, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Locked:
    """What was read of a data set: the commit, and its files by path."""

    commit: str
    files: Mapping[str, Pin] = field(default_factory=dict)


def lock_path() -> Path:
    """Where the lock file lies, or will."""
    chosen = os.environ.get(LOCK_VARIABLE)
    return Path(chosen).expanduser() if chosen else cache_dir() / "isoglot.lock.toml"


def locked(name: str) -> Locked | None:
    """What the lock holds of ``OWNER/NAME@REVISION``; None where that was never read.

    Raises:
        DataError: the file is not what :func:`note` writes.
    """
    return _read(lock_path()).get(name)


def note(name: str, commit: str, files: Mapping[str, Pin]) -> None:
    """Add files of ``OWNER/NAME@REVISION`` at this commit to the lock; processes of one machine take turns.

    Raises:
        DataError: the file is not what this function writes.
        StorageError: it cannot be written.
    """
    with _turn() as path:
        all_locked = _read(path)
        before = all_locked.get(name)
        known = before.files if before is not None and before.commit == commit else {}
        found = Locked(commit=commit, files={**known, **files})
        if found != before:
            _write(path, {**all_locked, name: found}, _accepted(path))


def accept(name: str) -> None:
    """Note that the terms of a data set of the registry are accepted."""
    with _turn() as path:
        _write(path, _read(path), [*_accepted(path), name])


def is_accepted(name: str) -> bool:
    """Whether the terms of a data set of the registry are accepted."""
    return name in _accepted(lock_path())


@contextmanager
def _turn() -> Iterator[Path]:
    """The lock file, which no other process of this machine writes meanwhile."""
    turns = cache_dir() / ".locks" / "hub.lock"
    turns.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(turns):
        yield lock_path()


def _read(path: Path) -> dict[str, Locked]:
    content = _content(path)
    try:
        return {name: _locked(table) for name, table in content.items() if name != _ACCEPTED}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DataError(f"{path}: not a lock file of isoglot ({error!r}); mend or remove it.") from error


def _accepted(path: Path) -> list[str]:
    return [str(name) for name in _content(path).get(_ACCEPTED, [])]


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        raise DataError(f"{path}: not a lock file of isoglot ({error}); mend or remove it.") from error


def _locked(table: Any) -> Locked:
    files = table.get("files", {})
    return Locked(
        commit=str(table["commit"]),
        files={path: Pin(size=int(pin["size"]), sha256=str(pin["sha256"])) for path, pin in files.items()},
    )


def _write(path: Path, content: Mapping[str, Locked], accepted: Sequence[str]) -> None:
    with whole_file(path) as part:
        part.write_text(_written(content, accepted), encoding="utf-8")


def _written(content: Mapping[str, Locked], accepted: Sequence[str]) -> str:
    tables = [f"{_ACCEPTED} = {json.dumps(sorted(set(accepted)))}\n"] if accepted else []
    for name, of in sorted(content.items()):
        key = json.dumps(name)
        lines = [f"[{key}]", f'commit = "{of.commit}"', f"[{key}.files]"]
        lines += [
            f'{json.dumps(path, ensure_ascii=False)} = {{ size = {pin.size}, sha256 = "{pin.sha256}" }}'
            for path, pin in sorted(of.files.items())
        ]
        tables.append("\n".join(lines) + "\n")
    return "\n".join([_HEAD, *tables])
