"""The source x target transfer matrix, with draws from which every figure made of it gets its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.errors import ConfigError
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.statistics.bootstrap import Draws, bootstrap, interval


@dataclass(frozen=True, kw_only=True)
class Target:
    """A test domain and what the sources' models do there.

    Attributes:
        name: the domain's.
        clusters: (queries,) int64, the cluster of every query, the same for all sources.
        runs: source -> per-topic values of its models, one a training seed; a source that failed is missing.
    """

    name: str
    clusters: Ints
    runs: Mapping[str, Sequence[Scores]]


@dataclass(frozen=True, kw_only=True)
class TransferMatrix:
    """M of models trained on each source, tested on each target.

    Attributes:
        sources, targets, languages: what the axes are; the languages are the cells of the setting.
        values: (sources, targets) macro averages over languages; NaN where there is none.
        cells: (sources, targets, languages).
        value_draws: (draws, sources, targets); on a target, all sources have the same drawn clusters.
        cell_draws: (draws, sources, targets, languages).
        clusters: the smallest number of clusters of a target.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    languages: tuple[str, ...]
    values: Floats
    cells: Floats
    value_draws: Floats
    cell_draws: Floats
    clusters: int

    @classmethod
    def of(
        cls, targets: Sequence[Target], measure: str, *, sources: Sequence[str], draws: int, seed: int
    ) -> TransferMatrix:
        """Average seeds, then topics, then languages; draw clusters anew for every target.

        Args:
            targets: the columns.
            measure: the name of the value.
            sources: the rows, in order.
            draws: bootstrap resamples.
            seed: of the resampling. Targets are drawn independently, so their queries should not be the same.

        Raises:
            ConfigError: the runs of a source on a target are not of the same topics.
        """
        averaged = [{name: mean_of_runs(runs, measure) for name, runs in target.runs.items()} for target in targets]
        languages = sorted({cell for found in averaged for scores in found.values() for cell in scores.cells})
        column = {language: n for n, language in enumerate(languages)}
        shape = (len(sources), len(targets))
        value_draws = np.full((draws, *shape), np.nan)
        cell_draws = np.full((draws, *shape, len(languages)), np.nan)
        values, cells = np.full(shape, np.nan), np.full((*shape, len(languages)), np.nan)
        counts = []
        for t, target in enumerate(targets):
            own_seed = int(np.random.SeedSequence([seed, t]).generate_state(1)[0])
            for s, source in enumerate(sources):
                if source not in averaged[t]:
                    continue
                scores = averaged[t][source]
                drawn = bootstrap(scores, target.clusters, draws=draws, seed=own_seed)(measure)
                values[s, t], value_draws[:, s, t] = scores.macro(measure), drawn.macro.values
                counts.append(drawn.macro.clusters)
                for name, value in scores.by_cell(measure).items():
                    cells[s, t, column[name]] = value
                    cell_draws[:, s, t, column[name]] = drawn.cells[scores.cells.index(name)].values
        return cls(
            sources=tuple(sources),
            targets=tuple(target.name for target in targets),
            languages=tuple(languages),
            values=values,
            cells=cells,
            value_draws=value_draws,
            cell_draws=cell_draws,
            clusters=min(counts, default=0),
        )

    def estimate(self, figure: Callable[[Floats], Floats]) -> Estimates:
        """A figure of the macro averages, (..., sources, targets) -> (..., n), with intervals."""
        return _estimates(figure(self.values), figure(self.value_draws), self.clusters)

    def estimate_cells(self, figure: Callable[[Floats], Floats]) -> Estimates:
        """A figure of the cells, (..., sources, targets, languages) -> (..., n), with intervals."""
        return _estimates(figure(self.cells), figure(self.cell_draws), self.clusters)


@dataclass(frozen=True, kw_only=True)
class Estimates:
    """Figures and their 95% cluster bootstrap intervals, arrays of one shape; NaN where there is none.

    A worst case is the least of several estimates, so it and its interval lie somewhat too low.
    """

    value: Floats
    low: Floats
    high: Floats

    def to_dict(self) -> dict[str, Any]:
        """Nested lists, null for NaN."""
        return {name: _plain(getattr(self, name)) for name in ("value", "low", "high")}


def mean_of_runs(runs: Sequence[Scores], measure: str) -> Scores:
    """Per-topic means of a value over training seeds: what an interval over clusters is then about.

    How much another seed would change is not in such an interval; see
    :mod:`isoglot.evaluation.statistics.seeds` for both.

    Raises:
        ConfigError: no run, or runs that are not of the same topics.
    """
    if not runs:
        raise ConfigError("there is no run to average.")
    first = runs[0]
    for other in runs[1:]:
        if other.cells != first.cells or not (
            np.array_equal(other.query, first.query) and np.array_equal(other.cell, first.cell)
        ):
            raise ConfigError("runs of one source can be averaged only if they were tested on the same topics.")
    return replace(first, values={measure: np.mean([run.values[measure] for run in runs], axis=0)})


def _estimates(value: Floats, draws: Floats, clusters: int) -> Estimates:
    flat = draws.reshape(len(draws), -1)
    bounds = [interval(Draws(flat[:, n], clusters)) for n in range(flat.shape[1])]
    low, high = np.array(bounds, dtype=np.float64).reshape(-1, 2).T.reshape(2, *value.shape)
    return Estimates(value=value, low=low, high=high)


def _plain(values: Any) -> Any:
    if isinstance(values, np.ndarray):
        return [_plain(value) for value in values]
    return None if np.isnan(values) else float(values)
