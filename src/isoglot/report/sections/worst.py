"""The worst queries: what was asked, what came instead, and where the relevant passages stand."""

from collections.abc import Iterator

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.data.collection import Collection
from isoglot.evaluation.results import CollectionResult
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.settings import Setting
from isoglot.report.arms import Arms
from isoglot.report.drawing.svg import isolated
from isoglot.report.page.blocks import Hit, Ranking, Rankings, Section
from isoglot.report.sections.numbers import main_of
from isoglot.report.values import measure_title
from isoglot.wording import decimal, shortened

_QUERIES, _HITS, _LETTERS = 10, 5, 280
_SETTINGS: tuple[Setting, ...] = ("multi", "mono", "cross")  # of those that were evaluated the first has the values


def worst(arms: Arms, collection: Collection) -> Section | None:
    """Those of the first arm that has rankings; None where no arm has any.

    Args:
        collection: with the texts that the arms were evaluated on.
    """
    for arm, result in arms.items():
        setting = next((each for each in _SETTINGS if each in result.topics.tables), None)
        if result.hits is None or not result.hits.size or setting is None:
            continue
        main, scores = main_of({arm: result}), result.topics.tables[setting]
        chosen = _chosen(scores, scores.values[main], collection.query_cluster)
        rankings = [_ranking(result, collection, int(query), value) for query, value in chosen]
        reading = (
            f"The queries of {isolated(arm)} with the least {measure_title(main)} ({setting}), one of each cluster, "
            f"with the first {_HITS} hits of the pool of all languages. A green line marks a relevant hit."
        )
        return Section(heading="Which queries fare worst?", reading=[reading], blocks=[Rankings(rankings)])
    return None


def _chosen(scores: Scores, values: Floats, clusters: Ints) -> Iterator[tuple[int, float]]:
    """(Query, value), the least first, of each cluster one: translations of a question fare alike."""
    seen: set[int] = set()
    for topic in np.argsort(values, kind="stable"):  # NaN last
        query, value = int(scores.query[topic]), float(values[topic])
        if len(seen) == _QUERIES or value != value:
            return
        if clusters[query] not in seen:
            seen.add(int(clusters[query]))
            yield query, value


def _ranking(result: CollectionResult, collection: Collection, query: int, value: float) -> Ranking:
    assert result.hits is not None
    relevant = set(collection.relevant_passages(query).tolist())
    hits = [int(passage) for passage in result.hits[query][:_HITS] if passage >= 0]
    return Ranking(
        language=_of(collection.queries, "lang", query),
        text=shortened(_of(collection.queries, "text", query), most=_LETTERS),
        value=decimal(value),
        hits=[
            Hit(
                rank=rank,
                language=_of(collection.passages, "lang", passage),
                text=shortened(_of(collection.passages, "text", passage), most=_LETTERS),
                relevant=passage in relevant,
            )
            for rank, passage in enumerate(hits, start=1)
        ],
        relevant=_where(result, query),
    )


def _where(result: CollectionResult, query: int) -> str:
    """Ranks of the relevant passages by language, from single-gold (:mod:`isoglot.report.sections.landing`)."""
    scores = result.topics.tables.get("single-gold")
    if scores is None:
        return ""
    mine = np.flatnonzero(scores.query == query)
    ranks = {scores.cells[scores.cell[topic]].partition(">")[2]: float(scores.values["map"][topic]) for topic in mine}
    ordered = sorted(ranks.items(), key=lambda pair: -pair[1])
    said = (f"{language} {1 / value:,.0f}" if value else f"{language} not found" for language, value in ordered)
    return f"Ranks of the relevant passages, others taken out: {', '.join(said)}."


def _of(table: object, column: str, row: int) -> str:
    text: str = table[column][row].as_py()  # type: ignore[index]
    return text
