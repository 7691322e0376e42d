"""What moves a passage's rank: its language, the query's, or that the two are the same.

For query q and the best of its relevant passages in language p, a two-way analysis of variance with one
interaction contrast:

    log rank(q, p) = mu + a[language of q] + b[p] + s [p is the language of q] + error,

natural logarithm, a and b summing to 0. Effects are given as factors, exp of the coefficient: a factor of 2 on a
language puts its passages twice as far down.
"""

from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Bools, Floats
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.bias.concordance import best_ranks
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.statistics.bootstrap import Bounded, Draws, cluster_weights, interval


class Factor(Bounded):
    """A factor in ranks."""

    @property
    def inverse(self) -> "Factor":
        """The factor the other way: ranks divided by it, so how many times nearer the top."""
        return Factor(1 / self.value, 1 / self.high, 1 / self.low)


@dataclass(frozen=True, kw_only=True)
class Decomposition:
    """Effects on the rank of a relevant passage.

    Attributes:
        rank: exp(mu), the rank of a passage that is not in the query's language, languages apart from that
            having no effect.
        same_language: exp(s); .03 says that in the query's language a passage's rank is .03 of what it would
            be, and ``same_language.inverse`` that it stands 35 times nearer the top.
        passage_language: language -> exp(b); below 1 is favoured.
        query_language: language -> exp(a); below 1 is served better.
        variance: ``same_language``, ``passage_language``, ``query_language`` -> share of the variance of log
            ranks that the fit loses without that part. ``rest`` is the share that all three leave. The four add up
            to 1 where queries and passages have the same languages and each meets each.
        cells: pairs of a query and a passage language.
        lost_draws: bootstrap draws without an estimate, left out of the intervals: they missed the cells that
            tell two parts from each other.
    """

    rank: Factor
    same_language: Factor
    passage_language: dict[str, Factor]
    query_language: dict[str, Factor]
    variance: dict[str, float]
    cells: int
    lost_draws: int


def decompose(ranks: Ranks, collection: Collection, *, draws: int, seed: int) -> Decomposition:
    """Fit the effects by least squares, every cell (query language, passage language) weighing the same.

    Equal cells, as in the macro averages, keep a language that is asked often from deciding what its partners'
    effects are. The fit then needs cell means only, and a bootstrap draw (whole clusters with replacement)
    needs each cluster's cell sums and counts only. A draw that misses a cell is fitted on the others.

    Args:
        ranks: of the pool; a passage that a run lacks counts at the least rank it can have, one below the
            last hit, which makes effects smaller than they are. Queries of which it has no hit are left out.
        collection: languages and clusters.
        draws: bootstrap resamples, 1 or more.
        seed: of the resamples, 0 or more.

    Raises:
        ConfigError: draws or seed out of range.
        DataError: the effects cannot be told apart (such as queries in one language only), all ranks are the
            same, all queries are of one cluster, or no draw has an estimate.
    """
    if draws < 1 or seed < 0:
        raise ConfigError(f"draws must be at least 1 and the seed at least 0, but got {draws} and {seed}.")
    table = np.log(best_ranks(ranks, collection))
    cells = _Cells(table, collection)
    design = _Design(cells)
    if not design.identified(cells.counts.sum(axis=0)[None] > 0)[0]:
        raise DataError(
            f"{collection.name}: the effect of sharing the query's language cannot be told from those of the "
            "languages: it takes queries in two or more languages that have relevant passages in their own and in "
            "the others."
        )
    if np.nanmin(table) == np.nanmax(table):
        raise DataError(f"{collection.name}: all relevant passages have one rank, so there is nothing to explain.")
    clusters = int((cells.counts.sum(axis=1) > 0).sum())
    if clusters < 2:
        raise DataError(f"{collection.name}: intervals need queries of two or more clusters, but there is one.")
    weights = cluster_weights(len(cells.counts), draws, seed).astype(np.float64)
    found = np.exp(design.effects(cells.means(np.ones((1, len(weights.T))))))[0]
    drawn = np.exp(design.effects(cells.means(weights)))
    lost = int(np.isnan(drawn[:, 0]).sum())
    if lost == draws:
        raise DataError(f"{collection.name}: no bootstrap draw of clusters has the pairs of languages to be fitted.")
    factors = [
        Factor(float(value), *interval(Draws(column, clusters))) for value, column in zip(found, drawn.T, strict=True)
    ]
    asked = len(cells.query_languages)
    return Decomposition(
        rank=factors[0],
        same_language=factors[1],
        query_language=dict(zip(cells.query_languages, factors[2 : 2 + asked], strict=True)),
        passage_language=dict(zip(cells.passage_languages, factors[2 + asked :], strict=True)),
        variance=_shares(cells, design),
        cells=design.rows,
        lost_draws=lost,
    )


