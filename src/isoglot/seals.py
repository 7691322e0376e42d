"""Seals: a folder that says what it held when it was whole, so that what was lost since is seen.

The seal is written last, when every other file is on the disk. A folder without one is of an older version, or was
never finished.
"""

import json
from pathlib import Path
from typing import Any

from isoglot.files import sync_folder, write_json

_SEAL = "isoglot-files.json"


def seal(folder: Path, **facts: str) -> None:
    """Note the names and sizes of a folder's files in it, and these facts.

    Raises:
        StorageError: the disk is full.
    """
    sync_folder(folder)
    (folder / _SEAL).unlink(missing_ok=True)
    files = {str(path.relative_to(folder).as_posix()): path.stat().st_size for path in _files(folder)}
    write_json({**facts, "files": files}, folder / _SEAL)


def is_sealed(folder: Path) -> bool:
    """Whether a folder has a seal, readable or not."""
    return (folder / _SEAL).is_file()


def missing(folder: Path) -> list[str]:
    """The files that were in a folder when it was sealed and are not there now; none of one without a seal."""
    return [name for name in _read(folder).get("files", {}) if not (folder / name).is_file()]


def damage(folder: Path, **facts: str) -> str | None:
    """Why a sealed folder is not what it was: a phrase such as ``optimizer.pt is cut``; None where it is.

    Args:
        facts: what it was sealed with, if it is the folder that is wanted.
    """
    found = _read(folder)
    if not isinstance(found.get("files"), dict):
        return f"{_SEAL} cannot be read"
    for name, value in facts.items():
        if found.get(name) != value:
            return f"it is of another {name}"
    for name, size in found["files"].items():
        if not (folder / name).is_file():
            return f"{name} is gone"
        if (folder / name).stat().st_size != size:
            return f"{name} is cut or changed"
    return None


def _read(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
