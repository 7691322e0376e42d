"""What per-query values show of candidates: that nothing is lost in one language, and that the pool gains."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from isoglot.arrays import Bools, Floats, Ints
from isoglot.errors import ConfigError
from isoglot.evaluation.guard.selection import Change
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.settings import Setting
from isoglot.evaluation.statistics.bootstrap import Bounded, bootstrap_macro, interval
from isoglot.evaluation.statistics.contributions import ClusterSums, Contributions
from isoglot.evaluation.statistics.randomisation import sign_flip

GUARDED: tuple[Setting, Setting] = ("mono", "multi")
"""The settings that the guard looks at: nothing may be lost in the first, the second has to gain."""

NOTHING = 0  # the row of doing nothing; candidate n has row n + 1


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What a candidate has to show.

    Attributes:
        margin: the loss in one language that is not accepted; above 0, in the measure's units.
        folds: of clusters, for the nested estimate.
        level: of both tests.
        flips: sign flips of a test.
        draws: resamples of the intervals.
        seed: of folds, flips and resamples.

    Raises:
        ConfigError: the margin is not above 0.
    """

    margin: float = 0.01
    folds: int = 5
    level: float = 0.05
    flips: int = 10_000
    draws: int = 1_000
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.margin < math.inf:
            raise ConfigError(f"the margin must be above 0, but is {self.margin}.")


@dataclass(frozen=True, kw_only=True)
class CandidateValues:
    """Per-query values of one measure, without a change and with that of each candidate.

    Attributes:
        measure: its name among the values of ``baseline``.
        baseline: ``mono`` and ``multi`` -> topics and cells, with the values of doing nothing.
        candidates: the same settings -> (candidates, topics) float64; a row of NaN where a candidate has no values.
        errors: candidate -> why it has none.
    """

    measure: str
    baseline: Mapping[Setting, Scores]
    candidates: Mapping[Setting, Floats]
    errors: Mapping[int, str]


@dataclass(frozen=True, eq=False)
class Decision:
    """Rows: doing nothing, then the candidates.

    Attributes:
        mono, multi: (rows,) macro averages; NaN where a candidate has no values.
        p_no_loss: (rows,) of "mono falls by the margin or more"; 1 where a candidate has no values.
        p_gain: (rows,) of "multi does not rise"; the same.
        best: the row chosen.
    """

    mono: Floats
    multi: Floats
    p_no_loss: Floats
    p_gain: Floats
    best: int


class Evidence:
    """The values of all rows, and what follows from those of some clusters.

    Attributes:
        values: setting -> (1 + candidates, topics) float64, doing nothing first.
    """

    def __init__(self, found: CandidateValues, clusters: Ints, guard: Guard) -> None:
        """``clusters`` is (queries,), the cluster of every query of the collection."""
        self._measure, self._topics = found.measure, found.baseline
        self.values = {s: np.vstack([self._topics[s].values[found.measure], found.candidates[s]]) for s in GUARDED}
        self._without = np.isin(np.arange(len(self.values["mono"])) - 1, list(found.errors))
        self._clusters, self._guard = clusters, guard

    def decide(self, keep: Bools) -> Decision:
        """By the judgements of the clusters of a (clusters,) mask; of equals the earlier one."""
        mono, multi = (self._macros(self._sums[s], keep).total() for s in GUARDED)
        p_no_loss = self._p_above(-self._guard.margin, self._macros(self._differences["mono"], keep))
        p_gain = self._p_above(0.0, self._macros(self._differences["multi"], keep))
        admitted = ~self._without & (np.maximum(p_no_loss, p_gain) < self._guard.level)
        admitted[NOTHING] = True
        return Decision(
            mono=np.where(self._without, np.nan, mono),
            multi=np.where(self._without, np.nan, multi),
            p_no_loss=np.where(self._without, 1.0, p_no_loss),
            p_gain=np.where(self._without, 1.0, p_gain),
            best=int(np.where(admitted, multi, -np.inf).argmax()),
        )

    def change(self, after: Mapping[Setting, Floats]) -> Change:
        """From doing nothing to these (topics,) values."""
        difference = {s: self._scores(s, after[s] - self.values[s][NOTHING]) for s in GUARDED}
        sums = {s: ClusterSums.of(found, self._measure, self._clusters) for s, found in difference.items()}
        mono, multi = (self._macros([sums[s]], np.ones(len(sums[s].sums), dtype=bool)) for s in GUARDED)
        return Change(
            mono=self._scores("mono", after["mono"]).macro(self._measure),
            multi=self._scores("multi", after["multi"]).macro(self._measure),
            mono_difference=self._bounded(difference["mono"]),
            multi_difference=self._bounded(difference["multi"]),
            p_no_loss=float(self._p_above(-self._guard.margin, mono)[0]),
            p_gain=float(self._p_above(0.0, multi)[0]),
        )

    def of_folds(self, rows: Sequence[int], fold: Ints) -> dict[Setting, Floats]:
        """(topics,) values of each query after the row of its fold.

        Args:
            rows: of each fold.
            fold: (queries,) int64.
        """
        return {
            setting: values[np.asarray(rows)[fold[self._topics[setting].query]], np.arange(values.shape[1])]
            for setting, values in self.values.items()
        }

    @cached_property
    def _sums(self) -> dict[Setting, list[ClusterSums]]:
        return {
            s: [ClusterSums.of(self._scores(s, row), self._measure, self._clusters) for row in self.values[s]]
            for s in GUARDED
        }

    @cached_property
    def _differences(self) -> dict[Setting, list[ClusterSums]]:
        """From doing nothing.

        A candidate without values has no topic; its difference is set to 0 and its row left out later.
        """
        return {
            setting: [
                ClusterSums(np.where(row.sizes > 0, row.sums - rows[NOTHING].sums, 0.0), rows[NOTHING].sizes)
                for row in rows
            ]
            for setting, rows in self._sums.items()
        }

    def _macros(self, rows: Sequence[ClusterSums], keep: Bools) -> Contributions:
        """A column for each row: its macro average over the clusters kept."""
        parts = (ClusterSums(row.sums[keep], row.sizes[keep]).contributions() for row in rows)
        return Contributions.join([part.macro() for part in parts])

    def _p_above(self, null: float, differences: Contributions) -> Floats:
        guard = self._guard
        return sign_flip(differences, null=null, alternative="greater", draws=guard.flips, seed=guard.seed)

    def _bounded(self, difference: Scores) -> Bounded:
        drawn = bootstrap_macro(difference, self._clusters, draws=self._guard.draws, seed=self._guard.seed)
        return Bounded(difference.macro(self._measure), *interval(drawn(self._measure)))

    def _scores(self, setting: Setting, values: Floats) -> Scores:
        return replace(self._topics[setting], values={self._measure: values})
