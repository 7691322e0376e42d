"""Finding an id that occurs twice among more ids than Python should hold."""

from array import array
from collections.abc import Iterable
from typing import TypeVar

import numpy as np

Place = TypeVar("Place")


class Repeats:
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
