"""What a repair gives and what it costs: who finds what before and after it, query by query.

Every query is ranked by a transform that was fitted without its texts and, where one was chosen, without its
judgements: what is measured holds for other queries of the kind, and equals the nested estimate of the choice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from isoglot.data.collection import Collection
from isoglot.debiasing.heldout import ranks_of_folds
from isoglot.debiasing.sample import LEAST, Sample
from isoglot.encoder.fitted import Choice
from isoglot.errors import DataError
from isoglot.evaluation.bias.distance import RANK_DISTANCE
from isoglot.evaluation.bias.preference import SAME_LANGUAGE
from isoglot.evaluation.bias.reach import reach
from isoglot.evaluation.bias.recall import RECALLS
from isoglot.evaluation.bias.summary import bias_scores
from isoglot.evaluation.comparison.compare import CompareOptions, compare
from isoglot.evaluation.comparison.comparison import Comparison
from isoglot.evaluation.embedded import MOST_SCORES, Embedded
from isoglot.evaluation.guard.evidence import Guard
from isoglot.evaluation.guard.folds import cluster_folds
from isoglot.evaluation.measures import AP
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.scores import Scores, Topics
from isoglot.evaluation.settings import SETTINGS, score
from isoglot.progress import StartProgress

_BIASES = (RANK_DISTANCE, SAME_LANGUAGE[1], *RECALLS)


@dataclass(frozen=True, kw_only=True)
class _Measured:
    fingerprint: str
    topics: Topics


@dataclass(frozen=True, kw_only=True)
class _Run:
    encoder: str
    collections: Mapping[str, _Measured]
    fitted_on: frozenset[str] = frozenset()


def effect_of_choices(
    data: Embedded,
    choices: Sequence[Choice | None],
    *,
    guard: Guard,
    fit_on: Sample | None,
    least: int = LEAST,
    progress: StartProgress | None = None,
) -> Comparison:
    """The encoder as it is (A) and repaired (B).

    Args:
        data: with judgements.
        choices: of each of the guard's folds; None is to do nothing.
        guard: its folds, resamples and seed.
        fit_on: other text; if left out, each fold's transform is fitted on the texts of the other folds.
        least: languages with fewer texts of either role in the other folds are left out there.
        progress: begins the rankings.

    Raises:
        DataError: too few clusters or texts, or no query with a relevant passage.
        ConfigError: a transform that cannot be fitted.
    """
    folds = cluster_folds(data.collection, guard.folds, seed=guard.seed)
    told = data.ranking_bar(progress, what="before and after", rankings=2)
    before = data.ranks(progress=told)
    if not len(before.query):
        raise DataError(f"{data.collection.name}: has no judgements.")
    after = ranks_of_folds(data, folds, choices, fit_on=fit_on, least=least, told=told)
    runs = [_run(name, ranks, data.collection) for name, ranks in (("before", before), ("after", after))]
    return compare(runs[0], runs[1], options=CompareOptions(draws=guard.draws, seed=guard.seed))


def effect_of_choice(
    data: Embedded, choice: Choice, *, guard: Guard, least: int = LEAST, progress: StartProgress | None = None
) -> Comparison:
    """The same of one transform that nothing chose, on the text that it is fitted on.

    Raises:
        DataError: see :func:`effect_of_choices`; or measuring would take long.
        ConfigError: see :func:`effect_of_choices`.
    """
    if (scores := data.scores(rankings=2)) > MOST_SCORES:
        raise DataError(f"{data.collection.name}: it would take {scores:,} scores.")
    return effect_of_choices(data, [choice] * guard.folds, guard=guard, fit_on=None, least=least, progress=progress)


def _run(name: str, ranks: Ranks, collection: Collection) -> _Run:
    settings = {setting: score(setting, ranks, collection, [AP]) for setting in SETTINGS}
    tables: dict[str, Scores] = {setting: scores for setting, scores in settings.items() if scores}
    tables |= {"bias": bias_scores(ranks, collection, _BIASES), **reach(ranks, collection)}
    ids = tuple(collection.queries["id"].to_pylist())
    topics = Topics(queries=ids, cluster=collection.query_cluster, tables=tables)
    return _Run(
        encoder=name, collections={collection.name: _Measured(fingerprint=collection.fingerprint, topics=topics)}
    )
