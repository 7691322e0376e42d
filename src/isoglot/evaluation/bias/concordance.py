"""Concordance: do queries agree on which languages come first among their relevant passages?

A block is a query, a treatment a passage language, the response the rank of the query's best relevant passage
in that language. Where every block has every language, the statistic is Friedman's chi-square and its share of
the greatest possible value is Kendall's W; where some are missing it is the one of Skillings and Mack (1981,
Technometrics 23(2), doi 10.1080/00401706.1981.10486261), here with Friedman's correction for ties.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Bools, Floats
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.ranks import Ranks

Codes = npt.NDArray[np.uint64]

_CHUNK = 1 << 22  # relabelled values held at once


@dataclass(frozen=True, kw_only=True)
class Concordance:
    """Agreement of queries on the order of the passage languages.

    Attributes:
        w: Kendall's W, 0 (no agreement) to 1 (the same order in every query). With missing languages, the
            statistic's share of its upper bound: 1 takes blocks whose ranks all follow one common scale.
        statistic: Friedman's or Skillings and Mack's chi-square. Its chi-square law does not hold for queries
            that depend on each other: take ``p``.
        p: of the permutation test, from 1 / (draws + 1) to 1.
        mean_rank: language -> mean midrank within the query, 1 is ahead, stretched to as many ranks as there
            are languages where a query lacks some (r (L + 1) / (l + 1) with l of L there), so that
            (L + 1) / 2 is the middle for every language.
        blocks: queries with relevant passages in two or more of the languages.
        clusters: clusters in which languages could be exchanged; the others do not count towards ``p``.
        complete: whether every block has every language.
    """

    w: float
    statistic: float
    p: float
    mean_rank: dict[str, float]
    blocks: int
    clusters: int
    complete: bool


def concordance(
    ranks: Ranks, collection: Collection, *, draws: int, seed: int, own_language: bool = True
) -> Concordance:
    """Kendall's W over queries, with a permutation test that takes clusters whole.

    The statistic is A' S^- A, where A sums sqrt(12 / (l + 1)) (r - (l + 1) / 2) over queries with l languages
    and S is the sum of their l I - J, divided by the tie correction. By the subadditivity of x' V^- x it is at
    most the sum of l - 1 over queries; W is the share. It is 0, and p 1, where every query ties all languages.

    The test: queries of a cluster depend on each other, so each cluster gets one random relabelling of the
    languages, the same for all its queries, and p is (b + 1) / (draws + 1) with b relabellings of the
    collection at least as extreme. Labels move only between languages that are *exchangeable* in the cluster:
    exchanging them leaves what is there and what is missing as it was. S is then the same for every draw, the
    relabellings are a group, and p is exact under the hypothesis

    - with ``own_language``: the ranks of a cluster have the same law after any relabelling of the passages.
      Preference for the query's language shows here as far as queries are in some languages more than in
      others; where every question is asked in every language it cancels and makes W smaller.
    - without: the same after relabelling passages and queries together, which holds where only the query's
      language is preferred, and no other. A relabelling then moves a query's ranks to the query of the same
      question in the other language, which lacks that one.

    Args:
        ranks: of the pool; a passage that a run lacks ties with the query's others below the last hit; queries of which
            it has no hit are left out.
        collection: languages, groups and clusters of the queries.
        draws: random relabellings, 1 or more.
        seed: of the relabellings, 0 or more.
        own_language: count each query's passages in its own language; False leaves them out.

    Raises:
        ConfigError: draws or seed out of range.
        DataError: no query has relevant passages in two languages, or fewer than two clusters can be relabelled.
    """
    if draws < 1 or seed < 0:
        raise ConfigError(f"draws must be at least 1 and the seed at least 0, but got {draws} and {seed}.")
    whole = best_ranks(ranks, collection)
    codes = _signatures(~np.isnan(whole), collection, own_language=own_language)
    table = whole if own_language else _without_own(whole, collection)
    blocks = (~np.isnan(table)).sum(axis=1) > 1
    if not blocks.any():
        besides = "" if own_language else " besides its own"
        raise DataError(
            f"{collection.name}: no query has relevant passages in two languages{besides}, so there is no order "
            "of languages to agree on."
        )
    midranks = _midranks(table[blocks])
    clusters, cluster = np.unique(collection.query_cluster[blocks], return_inverse=True)
    design = _Design(midranks)
    sums = np.zeros((len(clusters), midranks.shape[1]))
    np.add.at(sums, cluster, design.scores)
    relabelling = _Relabelling(sums, codes[clusters])
    if relabelling.clusters < 2:
        raise DataError(
            f"{collection.name}: the permutation test needs two clusters in which languages can be exchanged, "
            f"but there are {relabelling.clusters}: every query, or every question, has languages of its own."
        )
    found = design.quadratic(sums.sum(axis=0)[None])[0]
    rng = np.random.default_rng(seed)
    extreme = sum(  # the margin keeps equal sums, added in another order, equal
        int((design.quadratic(drawn) >= found * (1 - 1e-9)).sum()) for drawn in relabelling.draw(draws, rng)
    )
    w = found / design.bound if design.bound else 0.0
    return Concordance(
        w=float(w),
        statistic=float(w * design.freedom),
        p=(extreme + 1) / (draws + 1),
        mean_rank=_mean_ranks(midranks, collection.languages),
        blocks=len(midranks),
        clusters=relabelling.clusters,
        complete=bool(design.here[:, design.here.any(axis=0)].all()),
    )


def best_ranks(ranks: Ranks, collection: Collection) -> Floats:
    """(queries, languages): least pool rank of each query's best relevant passage in a language.

    NaN where a query has none, and for a query of which a run has no hit: it ranks nothing, so a least rank of 1
    would be the best there is.
    """
    best = np.full((len(collection.queries), len(collection.languages)), np.nan)
    np.fmin.at(best, (ranks.query, collection.passage_language[ranks.passage]), ranks.least_pool_rank())
    best[ranks.hits == 0] = np.nan
    return best


def _without_own(table: Floats, collection: Collection) -> Floats:
    own = collection.query_language[:, None] == np.arange(len(collection.languages))
    return np.where(own, np.nan, table)


def _midranks(table: Floats) -> Floats:
    """Rank of each value in its row, ties sharing the mean of theirs; NaN stays NaN."""
    below, equal = np.zeros(table.shape), np.zeros(table.shape)
    for column in table.T[:, :, None]:
        below += column < table
        equal += column == table
    return np.where(np.isnan(table), np.nan, below + (equal + 1) / 2)


def _mean_ranks(midranks: Floats, languages: tuple[str, ...]) -> dict[str, float]:
    here = ~np.isnan(midranks)
    counts = here.sum(axis=0)
    stretch = ((counts > 0).sum() + 1) / (here.sum(axis=1) + 1)
    sums = np.where(here, midranks * stretch[:, None], 0.0).sum(axis=0)
    return {languages[n]: float(sums[n] / counts[n]) for n in np.flatnonzero(counts)}


class _Design:
    """What is there, and the statistic's parts that no relabelling changes."""

    def __init__(self, midranks: Floats) -> None:
        self.here: Bools = ~np.isnan(midranks)
        sizes: Floats = self.here.sum(axis=1, keepdims=True).astype(np.float64)
        centred: Floats = np.where(self.here, midranks - (sizes + 1) / 2, 0.0)
        self.scores: Floats = centred * (12 / (sizes + 1)) ** 0.5
        self.bound = float((self.scores**2 / sizes).sum())  # the sum of l - 1, less what ties take
        self.freedom = int((sizes - 1).sum())
        present = self.here.astype(np.float64)
        covariance = np.diag((present * sizes).sum(axis=0)) - present.T @ present
        self._inverse = np.linalg.pinv(covariance, rcond=1e-9, hermitian=True).astype(np.float64)

    def quadratic(self, sums: Floats) -> Floats:
        """(draws, languages) summed scores -> (draws,)."""
        values: Floats = ((sums @ self._inverse) * sums).sum(axis=1)
        return values


