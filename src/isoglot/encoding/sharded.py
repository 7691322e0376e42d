"""What encoding a collection gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from isoglot.evaluation.comparison.comparison import Comparison
from isoglot.result import Result
from isoglot.versions import versions
from isoglot.wording import counted, size


@dataclass(frozen=True, kw_only=True, repr=False)
class Sharded(Result):
    """A collection's vectors in a folder of shards.

    Example::

        >>> isoglot.encode("e5-small", "sample/test", "shards")
        <Sharded: 448 queries and 336 passages of sample/test as float32 in shards (...)>

    Attributes:
        place: the folder.
        collection: its name.
        encoder: the name of whose vectors they are.
        precision: of the stored numbers.
        width: of a vector.
        queries, passages: how many have a vector.
        written: shards that were encoded now.
        kept: shards that were there.
        nbytes: of all shards.
        loss: what ranking loses by the stored numbers (B) against float32 (A); None where it was not measured.
    """

    verb: ClassVar[str] = "encode"

    place: str
    collection: str
    encoder: str
    precision: str
    width: int
    queries: int
    passages: int
    written: int
    kept: int
    nbytes: int
    loss: Comparison | None = None
    versions: dict[str, str] = field(default_factory=versions)

    def _headline(self) -> str:
        texts = f"{counted(self.queries, 'queries')} and {counted(self.passages, 'passages')}"
        return f"{texts} of {self.collection} as {self.precision} in {self.place} ({size(self.nbytes)})"

    def _content(self) -> dict[str, Any]:
        facts = {name: value for name, value in vars(self).items() if name != "loss"}
        return {**facts, "loss": None if self.loss is None else self.loss.to_dict()}

    def _rows(self) -> Iterator[dict[str, object]]:
        yield {"role": "query", "texts": self.queries, "width": self.width, "precision": self.precision}
        yield {"role": "passage", "texts": self.passages, "width": self.width, "precision": self.precision}
