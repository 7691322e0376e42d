"""The paired differences of one table (a setting, or the bias): estimates, intervals and tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.evaluation.comparison.alignment import Aligned
from isoglot.evaluation.comparison.comparison import Effect, Margin, Row
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.statistics.bootstrap import bootstrap, interval
from isoglot.evaluation.statistics.contributions import ClusterSums, Contributions
from isoglot.evaluation.statistics.effects import standardised, wins
from isoglot.evaluation.statistics.equivalence import DifferenceTest, WithinMargin, within_margin
from isoglot.evaluation.statistics.multiplicity import benjamini_hochberg, holm
from isoglot.evaluation.statistics.randomisation import sign_flip
from isoglot.evaluation.statistics.seeds import seed_estimate


@dataclass(frozen=True, kw_only=True)
class PairedOptions:
    """Attributes:
    margin: in the measures' units, or None; a bias has units of its own and is given none.
    draws: sign flips and resamples.
    seed: of both.
    """

    margin: float | None
    draws: int
    seed: int


@dataclass(frozen=True)
class _Inference:
    """The interval's bounds, (columns,), and the test; columns are of each value the macro average, then the cells."""

    low: Floats
    high: Floats
    test: DifferenceTest


class _Tested:
    """What is known of every column."""

    def __init__(self, inference: _Inference, contributions: Contributions, margin: WithinMargin | None) -> None:
        self._inference, self._margin = inference, margin
        self._p = inference.test(null=0.0, alternative="two-sided")
        self._d_z, self._wins = standardised(contributions), wins(contributions)
        self._clusters = contributions.clusters()

    def effect(self, column: int, a: float, b: float, topics: int) -> Effect:
        """The column as an effect; its p values are adjusted later, with those of its family."""
        difference = b - a
        return Effect(
            a=a,
            b=b,
            difference=difference,
            low=float(self._inference.low[column]),
            high=float(self._inference.high[column]),
            p=float(self._p[column]),
            p_holm=np.nan,
            p_bh=np.nan,
            relative=_relative(difference, a),
            d_z=float(self._d_z[column]),
            higher=float(self._wins.higher[column]),
            equal=float(self._wins.equal[column]),
            lower=float(self._wins.lower[column]),
            clusters=int(self._clusters[column]),
            topics=topics,
            margin=self._within(column),
        )

    def _within(self, column: int) -> Margin | None:
        if self._margin is None:
            return None
        equivalent, no_worse = float(self._margin.equivalent[column]), float(self._margin.no_worse[column])
        return Margin(p_equivalent=equivalent, p_no_worse=no_worse)


def _relative(difference: float, a: float) -> float:
    if a == 0:
        return 0.0 if difference == 0 else np.nan
    return difference / abs(a)


def paired_rows(table: str, aligned: Aligned, clusters: Ints, size_a: int, options: PairedOptions) -> list[Row]:
    """Compare every value of a table; one that no topic has in all runs is left out.

    Args:
        table: its name.
        aligned: the runs of A, then those of B.
        clusters: (queries,) the cluster of every query.
        size_a: how many runs are A's.
        options: see :class:`PairedOptions`.
    """
    here = {name: ~np.isnan(values) for name, values in aligned.values.items()}
    known = {name: found.all(axis=0) for name, found in here.items() if found.all(axis=0).any()}
    if not known:
        return []
    runs = {name: np.where(both, aligned.values[name], np.nan) for name, both in known.items()}
    a = _scores(aligned, {name: values[:size_a].mean(axis=0) for name, values in runs.items()})
    b = _scores(aligned, {name: values[size_a:].mean(axis=0) for name, values in runs.items()})
    difference = _scores(aligned, {name: b.values[name] - a.values[name] for name in runs})
    sums = [ClusterSums.of(difference, name, clusters) for name in runs]
    contributions = Contributions.join([part.contributions() for part in sums])
    count = len(next(iter(runs.values())))
    if count > 2:
        each = [_contributions(aligned, runs, clusters, run) for run in range(count)]
        inference = _over_seeds(each[:size_a], each[size_a:], contributions.weight)
    else:
        inference = _over_clusters(difference, contributions, clusters, options)
    margin = within_margin(inference.test, options.margin) if options.margin and table != "bias" else None
    effects = _effects(a, b, sums, _Tested(inference, contributions, margin))
    return [
        Row(
            table=table,
            name=name,
            macro=macro,
            cells=_adjusted(cells),
            confirmatory=False,
            dropped=int(here[name].any(axis=0).sum() - known[name].sum()),
        )
        for name, (macro, cells) in effects.items()
    ]


def _scores(aligned: Aligned, values: dict[str, Floats]) -> Scores:
    return Scores(query=aligned.query, cell=aligned.cell, cells=aligned.cells, values=values)


def _contributions(aligned: Aligned, runs: dict[str, Floats], clusters: Ints, run: int) -> Floats:
    """(clusters, columns) of one run."""
    scores = _scores(aligned, {name: values[run] for name, values in runs.items()})
    return Contributions.join([ClusterSums.of(scores, name, clusters).contributions() for name in runs]).value


def _over_clusters(
    difference: Scores, contributions: Contributions, clusters: Ints, options: PairedOptions
) -> _Inference:
    drawn = bootstrap(difference, clusters, draws=options.draws, seed=options.seed)
    averages = [average for name in difference.values for average in drawn(name).all()]
    bounds = np.array([interval(average) for average in averages])
    test = partial(sign_flip, contributions, draws=options.draws, seed=options.seed)
    return _Inference(bounds[:, 0], bounds[:, 1], test)


def _over_seeds(a: Sequence[Floats], b: Sequence[Floats], weight: Floats) -> _Inference:
    estimate = seed_estimate(np.stack(a), np.stack(b), weight)
    return _Inference(*estimate.interval(), estimate.test)


def _effects(
    a: Scores, b: Scores, sums: Sequence[ClusterSums], tested: _Tested
) -> dict[str, tuple[Effect, dict[str, Effect]]]:
    """Name -> the effect of the macro average, and of the cells that have a topic."""
    found = {}
    for number, name in enumerate(a.values):
        first = number * (len(a.cells) + 1)
        topics = sums[number].sizes.sum(axis=0)
        in_a, in_b = a.by_cell(name), b.by_cell(name)
        cells = {
            cell: tested.effect(first + 1 + place, in_a[cell], in_b[cell], int(topics[place]))
            for place, cell in enumerate(a.cells)
            if topics[place]
        }
        found[name] = tested.effect(first, a.macro(name), b.macro(name), int(topics.sum())), cells
    return found


def _adjusted(cells: dict[str, Effect]) -> dict[str, Effect]:
    """Cells with their p values adjusted over the cells."""
    p = np.array([effect.p for effect in cells.values()])
    adjusted = zip(cells.items(), holm(p), benjamini_hochberg(p), strict=True)
    return {
        cell: replace(effect, p_holm=float(family), p_bh=float(discovery))
        for (cell, effect), family, discovery in adjusted
    }
