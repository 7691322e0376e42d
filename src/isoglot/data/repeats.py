"""Ids that are there twice: refused where each is read, or found afterwards among more than Python should hold."""

from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import numpy as np

from isoglot.errors import DataError

Place = TypeVar("Place")


def note_id(identity: str, path: Path, line: int, seen: dict[str, int], *, key: str = "id", unit: str = "line") -> None:
    """Note in ``seen`` (id -> line) that a line of a file has this id.

    Args:
        key: what the file calls an id, for the error.
        unit: what the file has for lines, for the error.

    Raises:
        DataError: an earlier line has it.
    """
    if (first := seen.setdefault(identity, line)) != line:
        raise DataError(f"{path}: {unit} {line}: {key} {identity!r} was used in {unit} {first}; ids must be unique.")


class SeenIds:
    """Ids seen so far, eight bytes each: a hash tells which may be repeated, and only those are looked at again."""

    def __init__(self) -> None:
        self._hashes = array("q")

    def add(self, identity: str) -> None:
        self._hashes.append(hash(identity))

    def find(self, again: Iterable[tuple[str, Place]]) -> tuple[str, Place, Place] | None:
        """The first id that occurs a second time, where it was first and where it is again; None if there is none.

        Args:
            again: the ids that were added, each with its place; read only if two hashes are equal.
        """
        hashes = np.frombuffer(self._hashes, dtype=np.int64).copy() if self._hashes else np.empty(0, np.int64)
        hashes.sort()
        suspects = set(hashes[1:][hashes[1:] == hashes[:-1]].tolist())
        if not suspects:
            return None
        first: dict[str, Place] = {}
        for identity, place in again:
            if hash(identity) in suspects:
                if identity in first:
                    return identity, first[identity], place
                first[identity] = place
        return None
