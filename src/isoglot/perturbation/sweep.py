"""Perturb queries more and more, and measure what an encoder loses; passages are embedded once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.arrays import Ints
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.statistics.bootstrap import Draws, bootstrap, interval
from isoglot.perturbation.curves import Curve, CurvePoint, PerturbedQuery, Robustness
from isoglot.perturbation.perturbation import check_strength
from isoglot.perturbation.perturbed import eligible, left_out, perturb
from isoglot.perturbation.registry import AnyPerturbation, find_perturbation
from isoglot.result import ALL

Evaluate = Callable[[Collection], Mapping[str, Scores]]
MEASURES = (("mono", "map"), ("multi", "map"))


def sweep(
    evaluate: Evaluate,
    collection: Collection,
    *,
    perturbations: Sequence[str],
    strengths: Sequence[float],
    seed: int = 0,
    measures: Sequence[tuple[str, str]] = MEASURES,
    draws: int = 1_000,
) -> Robustness:
    """Curves of every perturbation over the strengths, with strength 0 before them.

    The unperturbed collection is evaluated once, and once every perturbation and strength. All of these have one
    and the same table of passages, so that an ``evaluate`` that caches embeddings encodes queries only.

    Args:
        evaluate: from a collection to the per-topic values of its settings, such as the ``topics.tables`` of
            what :func:`isoglot.evaluation.evaluate.evaluate` finds.
        collection: what to measure on.
        perturbations: names, see :data:`isoglot.perturbation.registry.PERTURBATIONS`.
        strengths: in (0, 1]; 0 may be named and makes no difference.
        seed: of the perturbations and of the resampling.
        measures: (setting, measure) pairs.
        draws: bootstrap resamples, at least 1.

    Raises:
        ConfigError: an unknown perturbation, or one without a query, or whose library is missing; strengths out
            of [0, 1], or none above 0; fewer than one draw; a setting or measure that the evaluation does not
            have. All but the last are found before anything is evaluated.
    """
    steps = _steps(strengths)
    if draws < 1:
        raise ConfigError(f"draws must be at least 1, but got {draws}.")
    found = [find_perturbation(name) for name in dict.fromkeys(perturbations)]
    series = [_Series.of(collection, perturbation, steps, seed) for perturbation in found]
    clean = _checked(evaluate(collection), measures, collection.name)
    curves: list[Curve] = []
    for one in series:
        tables = [{name: _of_queries(scores, one.kept) for name, scores in clean.items()}]
        tables += [dict(evaluate(perturbed)) for perturbed in one.collections]
        for setting, measure in measures:
            scores = [table[setting] for table in tables]
            curves += _curves(one, (0.0, *steps), scores, (setting, measure), draws=draws, seed=seed)
    return Robustness(
        collection=collection.name,
        fingerprint=collection.fingerprint,
        seed=seed,
        draws=draws,
        curves=tuple(curves),
        examples=tuple(example for one in series for example in one.examples()),
        left_out={one.name: left_out(collection, one) for one in found},
    )


@dataclass(frozen=True, kw_only=True)
class _Series:
    """A perturbation's collections.

    Attributes:
        name: the perturbation's.
        kept: (queries,) int64, the places of its queries in the unperturbed collection.
        texts: their unperturbed texts.
        collections: one a strength.
    """

    name: str
    kept: Ints
    texts: pa.ChunkedArray
    collections: tuple[Collection, ...]

    @classmethod
    def of(
        cls, collection: Collection, perturbation: AnyPerturbation, strengths: Sequence[float], seed: int
    ) -> _Series:
        kept = eligible(collection, perturbation)
        return cls(
            name=perturbation.name,
            kept=kept,
            texts=collection.queries["text"].take(pa.array(kept)),
            collections=tuple(perturb(collection, perturbation, strength=step, seed=seed) for step in strengths),
        )

    def changed(self, perturbed: Collection) -> dict[str, float]:
        """Language -> share of its queries whose text is another one."""
        other = pc.not_equal(self.texts, perturbed.queries["text"]).to_numpy()
        number = perturbed.query_language
        counts = np.bincount(number, minlength=len(perturbed.languages))
        hits = np.bincount(number, weights=other, minlength=len(perturbed.languages))
        return {tag: hits[n] / counts[n] for n, tag in enumerate(perturbed.languages) if counts[n]}

    def examples(self) -> Iterator[PerturbedQuery]:
        """The first query of every language that the greatest strength changes."""
        strongest = self.collections[-1]
        seen: set[str] = set()
        columns = (strongest.queries[name].to_pylist() for name in ("id", "lang", "text"))
        for (query, language, after), before in zip(zip(*columns, strict=True), self.texts.to_pylist(), strict=True):
            if after != before and language not in seen:
                seen.add(language)
                yield PerturbedQuery(perturbation=self.name, language=language, query=query, before=before, after=after)


def _steps(strengths: Sequence[float]) -> tuple[float, ...]:
    for strength in strengths:
        check_strength(strength)
    steps = tuple(sorted({strength for strength in strengths if strength > 0}))
    if not steps:
        raise ConfigError("a robustness curve needs a strength above 0.")
    return steps


def _checked(tables: Mapping[str, Scores], measures: Sequence[tuple[str, str]], name: str) -> dict[str, Scores]:
    for setting, measure in measures:
        if setting not in tables or measure not in tables[setting].values:
            there = ", ".join(f"{table}/{value}" for table, scores in tables.items() for value in scores.values)
            raise ConfigError(f"{name}: there is no {setting}/{measure} to make a curve of: there is {there}.")
    return {setting: tables[setting] for setting, _ in measures}


def _of_queries(scores: Scores, kept: Ints) -> Scores:
    """The topics of some queries, which are numbered by their place in ``kept``."""
    topics = np.isin(scores.query, kept)
    return replace(
        scores,
        query=np.searchsorted(kept, scores.query[topics]),
        cell=scores.cell[topics],
        values={name: values[topics] for name, values in scores.values.items()},
    )


def _curves(
    series: _Series,
    strengths: Sequence[float],
    scores: Sequence[Scores],
    what: tuple[str, str],
    *,
    draws: int,
    seed: int,
) -> Iterator[Curve]:
    """A curve for the macro average and for every cell."""
    setting, measure = what
    clusters = series.collections[0].query_cluster
    drawn = [_drawn(one, measure, clusters, draws=draws, seed=seed) for one in scores]
    values = [{ALL: one.macro(measure), **one.by_cell(measure)} for one in scores]
    changed = [dict.fromkeys(series.changed(series.collections[0]), 0.0)]
    changed += [series.changed(perturbed) for perturbed in series.collections]
    for cell in values[0]:
        points = []
        for n, strength in enumerate(strengths):
            share = _of_cell(changed[n], cell, values[0])
            points.append(_point(strength, share, (values[0][cell], values[n][cell]), (drawn[0][cell], drawn[n][cell])))
        yield Curve(perturbation=series.name, setting=setting, measure=measure, cell=cell, points=tuple(points))


def _drawn(scores: Scores, measure: str, clusters: Ints, *, draws: int, seed: int) -> dict[str, Draws]:
    found = bootstrap(scores, clusters, draws=draws, seed=seed)(measure)
    return {ALL: found.macro, **dict(zip(scores.cells, found.cells, strict=True))}


def _of_cell(changed: Mapping[str, float], cell: str, cells: Mapping[str, float]) -> float:
    """The share of a cell's query language; of all, the mean over the cells."""
    if cell != ALL:
        return float(changed[cell.split(">")[0]])
    return float(np.mean([changed[one.split(">")[0]] for one in cells if one != ALL]))


def _point(strength: float, changed: float, values: tuple[float, float], draws: tuple[Draws, Draws]) -> CurvePoint:
    clean, value = values
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = draws[1].values / draws[0].values
    ratio = Draws(np.where(np.isfinite(ratios), ratios, np.nan), draws[1].clusters)
    low, high = interval(draws[1])
    relative_low, relative_high = interval(ratio)
    return CurvePoint(
        strength=strength,
        changed=changed,
        value=value,
        low=low,
        high=high,
        relative=value / clean if clean else float("nan"),
        relative_low=relative_low,
        relative_high=relative_high,
    )
