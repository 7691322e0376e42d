"""The three settings: mono, cross and multi (arXiv 2408.10536, section 4.2), and the single-gold view of the pool.

- ``mono``: the pool is the query's language, the relevant passages are those in it.
- ``cross``: the pool is one other language; every ordered pair of languages is a cell.
- ``multi``: one pool of all languages, and every relevant passage counts.
- ``single-gold``: the pool of all languages, in which the query's relevant passages in one language are left and
  those in the others are taken out. Every ordered pair of languages is a cell, a language with itself too: the
  question is the same in every cell of a row, so what they differ by is the language of the answer (after the
  per-language breakdown of LAReQA, Roy et al. 2020, arXiv 2004.05484).

Values are averaged over the queries of a cell first and over the cells second, so that every language (or
ordered pair) has the same weight whatever its number of queries.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np

from isoglot.arguments import Several, accepted_by
from isoglot.arrays import Floats, Ints
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError
from isoglot.evaluation.measures import Measure, Rankings
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.scores import Scores, pair_cells

Setting = Literal["mono", "cross", "multi", "single-gold"]
# The three of the paper; single-gold is a view of multi's ranking, for the reading of language bias.
SETTINGS: tuple[Setting, ...] = ("mono", "cross", "multi")
IN_WORDS: dict[Setting, str] = {
    "mono": "in the query's language",
    "cross": "in one other language",
    "multi": "in the pool of all languages",
}
"""Where a query's relevant passages are looked for."""


def given_settings(settings: Sequence[str] | str) -> tuple[Setting, ...]:
    """Settings by name, one or several, each once, in the order of :data:`SETTINGS`.

    Raises:
        ConfigError: there is none, or no such setting.
    """
    given = [settings] if isinstance(settings, str) else list(settings)
    found = tuple(setting for setting in SETTINGS if setting in given)
    if unknown := [name for name in given if name not in SETTINGS]:
        raise ConfigError(f"there is no setting {unknown[0]!r}: choose from {', '.join(SETTINGS)}.")
    if not found:
        raise ConfigError(f"name at least one setting: {', '.join(SETTINGS)}.")
    return found


Settings = Annotated[Several[str], accepted_by(given_settings)]
"""The same in an option record."""


def settings_of(collection: Collection) -> tuple[Setting, ...]:
    """The settings that a collection has topics for, in the order of :data:`SETTINGS`.

    A pool of one language has ``mono`` alone. Where every query is answered in its own language there is no ``cross``,
    and where a sentence asks for its translations no ``mono``.
    """
    judged = collection.judgements
    relevant = judged.grade > 0
    same = collection.query_language[judged.query[relevant]] == collection.passage_language[judged.passage[relevant]]
    there = {
        "mono": bool(same.any()) or len(collection.never_found.query) > 0,
        "cross": not same.all(),
        "multi": len(np.unique(collection.passage_language)) > 1,
    }
    return tuple(setting for setting in SETTINGS if there[setting])


def score(setting: Setting, ranks: Ranks, collection: Collection, measures: Sequence[Measure]) -> Scores | None:
    """Per-topic measures of a setting; None where it has no topic (such as cross in one language).

    A query without a relevant passage in a cell's pool is not a topic of that cell. A relevant passage that the corpus
    does not have is never found; since its language is not known, it counts in mono and multi alone. Single-gold is
    None where no query has a relevant passage in another language than its own.
    """
    size = len(collection.languages)
    if setting in ("mono", "multi"):
        ranks = _with_never_found(ranks, collection)
    own = collection.query_language[ranks.query]
    passage_language = np.where(ranks.passage < 0, own, collection.passage_language[ranks.passage])
    same = own == passage_language
    keep = {"mono": same, "cross": ~same}.get(setting, np.ones_like(same))
    if not keep.any() or (setting == "single-gold" and same.all()):
        return None
    target = np.zeros_like(passage_language) if setting == "multi" else passage_language
    topics, topic = np.unique((ranks.query * size + target)[keep], return_inverse=True)
    rank = _rank(setting, ranks, passage_language)
    rankings = Rankings.build(topic, rank[keep], ranks.grade[keep], topics=len(topics))
    query, target = np.divmod(topics, size)
    left = collection.query_language[query]
    if setting in ("cross", "single-gold"):
        cells, cell = pair_cells(left, target, collection.languages)
    else:
        numbers, cell = np.unique(left, return_inverse=True)
        cells = tuple(collection.languages[number] for number in numbers)
    return Scores(query=query, cell=cell, cells=cells, values={measure.mean: measure(rankings) for measure in measures})


def _with_never_found(ranks: Ranks, collection: Collection) -> Ranks:
    """With the relevant passages that the corpus does not have, below everything."""
    lost = collection.never_found
    if not len(lost.query):
        return ranks
    nowhere = np.full(len(lost.query), np.inf)
    return replace(
        ranks,
        query=np.concatenate([ranks.query, lost.query]),
        passage=np.concatenate([ranks.passage, lost.passage]),
        grade=np.concatenate([ranks.grade, lost.grade]),
        pool_rank=np.concatenate([ranks.pool_rank, nowhere]),
        language_rank=np.concatenate([ranks.language_rank, nowhere]),
    )


def _rank(setting: Setting, ranks: Ranks, passage_language: Ints) -> Floats:
    """(relevant,) rank in the setting's pool."""
    if setting in ("mono", "cross"):
        return ranks.language_rank
    if setting == "multi":
        return ranks.pool_rank
    by_language = ranks.query * (int(passage_language.max()) + 1) + passage_language
    removed_above = _place(ranks.query, ranks.pool_rank) - _place(by_language, ranks.pool_rank)
    return ranks.pool_rank - removed_above


def _place(group: Ints, rank: Floats) -> Ints:
    """(relevant,) each entry's place, from 0, among those of its group."""
    order = np.lexsort((rank, group))
    ordered = group[order]
    places = np.empty_like(group)
    places[order] = np.arange(len(group)) - np.searchsorted(ordered, ordered)
    return places
