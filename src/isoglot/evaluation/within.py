"""Ranks within each language alone: where only mono is asked for, no score of two languages is computed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from isoglot.arrays import Ints
from isoglot.data.judgements import Judgements
from isoglot.data.narrowed import of_rows
from isoglot.encoder.scoring import Rows
from isoglot.evaluation.encoded import Encoded
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.tiles import Rescore
from isoglot.progress import StartProgress


@dataclass(frozen=True, eq=False)
class _Part:
    """Some rows, read as they are asked for."""

    whole: Rows
    rows: Ints

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.rows), *self.whole.shape[1:])

    @property
    def nbytes(self) -> int:
        return self.whole.nbytes * len(self.rows) // max(1, self.whole.shape[0])

    def __getitem__(self, texts: Ints, /) -> Any:
        return self.whole[self.rows[texts]]


def rank_within_languages(
    data: Encoded, *, budget: int, rescore: Rescore | None = None, progress: StartProgress | None = None
) -> Ranks:
    """The ranks of relevant passages in the query's language; with L languages of one size, 1/L of all scores.

    Of the result ``language_rank`` is as of :func:`~isoglot.evaluation.ranks.rank_relevant`. ``pool_rank`` is NaN and
    ``top_passage`` empty, for nothing is known of the pool.

    Args:
        data: a collection with its rows.
        budget, rescore: see :func:`~isoglot.evaluation.ranks.rank_relevant`.
        progress: begins the ranking.
    """
    parts = list(_parts(data))
    scores = sum(2 * len(queries) * len(passages) for queries, passages in parts)
    told = progress(f"{data.collection.name} ranking", scores, unit="scores") if progress else None
    found, ranks = [], []
    for queries, passages in parts:
        within = Encoded(
            collection=of_rows(data.collection, queries=queries, passages=passages),
            queries=_Part(data.queries, queries),
            passages=_Part(data.passages, passages),
            similarity=data.similarity,
        )
        changed = None if rescore is None else _of_part(rescore, queries, passages)
        part = within.ranks(budget=budget, rescore=changed, progress=told)
        found.append(Judgements(query=queries[part.query], passage=passages[part.passage], grade=part.grade))
        ranks.append(part.pool_rank)
    return _joined(Judgements.concatenate([Judgements.none(), *found]), np.concatenate([[], *ranks]), data)


def _parts(data: Encoded) -> Iterator[tuple[Ints, Ints]]:
    """Positions of queries and passages, language by language, where there are both."""
    collection = data.collection
    for number in range(len(collection.languages)):
        queries = np.flatnonzero(collection.query_language == number)
        passages = np.flatnonzero(collection.passage_language == number)
        if len(queries) and len(passages):
            yield queries, passages


def _of_part(rescore: Rescore, queries: Ints, passages: Ints) -> Rescore:
    return lambda scores, rows, columns: rescore(scores, queries[rows], passages[columns])


def _joined(judged: Judgements, rank: np.ndarray, data: Encoded) -> Ranks:
    order = np.lexsort((judged.passage, judged.query))
    queries = len(data.collection.queries)
    return Ranks(
        query=judged.query[order],
        passage=judged.passage[order],
        grade=judged.grade[order],
        pool_rank=np.full(len(order), np.nan),
        language_rank=rank[order],
        top_passage=np.empty((queries, 0), dtype=np.int64),
        top_score=np.empty((queries, 0), dtype=data.similarity.dtype),
    )
