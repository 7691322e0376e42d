"""An encoded collection: its texts as an encoder's rows, which is all that ranking needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from isoglot.data.collection import Collection
from isoglot.encoder.scoring import Rows, Scoring
from isoglot.errors import EncoderError
from isoglot.evaluation.ranks import RANKING_BYTES, Ranks, rank_relevant
from isoglot.evaluation.tiles import Rescore
from isoglot.progress import Progress, StartProgress


@dataclass(frozen=True, kw_only=True, eq=False)
class Encoded:
    """A collection with rows of any kind, and how the score of a query and a passage follows from them.

    Attributes:
        collection: what the rows stand for.
        queries: in the order of the collection's queries.
        passages: in the order of its passages; may be memory-mapped.
        similarity: how the rows are scored.

    Raises:
        EncoderError: there is not one row for each query and passage, all of one width.
    """

    collection: Collection
    queries: Rows
    passages: Rows
    similarity: Scoring[Any]

    def __post_init__(self) -> None:
        name = self.collection.name
        sides = (("query", self.queries, self.collection.queries), ("passage", self.passages, self.collection.passages))
        for what, rows, table in sides:
            if len(rows.shape) != 2 or rows.shape[0] != len(table):
                raise EncoderError(
                    f"{name}: the {what} vectors have shape {rows.shape}, but must have "
                    f"({len(table)}, width), one row for each {what}."
                )
        if self.queries.shape[1] != self.passages.shape[1]:
            raise EncoderError(
                f"{name}: query vectors are {self.queries.shape[1]} wide, but passage vectors "
                f"{self.passages.shape[1]}; both must come from one encoder."
            )

    def scores(self, rankings: int = 1) -> int:
        """How many scores so many rankings take: each query's are gone over twice."""
        return 2 * len(self.collection.queries) * len(self.collection.passages) * rankings

    def ranking_bar(
        self, progress: StartProgress | None, *, what: str = "ranking", rankings: int = 1
    ) -> Progress | None:
        """Begin the bar of so many rankings, which :meth:`ranks` tells of scores; None where nobody watches."""
        return progress(f"{self.collection.name} {what}", self.scores(rankings), unit="scores") if progress else None

    def ranks(
        self,
        *,
        depth: int = 1,
        budget: int = RANKING_BYTES,
        rescore: Rescore | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> Ranks:
        """Where its relevant passages stand; see :func:`~isoglot.evaluation.ranks.rank_relevant`."""
        return rank_relevant(
            self.queries,
            self.passages,
            self.collection,
            similarity=self.similarity,
            depth=depth,
            budget=budget,
            rescore=rescore,
            progress=progress,
        )
