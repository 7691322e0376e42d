"""``Foreseen``: what something will take before it is used: it is here, will be fetched, or cannot be had."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Where = Literal["here", "to fetch", "missing"]


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """A thing that a study needs.

    Attributes:
        name: as the user gave it.
        where: whether it is here.
        size: in bytes; None where that is not known.
        licence: of the texts; empty where it is not known.
        reason: of a thing that is missing, why and what to do.
    """

    name: str
    where: Where
    size: int | None = None
    licence: str = ""
    reason: str = ""


def foreseen_path(name: str, path: Path) -> Foreseen:
    """A file or folder of the user."""
    if not path.exists():
        return Foreseen(name=name, where="missing", reason=f"there is no file or folder {str(path)!r}.")
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return Foreseen(name=name, where="here", size=sum(file.stat().st_size for file in files))