class _Cells:
    """Sums over the queries of each cluster and cell; only cells that occur, query language by query language."""

    def __init__(self, logarithms: Floats, collection: Collection) -> None:
        query, passage = np.nonzero(~np.isnan(logarithms))
        values = logarithms[query, passage]
        asked, row = np.unique(collection.query_language[query], return_inverse=True)
        answered, column = np.unique(passage, return_inverse=True)
        self.query_languages = [collection.languages[n] for n in asked]
        self.passage_languages = [collection.languages[n] for n in answered]
        pairs, cell = np.unique(row * max(len(answered), 1) + column, return_inverse=True)
        self.row, self.column = np.divmod(pairs, max(len(answered), 1))
        self.same: Bools = asked[self.row] == answered[self.column]
        shape = (int(collection.query_cluster.max()) + 1, len(pairs))
        slot = collection.query_cluster[query] * shape[1] + cell
        self.counts = np.bincount(slot, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
        self._sums = np.bincount(slot, weights=values, minlength=shape[0] * shape[1]).reshape(shape)
        self.squares: Floats = np.bincount(cell, weights=values**2, minlength=shape[1]) / self.counts.sum(axis=0)

    def means(self, weights: Floats) -> Floats:
        """(draws, clusters) -> (draws, cells) means, NaN where a draw has none of a cell."""
        with np.errstate(invalid="ignore"):
            means: Floats = (weights @ self._sums) / (weights @ self.counts)
        return means


class _Design:
    """One row a cell; the last language of each side is minus the sum of the others."""

    def __init__(self, cells: _Cells) -> None:
        self.rows = len(cells.row)
        asked, answered = (_sum_to_zero(len(side)) for side in (cells.query_languages, cells.passage_languages))
        self.parts = {
            "mean": np.ones((self.rows, 1)),
            "same_language": cells.same[:, None].astype(np.float64),
            "query_language": asked[cells.row],
            "passage_language": answered[cells.column],
        }
        self.matrix = np.hstack(list(self.parts.values()))
        squared = self.matrix[:, :, None] * self.matrix[:, None, :]
        self._products = squared.reshape(self.rows, self.matrix.shape[1] ** 2)
        self._asked, self._answered = asked, answered

    def identified(self, there: Bools) -> Bools:
        """(draws, cells) -> (draws,): whether those cells tell all effects apart."""
        enough: Bools = np.linalg.matrix_rank(self._normal(there), hermitian=True) == self.matrix.shape[1]
        return enough

    def effects(self, means: Floats) -> Floats:
        """(draws, cells) means -> (draws, 2 + languages): mu, s, a, b; NaN where they cannot be told apart."""
        there = ~np.isnan(means)
        known = self.identified(there)
        right = np.where(there, means, 0.0)[known] @ self.matrix
        found = np.linalg.solve(self._normal(there[known]), right[:, :, None])[:, :, 0]
        last = 2 + self._asked.shape[1]
        effects = np.full((len(means), 2 + len(self._asked) + len(self._answered)), np.nan)
        effects[known] = np.hstack([found[:, :2], found[:, 2:last] @ self._asked.T, found[:, last:] @ self._answered.T])
        return effects

    def unexplained(self, means: Floats, *, without: str | None = None) -> float:
        """(cells,) means -> mean square that a fit without a part leaves."""
        matrix = np.hstack([columns for name, columns in self.parts.items() if name != without])
        rest = means - matrix @ np.linalg.lstsq(matrix, means)[0]
        return float((rest**2).mean())

    def _normal(self, there: Bools) -> Floats:
        size = self.matrix.shape[1]
        products: Floats = (there @ self._products).reshape(-1, size, size)
        return products


def _sum_to_zero(count: int) -> Floats:
    """(languages, languages - 1): coefficients that are free -> all of them."""
    return np.vstack([np.eye(count - 1), -np.ones((1, count - 1))]) if count else np.zeros((0, 0))


def _shares(cells: _Cells, design: _Design) -> dict[str, float]:
    means = cells.means(np.ones((1, len(cells.counts))))[0]
    total = float(cells.squares.mean() - means.mean() ** 2)
    left = design.unexplained(means)
    shares = {name: (design.unexplained(means, without=name) - left) / total for name in design.parts if name != "mean"}
    within = float((cells.squares - means**2).mean())
    return {**shares, "rest": (within + left) / total}
