"""What finds candidates: anything that scores the passages of a language for some queries."""

from typing import Protocol, runtime_checkable

from isoglot.arrays import Ints, Similarities
from isoglot.mining.passages import Passages


class Index(Protocol):
    """The passages of one language, ready to be scored.

    Attributes:
        widest: most columns that are scored at a time.
        least: a passage whose score is not above this was not found at all.
    """

    widest: int
    least: float

    def scores(self, language: str, items: Ints, columns: slice) -> Similarities:
        """(items, columns) float32, the greater the nearer: these items' queries in a language against passages."""
        ...


@runtime_checkable
class Finder(Protocol):
    """Attributes:
    name: what the report calls it.
    fingerprint: of what its scores depend on; None where that cannot be told.
    """

    name: str
    fingerprint: str | None

    def index(self, passages: Passages) -> Index:
        """Get ready to score these passages; the index before it is no longer used."""
        ...
