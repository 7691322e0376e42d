"""What was done to an index."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from isoglot.result import Result


@dataclass(frozen=True, kw_only=True, repr=False)
class Indexed(Result):
    """What was done to an index.

    Attributes:
        place: where it is.
        added, replaced, unchanged, deleted: passages.
        cut: those added or replaced that are longer than the encoder reads; what is behind its limit is not found.
        length: that limit, in tokens; None where the encoder does not say.
        dropped: whether it had thresholds, which its new repair or encoder made void.
        counts: language -> passages in the index now.
    """

    verb: ClassVar[str] = "index"

    place: str
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    deleted: int = 0
    cut: int = 0
    length: int | None = None
    dropped: bool = False
    counts: dict[str, int]

    def _headline(self) -> str:
        return f"{sum(self.counts.values()):,} passages in {len(self.counts)} languages in {self.place}"

    def _content(self) -> dict[str, Any]:
        return asdict(self)

    def _rows(self) -> Iterator[dict[str, object]]:
        yield from ({"lang": tag, "passages": count} for tag, count in self.counts.items())
