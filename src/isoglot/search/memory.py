"""Exact search: all vectors in memory, one product for every query."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints, Vectors
from isoglot.encoder.affine import Affine, numbers_of
from isoglot.encoder.similarity import Similarity
from isoglot.roles import Role
from isoglot.search.candidates import Candidates, best
from isoglot.search.store import ROW, VECTOR, Table, all_rows, vectors_of


class InMemory:
    """Every row of a table, those of a language one after the other.

    Attributes:
        rows: all of them, as :data:`isoglot.search.store.ROW`.
        vectors: (rows, width) float32, repaired.
        languages: of the rows, sorted.
        language: (rows,) int64, index into ``languages``.
    """

    def __init__(self, table: Table, *, similarity: Similarity, repair: Affine | None) -> None:
        """Read a table, and move its vectors."""
        found = all_rows(table, [*ROW.names, VECTOR])
        found = found.sort_by([("lang", "ascending"), ("id", "ascending")]).combine_chunks()
        self.rows = found.select(ROW.names)
        self.languages: tuple[str, ...] = tuple(sorted(found["lang"].unique().to_pylist()))
        tags = found["lang"].to_pylist()
        self.language: Ints = numbers_of(tags, self.languages)
        self.vectors: Vectors = moved(vectors_of(found[VECTOR]), tags, repair, "passage")
        bounds = np.searchsorted(self.language, np.arange(len(self.languages) + 1)).tolist()
        self._span = [slice(*span) for span in pairwise(bounds)]
        self._block = similarity.block(self.vectors)
        self._members: dict[str, list[int]] = {}
        for row, group in enumerate(self.rows["group"].to_pylist()):
            self._members.setdefault(group, []).append(row)

    @property
    def counts(self) -> dict[str, int]:
        """Language -> passages."""
        return {tag: span.stop - span.start for tag, span in zip(self.languages, self._span, strict=True)}

    def candidates(self, query: Vectors, *, languages: Sequence[int], depth: int) -> Candidates:
        """The ``depth`` best passages of each of these languages."""
        scores = self._block.scores(query[None])[0]
        spans = [self._span[number] for number in languages]
        kept = [span.start + best(scores[span], depth) for span in spans]
        rows: Ints = np.concatenate(kept) if kept else np.empty(0, dtype=np.int64)
        return Candidates(rows=self.rows.take(pa.array(rows)), language=self.language[rows], scores=scores[rows])

    def translations(self, groups: Sequence[str]) -> pa.Table:
        """All passages of these groups."""
        return self.rows.take(pa.array([row for group in groups for row in self._members.get(group, [])], pa.int64()))


def fits(table: Table, memory: int) -> bool:
    """Whether all vectors of a table fit so many bytes."""
    return 4 * table.width * len(table) <= memory


def moved(vectors: Vectors, tags: list[str], repair: Affine | None, role: Role) -> Vectors:
    """Vectors of texts in these languages as they are compared; a language that was not fitted is no language's."""
    if repair is None or not len(vectors):
        return vectors
    return repair.apply(vectors, numbers_of(tags, repair.languages), role)
