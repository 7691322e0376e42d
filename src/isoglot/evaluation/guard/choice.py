"""The choice among candidates: the most multilingual gain among those that lose nothing in one language."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from isoglot.evaluation.guard.evidence import GUARDED, NOTHING, CandidateValues, Decision, Evidence, Guard
from isoglot.evaluation.guard.folds import Folds
from isoglot.evaluation.guard.selection import Candidate, Judged, Nested, Selection
from isoglot.wording import decimal, p_value


def choose_guarded(
    candidates: Sequence[Candidate], found: CandidateValues, folds: Folds, *, guard: Guard
) -> Selection[Candidate]:
    """Choose among candidates, and estimate what choosing so gives.

    A candidate is admitted where the measure in the setting mono is no worse than with nothing done by the margin: the
    lower of TOST's two tests, by flips of whole clusters; and where multi is shown to be higher, by the same flips.
    Of those admitted the one with the highest multi is chosen, the earlier one of equals. The tests are of each
    candidate alone: that the best of several is taken is what the nested estimate allows for. For it the choice is
    made again without each fold's judgements and judged on that fold (nested cross-validation, Varma and Simon 2006,
    doi 10.1186/1471-2105-7-91). Where the estimate does not show a gain without a loss, by the same tests, nothing is
    chosen: of many candidates one gains by chance.

    Args:
        candidates: what to choose among, whatever it is; its text is its name in the reasons.
        found: their per-query values. Where a candidate was fitted, a query's value must come of a fit without the
            query's cluster; the texts of the other folds, without judgements, may have been fitted on.
        folds: of the collection that the values are of, as many as the guard's.
        guard: see :class:`~isoglot.evaluation.guard.evidence.Guard`.
    """
    collection = folds.collection
    evidence = Evidence(found, collection.query_cluster, guard)
    everything = evidence.decide(np.ones(len(folds.of_cluster), dtype=bool))
    outer = [evidence.decide(folds.of_cluster != fold).best for fold in range(folds.count)]
    nested = evidence.change(evidence.of_folds(outer, folds.of_query))
    holds = max(nested.p_no_loss, nested.p_gain) < guard.level
    named: list[Candidate | None] = [None, *candidates]
    return Selection(
        name=collection.name,
        fingerprint=collection.fingerprint,
        sizes=collection.sizes,
        mono=float(everything.mono[NOTHING]),
        multi=float(everything.multi[NOTHING]),
        outcomes=tuple(
            Judged(
                choice=candidate,
                change=None
                if number in found.errors
                else evidence.change({s: evidence.values[s][number + 1] for s in GUARDED}),
                why=found.errors.get(number) or _why(number + 1, everything, named, guard, holds=holds),
            )
            for number, candidate in enumerate(candidates)
        ),
        choice=named[everything.best] if holds else None,
        nested=Nested(choices=tuple(named[row] for row in outer), change=nested),
        settings={"measure": found.measure, **asdict(guard)},
    )


def _why(row: int, found: Decision, named: Sequence[object], guard: Guard, *, holds: bool) -> str:
    p = f"p {p_value(float(found.p_no_loss[row]), decimal)}"
    if found.p_no_loss[row] >= guard.level:
        return f"not shown to lose less than {guard.margin:g} in one language ({p})"
    if row == found.best and not holds:
        return "the most multi, but nested cross-validation does not confirm a gain without a loss"
    if row == found.best:
        return f"chosen: the most multi of those that lose less than {guard.margin:g} in one language ({p})"
    if found.p_gain[row] >= guard.level:
        return f"not shown to have more multi than without (p {p_value(float(found.p_gain[row]), decimal)})"
    return f"no more multi than {named[found.best]} (no loss in one language: {p})"
