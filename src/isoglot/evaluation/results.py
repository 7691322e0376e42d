"""What an evaluation found: numbers, and where they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from isoglot.arrays import Ints
from isoglot.evaluation.bias.effects import LanguageEffects
from isoglot.evaluation.found import Averages, EvaluationResult, named_value
from isoglot.evaluation.saved import evaluation_content
from isoglot.evaluation.scores import Topics
from isoglot.evaluation.settings import SETTINGS, Setting
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.versions import versions


@dataclass(frozen=True)
class Estimate(Bounded):
    """A macro average with its interval and the values of the cells it averages."""

    cells: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class CollectionResult:
    """One encoder on one collection.

    Attributes:
        sizes: queries, passages, languages, clusters.
        cluster_rule: how the clusters were found, in words.
        identical_ids: queries for which the passage that has their id is no candidate, as it is not judged relevant;
            those that ask for their own translations are not counted.
        faults: what is wrong with the collection's files and taken as it is -> how many
            (:mod:`isoglot.data.published`).
        asked: the settings that were to be computed.
        queries, passages: language -> how many.
        settings: setting -> measure -> estimate. A setting that the collection does not have is missing;
            ``single-gold`` has ``map`` alone.
        bias: name -> estimate, averaged over the queries of a language, then over languages;
            ``rank_distance_median`` takes the median over the queries of a language instead, and the cells of
            ``reach_same`` and ``reach_other`` are pairs of languages. What no query has is missing.
        effects: what languages do to the ranking as a whole; None where languages are unknown or multi was not asked.
        pool_share: mean share of the pool in the query's language, the chance level of ``same_language``.
        recall_ceiling: the most that ``recall_all@10`` can be, whatever the ranking; NaN where a hit is a whole item
            (:mod:`isoglot.evaluation.items`).
        topics: the per-query values behind the numbers.
        hits: (queries, 10) int64, the first page of the pool, best first, as passages of the collection; -1 after the
            last hit. None where results were read from a file, which has no rankings.
    """

    name: str
    fingerprint: str
    sizes: dict[str, int]
    queries: dict[str, int]
    passages: dict[str, int]
    settings: dict[str, dict[str, Estimate]]
    bias: dict[str, Estimate]
    effects: LanguageEffects | None
    pool_share: float
    recall_ceiling: float
    topics: Topics = field(compare=False, repr=False)
    cluster_rule: str = "as the collection states them"
    identical_ids: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    asked: tuple[Setting, ...] = SETTINGS
    hits: Ints | None = field(default=None, compare=False, repr=False)

    @property
    def averages(self) -> Averages:
        """A setting or ``bias`` -> name -> macro average."""
        groups = {**self.settings, "bias": self.bias}
        return {group: {name: found.value for name, found in one.items()} for group, one in groups.items()}

    def value(self, table: str, name: str) -> float:
        """One macro average, such as ``value("multi", "nDCG@10")`` or ``value("bias", "lpr")``.

        Raises:
            ConfigError: there is no such value; the message has those that there are.
        """
        return named_value(self.averages, table, name, of=self.name)


@dataclass(frozen=True, kw_only=True, repr=False)
class Evaluation(EvaluationResult):
    """An encoder's results on some collections, with what is needed to get them again.

    Example::

        >>> found = isoglot.evaluate("e5-small", "sample/test")
        >>> found.save("c.json")
        >>> found.value("bias", "lpr") <= 1
        True

    Attributes:
        encoder: what it is called.
        similarity: how its vectors were compared, such as ``cosine``; None where a run was scored.
        fitted_on: fingerprints of the collections that its repair was made with; on those its results say nothing
            about other texts.
    """

    encoder: str
    encoder_fingerprint: str | None
    collections: dict[str, CollectionResult]
    options: dict[str, Any]
    versions: dict[str, str] = field(default_factory=versions)
    similarity: str | None = None
    fitted_on: frozenset[str] = frozenset()

    @property
    def verb(self) -> str:  # type: ignore[override]  # a run that was scored has no vectors to compare
        return "score" if self.similarity is None else "evaluate"

    def _content(self) -> dict[str, Any]:
        return evaluation_content(self)

    def _averages(self) -> Mapping[str, Averages]:
        return {name: result.averages for name, result in self.collections.items()}

    def _topics(self) -> Mapping[str, Topics]:
        return {name: result.topics for name, result in self.collections.items()}
