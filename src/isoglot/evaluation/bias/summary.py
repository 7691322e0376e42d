"""Language bias in the multilingual pool: does the language of a passage move its rank?"""

import numpy as np

from isoglot.data.collection import Collection
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.settings import Scores


def language_bias(ranks: Ranks, collection: Collection) -> Scores:
    """Per-query bias, averaged like the measures: over the queries of a language, then over languages.

    - ``rank_distance``: greatest minus least rank of the query's relevant passages in the pool, for queries
      with relevant passages in two or more languages, NaN for others (arXiv 2408.10536, section 4.3).
    - ``rank_distance_normalised``: (distance - (n - 1)) / (N - n) with n relevant passages in a pool of N; 0
      when they stand side by side, 1 when they stand at the two ends.
    - ``same_language@1``, ``same_language@10``: share of the first 1 and 10 hits in the query's language.
    """
    queries = len(collection.queries)
    count = np.bincount(ranks.query, minlength=queries)
    greatest, least = np.zeros(queries), np.full(queries, np.inf)
    np.maximum.at(greatest, ranks.query, ranks.pool_rank)
    np.minimum.at(least, ranks.query, ranks.pool_rank)
    pairs = np.unique(ranks.query * len(collection.languages) + collection.passage_language[ranks.passage])
    spread = np.bincount(pairs // len(collection.languages), minlength=queries) > 1
    distance = np.full(queries, np.nan)
    distance[spread] = greatest[spread] - least[spread]
    slack = np.maximum(len(collection.passages) - count, 1)
    same = collection.passage_language[ranks.top_passage] == collection.query_language[:, None]
    languages = np.unique(collection.query_language)
    return Scores(
        query=np.arange(queries),
        cell=np.searchsorted(languages, collection.query_language),
        cells=tuple(collection.languages[number] for number in languages),
        values={
            "rank_distance": distance,
            "rank_distance_normalised": (distance - (count - 1)) / slack,
            "same_language@1": same[:, 0].astype(np.float64),
            "same_language@10": same[:, :10].mean(axis=1),
        },
    )


def median_by_cell(scores: Scores, name: str) -> dict[str, float]:
    """Cell name -> median over its topics; cells without a value are left out."""
    values = scores.values[name]
    known = ~np.isnan(values)
    return {
        scores.cells[number]: float(np.median(values[known & (scores.cell == number)]))
        for number in np.unique(scores.cell[known])
    }


def pool_share(collection: Collection) -> float:
    """Share of the pool in the query's language, over query languages: ``same_language`` by chance."""
    counts = np.bincount(collection.passage_language, minlength=len(collection.languages))
    return float((counts / len(collection.passages))[np.unique(collection.query_language)].mean())
