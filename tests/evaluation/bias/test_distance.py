import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.literal import Case, cases, lengths, one_query
from isoglot.arrays import Floats
from isoglot.data.collection import Collection
from isoglot.evaluation.bias.distance import DISTANCES, complete
from isoglot.evaluation.bias.hits import first_hits
from isoglot.evaluation.ranks import Ranks, rank_relevant

NAN = math.nan


def distances(ranks: Ranks, collection: Collection) -> dict[str, Floats]:
    """Name -> (queries,) values."""
    own = (measure for measure in DISTANCES if not measure.name.startswith("complete"))
    return {measure.name: measure.values(ranks, collection) for measure in own if measure.values}


def literal_distances(case: Case, query: int, hits: int) -> dict[str, float]:
    """The measures of one query of which a run has so many hits."""
    relevant, pool = case.grades(query), len(case.passages)
    names = ("rank_distance", "rank_distance_normalised", "log_rank_distance", "max_rank", "max_rank_normalised")
    if len({case.passage_languages()[n] for n in relevant}) < 2:
        return dict.fromkeys(names, NAN)
    ranks = [place for place, n in enumerate(case.ranking(query)[:hits], start=1) if n in relevant]
    count = len(relevant)
    last = max(ranks) if len(ranks) == count else hits + count - len(ranks)  # the lacking ones follow the last hit
    distance = last - ranks[0] if ranks else NAN
    return {
        "rank_distance": distance,
        "rank_distance_normalised": (distance - (count - 1)) / max(pool - count, 1),
        "log_rank_distance": math.log2(last / ranks[0]) if ranks else NAN,
        "max_rank": last,
        "max_rank_normalised": 1 - math.log(last / count) / math.log(pool / count) if pool > count else 1,
    }


@settings(max_examples=100, deadline=None)
@given(cases(max_passages=100), st.integers(0, 2**32 - 1), st.integers(1, 120))
def test_distances_equal_their_literal_definitions(case: Case, seed: int, cutoff: int) -> None:
    hits = lengths(case, seed)
    ranks = case.run(hits)
    found, whole = distances(ranks, case.collection), complete(ranks, case.collection, cutoff)
    for query in range(len(case.queries)):
        expected = literal_distances(case, query, int(hits[query]))
        assert {name: values[query] for name, values in found.items()} == pytest.approx(expected, nan_ok=True)
        relevant, top = set(case.grades(query)), set(case.ranking(query)[: min(cutoff, hits[query])])
        known = not math.isnan(expected["max_rank"]) and len(relevant) <= cutoff
        assert whole[query] == pytest.approx(float(relevant <= top) if known else NAN, nan_ok=True)


POOL = ["de", "en", "zh"] * 4


@pytest.mark.parametrize(
    ("relevant_at", "pool", "expected"),
    [
        ([1, 2, 3], POOL, (2, 0, math.log2(3), 3, 1)),
        ([4, 5, 6], POOL, (2, 0, math.log2(1.5), 6, 0.5)),  # Max@R_norm: (log 12 - log 6) / (log 12 - log 3)
        ([1, 2, 12], POOL, (11, 1, math.log2(12), 12, 0)),
        ([1, 2, 6], POOL, (5, 3 / 9, math.log2(6), 6, 0.5)),
        ([1, 2, 3], POOL[:3], (2, 0, math.log2(3), 3, 1)),  # nothing else in the pool
        ([1, 4], POOL, (NAN,) * 5),  # both German
    ],
)
def test_known_distances(relevant_at: list[int], pool: list[str], expected: tuple[float, ...]) -> None:
    found = distances(*one_query(relevant_at, pool))
    assert [float(values[0]) for values in found.values()] == pytest.approx(list(expected), nan_ok=True)


def test_complete_needs_the_last_relevant_passage_and_room_for_all() -> None:
    ranks, collection = one_query([1, 2, 6], POOL)
    found = [float(complete(ranks, collection, cutoff)[0]) for cutoff in (2, 3, 5, 6, 12)]
    assert found == pytest.approx([NAN, 0, 0, 1, 1], nan_ok=True)


def test_a_query_that_is_a_passage_of_the_pool_has_a_pool_of_one_less() -> None:
    _, one = one_query([2, 12], POOL)
    tables = {"queries": one.queries, "passages": one.passages, "judgements": one.judgements}
    collection = Collection("one", **tables, query_passage=np.array([0]))
    ranks = rank_relevant(np.ones((1, 1), np.float32), -np.arange(12, dtype=np.float32)[:, None], collection, depth=99)
    found = {name: float(values[0]) for name, values in distances(ranks, collection).items()}
    assert (found["rank_distance_normalised"], found["max_rank"], found["max_rank_normalised"]) == (1, 11, 0)
    assert first_hits(ranks, collection, 99).shape == (1, 11)  # the whole pool, so it is deep enough
