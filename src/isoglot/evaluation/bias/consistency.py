"""Does a question get the same ranking in whatever language it is asked?"""

from functools import partial

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from isoglot.arrays import Bools, Floats, Ints
from isoglot.data.collection import Collection
from isoglot.evaluation.bias.hits import first_hits
from isoglot.evaluation.bias.measure import BiasMeasure
from isoglot.evaluation.ranks import Ranks


def rank_correlation(ranks: Ranks, collection: Collection, cutoff: int) -> Floats:
    """(queries,) Spearman's correlation of a query's first hits with those of the same question in each other
    language, averaged over these: 1 where the lists are the same.

    MRC, Mean Rank Correlation (Yang, Jiang and Baldwin 2024, arXiv 2509.06195): for question i and languages a, b,

        RC_i(a, b) = Spearman(ranking of i in a, ranking of i in b),
        RC_i(a) = 1 / (L - 1) * sum over b != a of RC_i(a, b),

    here over the first ``cutoff`` hits. The lists are compared on the passages of either; those that a list does not
    have share the rank after its last hit, as in the lists completed at place k + 1 of Fagin, Kumar and Sivakumar
    2003 (doi 10.1137/S0895480102412856), and tied ranks are averaged, as Spearman's are. Lists of k hits of which
    none is in both have -6 k^2 / (7 k^2 - 1), about -.86. Passages that are a query of the question are left out of
    its lists, since each query's list is without its own. NaN for a question asked in one language, and where a run
    has no hit for it in another.

    Raises:
        ConfigError: the ranks do not keep as many hits.
    """
    hits = _comparable_hits(ranks, collection, cutoff)
    lengths = (hits >= 0).sum(axis=1)
    left, right = _pairs(collection.query_group, collection.query_language, lengths > 0)
    shared = _Shared(hits, collection.query_group)
    values = _spearman(lengths[left], lengths[right], *shared.sums(left, right))
    queries, sides = len(lengths), np.concatenate([left, right])
    totals = np.bincount(sides, weights=np.concatenate([values, values]), minlength=queries)
    counts = np.bincount(sides, minlength=queries)
    return np.where(counts > 0, totals / np.maximum(counts, 1), np.nan)


def _comparable_hits(ranks: Ranks, collection: Collection, cutoff: int) -> Ints:
    """(queries, up to ``cutoff``) the first of the hits kept that are no query of the same question; -1 after them."""
    own, size = collection.query_passage, len(collection.passages)
    if (own < 0).all():
        return first_hits(ranks, collection, cutoff)
    hits, group = first_hits(ranks, collection, ranks.top_passage.shape[1]), collection.query_group
    asked = np.isin(group[:, None] * size + hits, (group * size + own)[own >= 0])
    hits = np.where(asked, -1, hits)
    return np.take_along_axis(hits, np.argsort(hits < 0, axis=1, kind="stable"), axis=1)[:, :cutoff]


def _pairs(group: Ints, language: Ints, usable: Bools) -> tuple[Ints, Ints]:
    """Every two usable queries of a group that are in different languages, once."""
    order = np.argsort(group, kind="stable")
    sizes = np.bincount(group)
    mates = sizes[group]
    first = np.repeat(np.arange(len(group)), mates)
    place = np.arange(len(first)) - np.repeat(np.cumsum(mates) - mates, mates)
    second = order[(np.cumsum(sizes) - sizes)[group[first]] + place]
    kept = (first < second) & (language[first] != language[second]) & usable[first] & usable[second]
    return first[kept], second[kept]


class _Shared:
    """Sums over the passages that two queries of a group both have among their hits."""

    def __init__(self, hits: Ints, group: Ints) -> None:
        there = hits >= 0
        place = np.broadcast_to(np.arange(1, hits.shape[1] + 1), hits.shape)[there]
        # A column is a passage within a group, so that products do not mix queries of different groups.
        column = _numbered((group[:, None] * (int(hits.max(initial=0)) + 1) + hits)[there])
        rows = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
        shape = (len(hits), int(column.max(initial=0)) + 1)
        one = csr_array((np.ones(len(column)), column, rows), shape=shape)
        rank = csr_array((place.astype(np.float64), column, rows), shape=shape)
        self._products = [left @ right.T for left, right in ((one, one), (rank, one), (rank, rank))]

    def sums(self, left: Ints, right: Ints) -> tuple[Floats, Floats, Floats, Floats]:
        """(pairs,) how many they share, the sums of their ranks in the left and the right list and of the products."""
        count, rank, product = self._products
        return _at(count, left, right), _at(rank, left, right), _at(rank, right, left), _at(product, left, right)


def _numbered(keys: Ints) -> Ints:
    """Equal keys get equal numbers, from 0 without gaps; faster than ``np.unique``."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    numbers = np.empty_like(keys)
    numbers[order] = np.cumsum(np.concatenate([[0], ordered[1:] != ordered[:-1]]))
    return numbers


def _at(matrix: csr_array, row: Ints, column: Ints) -> Floats:
    """(pairs,) entries of a matrix, 0 where it stores none."""
    matrix.sort_indices()
    entries = matrix.tocoo()
    keys = entries.row.astype(np.int64) * matrix.shape[1] + entries.col
    wanted = row * matrix.shape[1] + column
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, entries.data[place], 0.0)


def _spearman(left: Ints, right: Ints, shared: Floats, ranks_left: Floats, ranks_right: Floats, both: Floats) -> Floats:
    """(pairs,) correlation over the union of two lists, from their lengths and the sums over what they share."""
    size = left + right - shared
    absent_left, absent_right = ((length + size + 1) / 2 for length in (left, right))  # the mean of the ranks below
    only_left, only_right = left * (left + 1) / 2 - ranks_left, right * (right + 1) / 2 - ranks_right
    mean = (size + 1) / 2
    covariance = both + only_left * absent_right + only_right * absent_left - size * mean**2
    spread = _sum_of_squares(left, size, absent_left) * _sum_of_squares(right, size, absent_right)
    same = size == 1  # one passage, first in both: no spread, and no disagreement
    correlation: Floats = np.where(same, 1.0, covariance / np.sqrt(np.where(same, 1.0, spread)))
    return correlation


def _sum_of_squares(length: Ints, size: Floats, absent: Floats) -> Floats:
    """Of the differences from the mean rank."""
    squares: Floats = length * (length + 1) * (2 * length + 1) / 6 + (size - length) * absent**2
    return squares - size * ((size + 1) / 2) ** 2


MRC = {
    k: BiasMeasure(
        name=f"mrc@{k}",
        title=f"same ranking in every query language (MRC@{k})",
        what="Spearman's ρ of a query's first k hits with those of the same question in each other language, averaged: "
        "1 is the same list",
        source="Mean Rank Correlation, arXiv 2509.06195",
        form="{:.3f}",
        better="higher",
        hits=k,
        values=partial(rank_correlation, cutoff=k),
    )
    for k in (10, 100)
}