def _signatures(here: Bools, collection: Collection, *, own_language: bool) -> Codes:
    """(clusters, languages) codes, equal for languages that are exchangeable in the cluster.

    A code sums a random number for every unit whose relevant passages include the language, and without the
    own language one for every query in it. The unit is the group, since its queries may stand for each other
    (a query where those of its group differ in languages). Sums of different sets are equal once in 2^64.
    """
    rng = np.random.default_rng(0)
    patterns = here.astype(np.uint64) @ _codes(rng, here.shape[1])
    group = collection.query_group
    least, greatest = np.full(len(here), np.iinfo(np.uint64).max, np.uint64), np.zeros(len(here), np.uint64)
    np.minimum.at(least, group, patterns)
    np.maximum.at(greatest, group, patterns)
    unit = np.where((least == greatest)[group], group, len(here) + np.arange(len(here)))
    codes = np.zeros((int(collection.query_cluster.max()) + 1, here.shape[1]), np.uint64)
    np.add.at(codes, collection.query_cluster, here * _codes(rng, 2 * len(here))[unit][:, None])
    if not own_language:
        place = (collection.query_cluster, collection.query_language)
        np.add.at(codes, place, _codes(rng, 2 * len(here))[unit])
    return codes


def _codes(rng: np.random.Generator, count: int) -> Codes:
    return rng.integers(np.iinfo(np.uint64).max, size=count, dtype=np.uint64, endpoint=True)


class _Relabelling:
    """Random exchanges of each cluster's sums between exchangeable languages."""

    def __init__(self, sums: Floats, codes: Codes) -> None:
        order = np.argsort(codes, axis=1, kind="stable")
        ordered = np.take_along_axis(codes, order, axis=1)
        self._back = np.argsort(order, axis=1)
        self._sums = np.take_along_axis(sums, order, axis=1)
        new = ordered[:, 1:] != ordered[:, :-1]
        self._class = np.pad(np.cumsum(new, axis=1), ((0, 0), (1, 0))).astype(np.float64)
        # Languages that a cluster lacks share the code 0: exchanging them changes nothing.
        self.clusters = int((~new & (ordered[:, 1:] != 0)).any(axis=1).sum())

    def draw(self, draws: int, rng: np.random.Generator) -> Iterator[Floats]:
        """(some draws, languages) sums over clusters, until there are ``draws``."""
        step = max(1, _CHUNK // self._sums.size)
        for start in range(0, draws, step):
            shape = (min(step, draws - start), *self._sums.shape)
            # Within a class the order is random; classes stay where they are.
            order = np.argsort(self._class + rng.random(shape), axis=2)
            order = np.take_along_axis(order, np.broadcast_to(self._back, shape), axis=2)
            yield np.take_along_axis(np.broadcast_to(self._sums, shape), order, axis=2).sum(axis=1)
