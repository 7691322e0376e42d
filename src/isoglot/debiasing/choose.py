"""The choice of a transform, with a guard: the most multilingual gain among those that lose nothing in one language."""

from collections.abc import Sequence

from isoglot.data.collection import Collection
from isoglot.debiasing.heldout import held_out
from isoglot.debiasing.sample import LEAST, Sample
from isoglot.debiasing.selection import TransformSelection
from isoglot.debiasing.transforms.kinds import KINDS, choices
from isoglot.encoder.fitted import Choice
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.guard.choice import choose_guarded
from isoglot.evaluation.guard.evidence import Guard
from isoglot.evaluation.guard.folds import cluster_folds
from isoglot.progress import StartProgress


def choose(
    data: Embedded,
    *,
    candidates: Sequence[Choice] = choices(),
    guard: Guard | None = None,
    fit_on: Sample | None = None,
    least: int = LEAST,
    progress: StartProgress | None = None,
) -> TransformSelection:
    """Choose a transform on development data, and estimate what choosing so gives.

    How, see :func:`~isoglot.evaluation.guard.choice.choose_guarded`; by average precision.

    Args:
        data: development data with judgements.
        candidates: what to try.
        guard: what a transform has to show.
        fit_on: other text; if left out, each fold's transforms are fitted on the texts of the other folds.
        least: languages with fewer texts of either role in the other folds are left out there.
        progress: begins the rankings.

    Raises:
        ConfigError: a bad seed, number of folds or kind of transform, or no candidate.
        DataError: too few clusters, texts or judgements.
        EncoderError: vectors that are not of length 1 where ``data`` says so.
    """
    guard, collection = guard or Guard(), data.collection
    _check(collection, candidates)
    folds = cluster_folds(collection, guard.folds, seed=guard.seed)
    told = data.ranking_bar(progress, what="choosing", rankings=1 + len(candidates))
    found = held_out(data.in_memory(), folds, candidates, fit_on=fit_on, least=least, told=told)
    selection = choose_guarded(candidates, found, folds, guard=guard)
    return TransformSelection(
        **{**vars(selection), "settings": {**selection.settings, "similarity": data.similarity.value}},
        fitted_on=None if fit_on is None else fit_on.sizes(),
        unfitted=found.unfitted,
    )


def _check(collection: Collection, candidates: Sequence[Choice]) -> None:
    if len(collection.languages) < 2:
        raise DataError(f"{collection.name}: has one language, so that there is no pool of several to choose on.")
    if not candidates:
        raise ConfigError("there is no candidate to choose from; name one transform or more.")
    for choice in candidates:
        if choice.kind not in KINDS:
            raise ConfigError(f"unknown transform {choice.kind!r}; known: {', '.join(KINDS)}.")
