"""Per-query values of every candidate on texts that its transform was not fitted on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from isoglot.arrays import Ints
from isoglot.data.collection import Collection
from isoglot.debiasing.sample import LEAST, Sample, sample_of
from isoglot.debiasing.transforms.kinds import fit
from isoglot.encoder.fitted import Choice
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.guard.evidence import GUARDED, CandidateValues
from isoglot.evaluation.guard.folds import Folds
from isoglot.evaluation.measures import AP
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.settings import IN_WORDS, Setting, score

Told = Callable[[int], object] | None


@dataclass(frozen=True, kw_only=True)
class HeldOut(CandidateValues):
    """What choices among transforms are made of.

    Attributes:
        unfitted: languages that some transform was not fitted on, sorted.
    """

    unfitted: tuple[str, ...]


def held_out(
    data: Embedded,
    folds: Folds,
    candidates: Sequence[Choice],
    *,
    fit_on: Sample | None,
    least: int = LEAST,
    told: Told = None,
) -> HeldOut:
    """Average precision of every query after every candidate.

    Where ``fit_on`` is None a fold's transforms are fitted on the texts of the other folds, and on passages that answer
    no query, and applied to the fold's queries and all passages: every query is ranked once a candidate.

    Raises:
        DataError: a setting without a topic, or too few texts to fit on.
        EncoderError: see :meth:`~isoglot.encoder.affine.Affine.apply`.
    """
    collection = data.collection
    as_they_are = data.ranks(progress=told)
    baseline = {setting: _scores(setting, as_they_are, collection) for setting in GUARDED}
    found: list[list[Ranks]] = [[] for _ in candidates]
    errors: dict[int, str] = {}
    unfitted: set[str] = set()
    for part, rows, sample in _parts(data, folds, fit_on, least):
        unfitted |= set(collection.languages) - set(sample.languages)
        for number, choice in enumerate(candidates):
            try:
                transform = fit(sample, choice)
            except (ConfigError, DataError) as error:
                errors[number] = str(error)
                if told:
                    told(2 * len(part.collection.queries) * len(part.collection.passages))
                continue
            found[number].append(_of_whole(part.moved(transform).ranks(progress=told), rows))
    values = {setting: np.full((len(candidates), len(baseline[setting].query)), np.nan) for setting in GUARDED}
    for number in set(range(len(candidates))) - set(errors):
        ranks = _joined(found[number])
        for setting in GUARDED:
            values[setting][number] = _scores(setting, ranks, collection).values[AP.mean]
    return HeldOut(
        measure=AP.mean,
        baseline=baseline,
        candidates=values,
        errors=errors,
        unfitted=tuple(sorted(unfitted)),
    )


def ranks_of_folds(
    data: Embedded,
    folds: Folds,
    choices: Sequence[Choice | None],
    *,
    fit_on: Sample | None,
    least: int = LEAST,
    told: Told = None,
) -> Ranks:
    """Every query's ranks, and its top hit, after the choice of its own fold.

    Args:
        choices: of each fold; None is to do nothing.
        fit_on: see :func:`held_out`.

    Raises:
        DataError, ConfigError: a transform cannot be fitted.
        EncoderError: see :meth:`~isoglot.encoder.affine.Affine.apply`.
    """
    found: list[Ranks] = []
    queries = len(data.collection.queries)
    first, best = np.full((queries, 1), -1, dtype=np.int64), np.full((queries, 1), -np.inf)
    for fold, (part, rows) in enumerate(_folds(data, folds)):
        if (choice := choices[fold]) is not None:
            part = part.moved(fit(fit_on or _without(data, folds, fold, least), choice))
        ranks = part.ranks(progress=told)
        first[rows], best[rows] = ranks.top_passage, ranks.top_score
        found.append(_of_whole(ranks, rows))
    return replace(_joined(found), top_passage=first, top_score=best)


def _parts(data: Embedded, folds: Folds, fit_on: Sample | None, least: int) -> Iterator[tuple[Embedded, Ints, Sample]]:
    """(what is searched, its queries' places among all, what is fitted on): all at once, or a fold after the other."""
    if fit_on is not None:
        yield data, np.arange(len(data.collection.queries)), fit_on
        return
    for fold, (part, rows) in enumerate(_folds(data, folds)):
        yield part, rows, _without(data, folds, fold, least)


def _folds(data: Embedded, folds: Folds) -> Iterator[tuple[Embedded, Ints]]:
    """Of each fold, its queries against all passages, and their places among all."""
    for fold, collection in enumerate(folds.collections()):
        rows = np.flatnonzero(folds.queries(fold))
        yield replace(data, collection=collection, queries=data.queries[rows]), rows


def _without(data: Embedded, folds: Folds, fold: int, least: int) -> Sample:
    """The texts of the other folds, and passages that answer no query."""
    return sample_of(data, keep_queries=~folds.queries(fold), keep_passages=~folds.passages(fold), least=least)


def _of_whole(ranks: Ranks, rows: Ints) -> Ranks:
    """Queries by their places among all; the best passages, which no value needs, are dropped."""
    return Ranks(
        query=rows[ranks.query],
        passage=ranks.passage,
        grade=ranks.grade,
        pool_rank=ranks.pool_rank,
        language_rank=ranks.language_rank,
        top_passage=np.empty((0, 0), dtype=np.int64),
        top_score=np.empty((0, 0), dtype=np.float32),
    )


def _joined(parts: Sequence[Ranks]) -> Ranks:
    query = np.concatenate([part.query for part in parts])
    order = np.argsort(query, kind="stable")  # a query is in one part only
    return Ranks(
        query=query[order],
        passage=np.concatenate([part.passage for part in parts])[order],
        grade=np.concatenate([part.grade for part in parts])[order],
        pool_rank=np.concatenate([part.pool_rank for part in parts])[order],
        language_rank=np.concatenate([part.language_rank for part in parts])[order],
        top_passage=parts[0].top_passage,
        top_score=parts[0].top_score,
    )


def _scores(setting: Setting, ranks: Ranks, collection: Collection) -> Scores:
    scores = score(setting, ranks, collection, [AP])
    if scores is None:
        raise DataError(
            f"{collection.name}: no query has a relevant passage {IN_WORDS[setting]}, so that no repair can be chosen "
            "here; choose on other data (isoglot debias --dev) or name the repair (isoglot debias --kind centring)."
        )
    return scores
