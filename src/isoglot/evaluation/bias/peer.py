"""PEER, the probability of equal expected rank (Yang, Jänich, Mayfield and Lawrie, SIGIR 2024, arXiv 2405.00978).

For every query and relevance level, the Kruskal-Wallis test asks whether the passages of that level have the same
expected rank in every language. PEER is its p, averaged over levels by given weights: near 0 some language is
ahead, and the mean over fair rankings is about one half.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import chdtrc  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Bools, Floats, Ints
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.bias.hits import keeps
from isoglot.evaluation.ranks import Ranks

Mode = Literal["reference", "corrected"]

_CHUNK = 1 << 20  # hits taken at once
_UNRANKED = np.iinfo(np.int64).min  # the level of a passage that is the query, which is not ranked


def peer(ranks: Ranks, collection: Collection, *, mode: Mode, cutoff: int, weights: Mapping[int, float]) -> Floats:
    """PEER of each query among the first ``cutoff`` hits.

    ``corrected`` does what the test is defined for. The passages of a level, all of the pool, are ranked among
    themselves, those below the cutoff tie for the last places, and the variance is that of tied ranks. Level 0 is
    all that is not judged otherwise. A level of a query tells languages apart only if it has passages in two
    languages and two or more in one of them; other levels are left out of the query's average, whose weights are
    then made to add up to 1. Where a level has no passage above the cutoff, all tie and p is 1. The chi-square
    law of p is an approximation, coarse for a handful of passages.

    ``reference`` gives the numbers of the released package (peer_measure 0.0.1) for the run of these hits, with
    its ways: positions in the hit list take part as they are, not ranked; n judged passages of a level of which u
    are not among the hits put those u at n + (u + 1) / 2, which may be above passages that were found; a level
    without passages, or with passages in one language, has p = 1; levels that a query lacks count 0; equal scores
    are ordered by ascending id. The package stops at a hit without a judgement where the query has no grade 0;
    here such hits are level 0, as in the package once some grade 0 is there.

    Args:
        ranks: with at least ``cutoff`` of the best passages kept.
        collection: languages and judgements.
        mode: see above.
        cutoff: hits that count, 1 or more.
        weights: level (grade) -> weight; not negative, 1 in sum.

    Returns:
        (queries,) float64. With ``reference``, NaN for a query without judgements, and where the package gives
        NaN (0 / 0): a level has one passage among the hits, just where it puts the missing ones (such as
        position 3 with one missing). With ``corrected``, NaN for a query without a level that tells languages apart.

    Raises:
        ConfigError: an unknown mode, a cutoff below 1 or beyond the hits kept, or bad weights.
        DataError: ``corrected``, and a level with weight tells languages apart in no query.
    """
    _check(ranks, collection, mode, cutoff, weights)

    def hits(part: slice) -> _Hits:
        return _Hits.take(ranks, collection, cutoff, part, by_id=mode == "reference")

    if mode == "reference":
        return _in_chunks(cutoff, collection, lambda part: _reference(hits(part), weights))
    wanted = [level for level in sorted(weights) if weights[level] > 0]
    found = _in_chunks(cutoff, collection, lambda part: _corrected(hits(part), wanted))
    for level, column in zip(wanted, found.T, strict=True):
        if np.isnan(column).all():
            raise DataError(
                f"{collection.name}: PEER says nothing about level {level}, where no query has passages in two "
                "languages and two or more in one of them: the Kruskal-Wallis p of single passages is the same for "
                "every ranking (.4405 for one in each of 11 languages), so measure the concordance instead."
            )
    share = ~np.isnan(found) * np.array([weights[level] for level in wanted])
    with np.errstate(invalid="ignore"):
        values: Floats = np.where(share > 0, found * share, 0.0).sum(axis=1) / share.sum(axis=1)
    return values


def mean_peer(values: Floats) -> float:
    """Mean over the queries that have a value.

    Raises:
        DataError: none has.
    """
    if np.isnan(values).all():
        raise DataError("PEER has no mean: it is undefined for every query.")
    return float(np.nanmean(values))


def _check(ranks: Ranks, collection: Collection, mode: str, cutoff: int, weights: Mapping[int, float]) -> None:
    if mode not in get_args(Mode):
        raise ConfigError(f"the mode of PEER must be one of {', '.join(get_args(Mode))}, but got {mode!r}.")
    if cutoff < 1:
        raise ConfigError(f"the cutoff of PEER must be at least 1, but got {cutoff}.")
    if not keeps(ranks, collection, cutoff):
        depth = ranks.top_passage.shape[1]
        raise ConfigError(f"PEER@{cutoff} needs {cutoff} hits a query, but {depth} were kept: rank with that depth.")
    if not weights or min(weights.values()) < 0 or not np.isclose(sum(weights.values()), 1):
        raise ConfigError(f"the weights of PEER must not be negative and add up to 1, but got {dict(weights)}.")


def _in_chunks(cutoff: int, collection: Collection, measure: Callable[[slice], Floats]) -> Floats:
    """What a function of some queries gives for all."""
    queries, step = len(collection.queries), max(1, _CHUNK // min(cutoff, len(collection.passages)))
    return np.concatenate([measure(slice(n, min(n + step, queries))) for n in range(0, queries, step)])


@dataclass(frozen=True)
class _Hits:
    """Judged passages and the first hits of some queries.

    Attributes:
        collection: of all queries.
        part: the queries; ``query`` counts from its start.
        query, language, level, position: a row for each judged passage, for each other hit and for the passage
            that a query is itself; position 0 is not among the hits.
    """

    collection: Collection
    part: slice
    query: Ints
    language: Ints
    level: Ints
    position: Ints

    @classmethod
    def take(cls, ranks: Ranks, collection: Collection, cutoff: int, part: slice, *, by_id: bool = False) -> "_Hits":
        hits = ranks.top_passage[part]
        if by_id:  # equal scores by ascending id; missing hits have the least score, so stay last
            order = np.lexsort((collection.passage_order[hits], -ranks.top_score[part]), axis=1)
            hits = np.take_along_axis(hits, order, axis=1)
        query, column = np.nonzero(hits[:, :cutoff] >= 0)
        passage, judged, size = hits[query, column], collection.judgements, len(collection.passages)
        span = slice(*np.searchsorted(judged.query, [part.start, part.stop]))
        asked, answer = judged.query[span] - part.start, judged.passage[span]
        keys, wanted = np.append(asked * size + answer, -1), query * size + passage
        place = np.searchsorted(keys[:-1], wanted)
        known = keys[place] == wanted
        position = np.zeros(len(answer), dtype=np.int64)
        position[place[known]] = column[known] + 1
        own = collection.query_passage[part]
        unranked = np.flatnonzero(own >= 0)
        unranked = unranked[~np.isin(unranked * size + own[unranked], keys)]
        others = ~known
        return cls(
            collection=collection,
            part=part,
            query=np.concatenate([asked, query[others], unranked]),
            language=collection.passage_language[np.concatenate([answer, passage[others], own[unranked]])],
            level=np.concatenate([judged.grade[span], np.repeat([0, _UNRANKED], [others.sum(), len(unranked)])]),
            position=np.concatenate([position, column[others] + 1, np.zeros(len(unranked), dtype=np.int64)]),
        )

    @property
    def queries(self) -> int:
        return int(self.part.stop - self.part.start)

    def table(self, rows: Bools, values: Floats | None = None) -> Floats:
        """(queries, languages): how many rows, or the sum of a value of each of them."""
        shape = (self.queries, len(self.collection.languages))
        slot = self.query[rows] * shape[1] + self.language[rows]
        return np.bincount(slot, weights=values, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)

    def per_query(self, rows: Bools, values: Floats | None = None) -> Floats:
        """(queries,): as ``table``."""
        return np.bincount(self.query[rows], weights=values, minlength=self.queries).astype(np.float64)


def _reference(hits: _Hits, weights: Mapping[int, float]) -> Floats:
    """(queries,) weighted p."""
    total = np.zeros(hits.queries)
    for level in np.unique(hits.level):
        rows = hits.level == level
        present = hits.per_query(rows) > 0
        if level <= 0:  # passages that are not relevant count where they were found only
            rows &= hits.position > 0
        p = _p_of_positions(hits, rows)
        # A level without weight takes part too: nothing times NaN is NaN there as well.
        total += np.where(present, p * weights.get(int(level), 0.0), 0.0)
    judged = hits.collection.judgements
    span = slice(*np.searchsorted(judged.query, [hits.part.start, hits.part.stop]))
    asked = np.bincount(judged.query[span] - hits.part.start, minlength=hits.queries) > 0
    found = hits.per_query(hits.position > 0) > 0
    return np.where(asked, np.where(found, total, 0.0), np.nan)


def _p_of_positions(hits: _Hits, rows: Bools) -> Floats:
    query, found = hits.query[rows], hits.position[rows] > 0
    size, missing = hits.per_query(rows), hits.per_query(rows & (hits.position == 0))
    places = np.where(found, hits.position[rows], size[query] + (missing[query] + 1) / 2)
    counts, sums = hits.table(rows), hits.table(rows, places)
    with np.errstate(invalid="ignore"):
        mean = sums.sum(axis=1) / size
    p = _kruskal_wallis(counts, sums, hits.per_query(rows, (places - mean[query]) ** 2))
    return np.where((missing == size) | ((counts > 0).sum(axis=1) < 2), 1.0, p)


def _corrected(hits: _Hits, levels: list[int]) -> Floats:
    """(queries, levels) p; NaN where a level cannot tell languages apart."""
    return np.stack([_p_of_ranks(hits, level) for level in levels], axis=1)


def _p_of_ranks(hits: _Hits, level: int) -> Floats:
    rows = hits.level == level
    above = rows & (hits.position > 0)
    counts, found = hits.table(rows), hits.table(above)
    if level == 0:
        pool = np.bincount(hits.collection.passage_language, minlength=counts.shape[1])
        counts = pool - hits.table(~rows)
    total, ranked = counts.sum(axis=1), found.sum(axis=1)
    tied = total - ranked
    order = np.lexsort((hits.position[above], hits.query[above]))
    places = np.empty(len(order))
    places[order] = np.arange(1, len(order) + 1)
    places -= (np.cumsum(ranked) - ranked)[hits.query[above]]
    sums = hits.table(above, places) + (counts - found) * (ranked + (tied + 1) / 2)[:, None]
    p = _kruskal_wallis(counts, sums, (total**3 - total - (tied**3 - tied)) / 12)
    tells = ((counts > 0).sum(axis=1) > 1) & (counts.max(axis=1) > 1)
    return np.where(tells, np.where(ranked > 0, p, 1.0), np.nan)


def _kruskal_wallis(counts: Floats, sums: Floats, squares: Floats) -> Floats:
    """(queries,) p of the test.

    Args:
        counts: (queries, languages) passages.
        sums: (queries, languages) sums of their ranks.
        squares: (queries,) sum of squared deviations of all ranks from their mean.
    """
    total = counts.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums.sum(axis=1) / total
        between = np.where(counts > 0, counts * (sums / counts - mean[:, None]) ** 2, 0.0).sum(axis=1)
        p: Floats = chdtrc((counts > 0).sum(axis=1) - 1, (total - 1) * between / squares)
    return p
