"""Search by the store's own index, where the vectors are too many for memory: found roughly, scored exactly."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from isoglot.arrays import Vectors
from isoglot.encoder.affine import Affine, numbers_of
from isoglot.encoder.similarity import Similarity
from isoglot.search.candidates import Candidates, best
from isoglot.search.memory import moved
from isoglot.search.store import ROW, Table, counts_of

_MORE = 4  # times as many as are wanted, where a repair reorders what the store finds by vectors without it


class Approximate:
    """One filtered query a language.

    The store has the encoder's own vectors. With a repair ``x -> x A + b`` a query's product with a repaired passage is
    its product with ``x`` after ``A`` was turned onto the query, and a constant, but for the length that the passage is
    scaled by: so the store is asked for more, and what it finds is repaired and scored exactly.
    """

    def __init__(self, table: Table, *, similarity: Similarity, repair: Affine | None) -> None:
        """Take a table whose store has an index."""
        self._table, self._similarity, self._repair = table, similarity, repair
        self.counts = counts_of(table)
        self.languages: tuple[str, ...] = tuple(self.counts)

    def candidates(self, query: Vectors, *, languages: Sequence[int], depth: int) -> Candidates:
        """About the ``depth`` best passages of each of these languages."""
        wanted = depth if self._repair is None else _MORE * depth
        parts, scores, numbers = [], [], []
        for number in languages:
            tag = self.languages[number]
            found = self._table.nearest(self._turned(query, tag), language=tag, count=wanted)
            vectors = moved(found.vectors, [tag] * len(found.rows), self._repair, "passage")
            score = self._similarity.block(vectors).scores(query[None])[0]
            kept = best(score, depth)
            parts.append(found.rows.take(pa.array(kept)))
            scores.append(score[kept])
            numbers.append(np.full(len(kept), number))
        if not parts:
            return Candidates(rows=ROW.empty_table(), language=np.empty(0, np.int64), scores=np.empty(0, np.float32))
        return Candidates(rows=pa.concat_tables(parts), language=np.concatenate(numbers), scores=np.concatenate(scores))

    def translations(self, groups: Sequence[str]) -> pa.Table:
        """All passages of these groups."""
        return self._table.of_groups(groups)

    def _turned(self, query: Vectors, tag: str) -> Vectors:
        """What has the product with a passage's own vector that the query has with the repaired one."""
        if self._repair is None:
            return query
        place = int(numbers_of([tag], self._repair.languages)[0])
        number = int(self._repair.matrix[1, place])
        return query if number < 0 else self._repair.matrices[number] @ query
