"""The choice of a transform, with a guard: the most multilingual gain among those that lose nothing in one language."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from isoglot.arrays import Bools, Floats, Ints, Vectors
from isoglot.data.collection import Collection
from isoglot.debiasing.folds import cluster_folds
from isoglot.debiasing.heldout import MEASURE, Embedded, HeldOut, held_out
from isoglot.debiasing.sample import Sample
from isoglot.debiasing.selection import Change, Nested, Outcome, Selection, shown_p
from isoglot.debiasing.transforms.kinds import KINDS, choices
from isoglot.encoder.fitted import Choice
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.settings import Scores, Setting
from isoglot.evaluation.statistics.bootstrap import Bounded, bootstrap_macro, interval
from isoglot.evaluation.statistics.contributions import ClusterSums, Contributions
from isoglot.evaluation.statistics.randomisation import sign_flip
from isoglot.progress import StartProgress

_SETTINGS: tuple[Setting, ...] = ("mono", "multi")
_LEVEL = 0.05  # of the test of no loss
_FLIPS, _DRAWS = 10_000, 1_000  # sign flips of the test; resamples of the intervals
_NOTHING = 0  # the row of vectors as they are; candidate n has row n + 1


def choose(
    collection: Collection,
    queries: Vectors,
    passages: Vectors,
    *,
    candidates: Sequence[Choice] = choices(),
    margin: float = 0.01,
    folds: int = 5,
    fit_on: Sample | None = None,
    seed: int = 0,
    unit: bool = True,
    progress: StartProgress | None = None,
) -> Selection:
    """Choose a transform on development data, and estimate what choosing so gives.

    A candidate is admitted where average precision in the setting mono is no worse than with the vectors as they are
    by ``margin``: the lower of TOST's two tests, by flips of whole clusters, at 5%; and where multi is shown to be
    higher, by the same flips. Of those admitted the one with the highest multi is chosen, the earlier one of equals.
    The tests are of each candidate alone: that the best of several is taken is what the nested estimate allows for.
    For it the choice is made again without each fold's judgements and judged on that fold (nested cross-validation,
    Varma and Simon 2006, doi 10.1186/1471-2105-7-91); the fold's texts, without judgements, may have been fitted on
    where the other folds' values were found. Where the estimate does not show a gain without a loss, by the same tests,
    nothing is chosen: of many candidates one gains by chance.

    Args:
        collection: development data with judgements.
        queries: (queries, width) float32.
        passages: (passages, width) float32.
        candidates: what to try.
        margin: above 0, in average precision.
        folds: of clusters.
        fit_on: other text; if left out, each fold's transforms are fitted on the texts of the other folds.
        seed: of folds, flips and resamples.
        unit: the vectors have length 1.
        progress: begins the rankings.

    Raises:
        ConfigError: a bad margin, seed, number of folds or kind of transform, or no candidate.
        DataError: too few clusters, texts or judgements.
        EncoderError: vectors that are not one finite vector for each text, all of one width, or not of length 1.
    """
    _check(collection, candidates, margin)
    data = Embedded(collection=collection, queries=queries, passages=passages)
    dealt = cluster_folds(collection, folds, seed=seed)
    total = 2 * len(collection.queries) * len(collection.passages) * (1 + len(candidates))
    told = progress(f"{collection.name} choosing", total, unit="scores") if progress else None
    found = held_out(data, dealt, candidates, settings=_SETTINGS, fit_on=fit_on, unit=unit, told=told)
    evidence = _Evidence(found, collection.query_cluster, margin=margin, seed=seed)
    everything = evidence.decide(np.ones(len(dealt.of_cluster), dtype=bool))
    outer = [evidence.decide(dealt.of_cluster != fold).best for fold in range(folds)]
    stitched = {s: _of_fold(evidence.values[s], outer, dealt.of_query[evidence.topics[s].query]) for s in _SETTINGS}
    nested = evidence.change(stitched)
    holds = nested.p_no_loss < _LEVEL and nested.p_gain < _LEVEL
    named: list[Choice | None] = [None, *candidates]
    return Selection(
        name=collection.name,
        fingerprint=collection.fingerprint,
        sizes={
            "queries": len(collection.queries),
            "passages": len(collection.passages),
            "languages": len(collection.languages),
            "clusters": len(dealt.of_cluster),
        },
        mono=float(everything.mono[_NOTHING]),
        multi=float(everything.multi[_NOTHING]),
        outcomes=tuple(
            Outcome(
                choice=choice,
                change=None
                if row in evidence.errors
                else evidence.change({s: evidence.values[s][row] for s in _SETTINGS}),
                why=evidence.errors.get(row) or _why(row, everything, named, margin=margin, holds=holds),
            )
            for row, choice in enumerate(candidates, start=1)
        ),
        choice=named[everything.best] if holds else None,
        nested=Nested(choices=tuple(named[row] for row in outer), change=nested),
        fitted_on=None if fit_on is None else fit_on.sizes(),
        unfitted=found.unfitted,
        settings={
            "measure": MEASURE.mean,
            "margin": margin,
            "folds": folds,
            "level": _LEVEL,
            "flips": _FLIPS,
            "draws": _DRAWS,
            "seed": seed,
            "unit": unit,
        },
    )


@dataclass(frozen=True, eq=False)
class _Decision:
    """Rows: the vectors as they are, then the candidates.

    Attributes:
        mono, multi: (rows,) macro averages; NaN where a candidate could not be fitted.
        p: (rows,) of "mono falls by the margin or more"; 1 where a candidate could not be fitted.
        p_gain: (rows,) of "multi does not rise"; the same.
        best: the row chosen.
    """

    mono: Floats
    multi: Floats
    p: Floats
    p_gain: Floats
    best: int


class _Evidence:
    """The values of all rows, and what follows from those of some clusters."""

    def __init__(self, found: HeldOut, clusters: Ints, *, margin: float, seed: int) -> None:
        self.topics = found.as_they_are
        self.values = {s: np.vstack([self.topics[s].values[MEASURE.mean], found.values[s]]) for s in found.as_they_are}
        self.errors = {number + 1: error for number, error in found.errors.items()}
        self._clusters, self._margin, self._seed = clusters, margin, seed

    def decide(self, keep: Bools) -> _Decision:
        """By the judgements of the clusters of a (clusters,) mask."""
        mono, multi = (self._macros(self._sums[s], keep).total() for s in _SETTINGS)
        p = self._p_above(-self._margin, self._macros(self._differences["mono"], keep))
        p_gain = self._p_above(0.0, self._macros(self._differences["multi"], keep))
        fitted = np.array([row not in self.errors for row in range(len(p))])
        admitted = fitted & (p < _LEVEL) & (p_gain < _LEVEL)
        admitted[_NOTHING] = True
        best = int(np.where(admitted, multi, -np.inf).argmax())
        return _Decision(
            mono=np.where(fitted, mono, np.nan),
            multi=np.where(fitted, multi, np.nan),
            p=np.where(fitted, p, 1.0),
            p_gain=np.where(fitted, p_gain, 1.0),
            best=best,
        )

    def change(self, after: dict[Setting, Floats]) -> Change:
        """From the vectors as they are to these values of the topics."""
        difference = {s: self._scores(s, after[s] - self.values[s][_NOTHING]) for s in _SETTINGS}
        sums = {s: ClusterSums.of(found, MEASURE.mean, self._clusters) for s, found in difference.items()}
        mono, multi = (self._macros([sums[s]], np.ones(len(sums[s].sums), dtype=bool)) for s in _SETTINGS)
        return Change(
            mono=self._scores("mono", after["mono"]).macro(MEASURE.mean),
            multi=self._scores("multi", after["multi"]).macro(MEASURE.mean),
            mono_difference=self._bounded(difference["mono"]),
            multi_difference=self._bounded(difference["multi"]),
            p_no_loss=float(self._p_above(-self._margin, mono)[0]),
            p_gain=float(self._p_above(0.0, multi)[0]),
        )

    @cached_property
    def _sums(self) -> dict[Setting, list[ClusterSums]]:
        return {
            s: [ClusterSums.of(self._scores(s, row), MEASURE.mean, self._clusters) for row in self.values[s]]
            for s in _SETTINGS
        }

    @cached_property
    def _differences(self) -> dict[Setting, list[ClusterSums]]:
        """From the vectors as they are.

        A candidate that could not be fitted has no topic; its difference is set to 0 and its row left out later.
        """
        return {
            setting: [
                ClusterSums(np.where(row.sizes > 0, row.sums - rows[_NOTHING].sums, 0.0), rows[_NOTHING].sizes)
                for row in rows
            ]
            for setting, rows in self._sums.items()
        }

    def _macros(self, rows: Sequence[ClusterSums], keep: Bools) -> Contributions:
        """A column for each row: its macro average over the clusters kept."""
        parts = [ClusterSums(row.sums[keep], row.sizes[keep]).contributions() for row in rows]
        return Contributions.join([Contributions(part.value[:, :1], part.weight[:, :1]) for part in parts])

    def _p_above(self, null: float, differences: Contributions) -> Floats:
        return sign_flip(differences, null=null, alternative="greater", draws=_FLIPS, seed=self._seed)

    def _bounded(self, difference: Scores) -> Bounded:
        drawn = bootstrap_macro(difference, self._clusters, draws=_DRAWS, seed=self._seed)
        return Bounded(difference.macro(MEASURE.mean), *interval(drawn(MEASURE.mean)))

    def _scores(self, setting: Setting, values: Floats) -> Scores:
        return replace(self.topics[setting], values={MEASURE.mean: values})


def _of_fold(values: Floats, rows: Sequence[int], fold: Ints) -> Floats:
    """(rows, topics) values, each fold's row, (topics,) fold -> (topics,)."""
    chosen: Floats = values[np.asarray(rows)[fold], np.arange(values.shape[1])]
    return chosen


def _why(row: int, found: _Decision, named: Sequence[Choice | None], *, margin: float, holds: bool) -> str:
    p = shown_p(float(found.p[row]))
    if found.p[row] >= _LEVEL:
        return f"not shown to lose less than {margin:g} in one language ({p})"
    if row == found.best and not holds:
        return "the most multi, but nested cross-validation does not confirm a gain without a loss"
    if row == found.best:
        return f"chosen: the most multi of those that lose less than {margin:g} in one language ({p})"
    if found.p_gain[row] >= _LEVEL:
        return f"not shown to have more multi than without ({shown_p(float(found.p_gain[row]))})"
    return f"no more multi than {named[found.best]} (no loss in one language: {p})"


def _check(collection: Collection, candidates: Sequence[Choice], margin: float) -> None:
    if len(collection.languages) < 2:
        raise DataError(f"{collection.name}: has one language, so that there is no pool of several to choose on.")
    if not candidates:
        raise ConfigError("there is no candidate to choose from; name one transform or more.")
    if not margin > 0:
        raise ConfigError(f"the margin must be above 0, but is {margin}.")
    for choice in candidates:
        if choice.kind not in KINDS:
            raise ConfigError(f"unknown transform {choice.kind!r}; known: {', '.join(KINDS)}.")
