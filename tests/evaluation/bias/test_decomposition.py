import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from isoglot.data.collection import Collection
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.bias.decomposition import Decomposition, Factor, decompose
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.statistics.bootstrap import Draws, cluster_weights, interval

Floats = npt.NDArray[np.float64]
CODES = ("de", "en", "es", "th", "zh")  # sorted, as a collection's are


class Query(NamedTuple):
    """A query with the logarithm of the rank of its relevant passage in each language."""

    cluster: int
    language: int
    logarithms: dict[int, float]


def build(queries: Sequence[Query]) -> tuple[Ranks, Collection]:
    there = [(n, m) for n, query in enumerate(queries) for m in query.logarithms]
    collection = Collection.from_rows(
        "planted",
        queries=[
            {"id": f"q{n}", "text": "?", "lang": CODES[query.language], "cluster": f"c{query.cluster}"}
            for n, query in enumerate(queries)
        ],
        passages=[{"id": f"p{n}/{m}", "text": "!", "lang": CODES[m]} for n, m in there],
        relevant={(f"q{n}", f"p{n}/{m}"): 1 for n, m in there},
    )
    judged = collection.judgements
    pairs = [there[passage] for passage in judged.passage]
    pool_rank = np.exp([queries[n].logarithms[m] for n, m in pairs])
    ranks = Ranks(
        query=judged.query,
        passage=judged.passage,
        grade=judged.grade,
        pool_rank=pool_rank,
        language_rank=pool_rank,
        top_passage=np.zeros((len(queries), 1), dtype=np.int64),
        top_score=np.zeros((len(queries), 1), dtype=np.float32),
    )
    return ranks, collection


def coefficients(found: Decomposition) -> dict[str, float]:
    """Logarithms of all factors."""
    named = {"mu": found.rank, "s": found.same_language}
    named |= {f"a {language}": factor for language, factor in found.query_language.items()}
    named |= {f"b {language}": factor for language, factor in found.passage_language.items()}
    return {name: math.log(factor.value) for name, factor in named.items()}


class Literal:
    """Weighted least squares over single observations, with a column for every language."""

    def __init__(self, queries: Sequence[Query]) -> None:
        rows = [(q.language, m, value) for q in queries for m, value in q.logarithms.items()]
        cells = [(own, m) for own, m, _ in rows]
        self.asked, self.answered = sorted({own for own, _ in cells}), sorted({m for _, m in cells})
        self.names = ["mu", "s", *(f"a {CODES[n]}" for n in self.asked), *(f"b {CODES[n]}" for n in self.answered)]
        self.weights = np.array([1 / cells.count(cell) for cell in cells])
        self.values = np.array([value for *_, value in rows])
        self.design = np.array(
            [[1, own == m, *(own == n for n in self.asked), *(m == n for n in self.answered)] for own, m in cells],
            float,
        )

    def fit(self, keep: Sequence[str] = ("mu", "s", "a", "b")) -> tuple[Floats, float, int]:
        """Coefficients, mean square left and rank, of the columns whose name begins so."""
        columns = [n for n, name in enumerate(self.names) if name[: 2 if name == "mu" else 1] in keep]
        root = np.sqrt(self.weights)[:, None]
        found, _, rank, _ = np.linalg.lstsq(self.design[:, columns] * root, self.values * root[:, 0])
        rest = self.values - self.design[:, columns] @ found
        return found, float(self.weights @ rest**2 / self.weights.sum()), int(rank)

    def coefficients(self) -> dict[str, float] | None:
        """With a and b summing to 0; None where they are not identified."""
        found, _, rank = self.fit()
        if rank < len(self.names) - 2:
            return None
        a, b = found[2 : 2 + len(self.asked)], found[2 + len(self.asked) :]
        values = [found[0] + a.mean() + b.mean(), found[1], *(a - a.mean()), *(b - b.mean())]
        return {name: float(value) for name, value in zip(self.names, values, strict=True)}

    def variance(self) -> dict[str, float]:
        total, whole = self.fit(["mu"])[1], self.fit()[1]
        parts = {"same_language": "s", "query_language": "a", "passage_language": "b"}
        without = {name: self.fit([p for p in ("mu", "s", "a", "b") if p != part])[1] for name, part in parts.items()}
        return {**{name: (left - whole) / total for name, left in without.items()}, "rest": whole / total}


@st.composite
def gappy(draw: st.DrawFn) -> list[Query]:
    """Queries of a few clusters; some languages only ask, some only answer, some pairs are missing."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    asked = draw(st.sampled_from([[0, 1], [0, 1, 2], [0, 1, 2, 3], [3, 4, 1]]))
    answered = draw(st.sampled_from([[0, 1], [0, 1, 2], [1, 2, 3, 4]]))
    queries = []
    for _ in range(draw(st.integers(4, 40))):
        there = rng.choice(answered, size=rng.integers(1, len(answered) + 1), replace=False)
        logarithms = {int(m): float(value) for m, value in zip(there, rng.exponential(2, len(there)), strict=True)}
        queries.append(Query(int(rng.integers(5)), int(rng.choice(asked)), logarithms))
    return queries


@settings(max_examples=60, deadline=None)
@given(gappy())
def test_effects_and_shares_equal_least_squares_over_single_observations(queries: list[Query]) -> None:
    literal = Literal(queries)
    expected = literal.coefficients()
    if expected is None:
        with pytest.raises(DataError, match="cannot be told from"):
            decompose(*build(queries), draws=1, seed=0)
        return
    try:
        found = decompose(*build(queries), draws=3, seed=0)
    except DataError:
        reject()  # one cluster, or none of the three draws has all cells
    assert coefficients(found) == pytest.approx(expected, abs=1e-8)
    assert found.variance == pytest.approx(literal.variance(), abs=1e-8)


def planted(
    rng: np.random.Generator, *, clusters: int = 30, noise: float = 0.0, uneven: bool = False
) -> tuple[list[Query], dict[str, float]]:
    """Queries in four languages with known effects, and those."""
    a, b, s, mu = [0.3, -0.2, 0.2, -0.3], [-1.0, 0.1, 0.4, 0.5], -math.log(35), 5.0
    queries = []
    for cluster in range(clusters):
        ahead = noise * rng.normal(size=4)  # what a cluster's queries share
        for _ in range(int(rng.integers(1, 4))):
            for own in [0, 0, 0, 1, 2, 3] if uneven else [0, 1, 2, 3]:
                drawn = noise * rng.normal(size=4) + ahead
                values = {m: mu + a[own] + b[m] + s * (m == own) + float(drawn[m]) for m in range(4)}
                queries.append(Query(cluster, own, values))
    effects = {f"{side} {CODES[m]}": part[m] for side, part in (("a", a), ("b", b)) for m in range(4)}
    return queries, {"mu": mu, "s": s, **effects}


@pytest.mark.parametrize("uneven", [False, True])
def test_planted_effects_are_recovered_and_what_they_explain(uneven: bool) -> None:
    queries, effects = planted(np.random.default_rng(0), uneven=uneven)
    found = decompose(*build(queries), draws=20, seed=0)
    assert coefficients(found) == pytest.approx(effects)
    assert found.same_language.inverse.value == pytest.approx(35)
    # Cells weigh the same, so the parts' variances do not depend on how often a language asks.
    s, asked, answered = (math.log(35) ** 2 * 3 / 16, 0.26 / 4, 1.42 / 4)
    total = s + asked + answered
    expected = {"same_language": s, "query_language": asked, "passage_language": answered, "rest": 0}
    assert found.variance == pytest.approx({name: part / total for name, part in expected.items()}, abs=1e-12)
    assert (found.cells, found.lost_draws) == (16, 0)


def test_intervals_are_those_of_refits_to_clusters_drawn_whole() -> None:
    queries, _ = planted(np.random.default_rng(1), clusters=4, noise=1, uneven=True)
    only_here = [Query(4, 4, {0: 3.0, 4: 1.0}), Query(4, 4, {1: 2.5}), Query(4, 0, {4: 6.0})]  # Chinese: one cluster
    queries = [*queries, *only_here, *(Query(5, q.language, q.logarithms) for q in only_here[1:])]
    found = decompose(*build(queries), draws=40, seed=3)
    drawn: list[dict[str, float]] = []
    lost = 0
    for weights in cluster_weights(6, 40, 3):
        refitted = Literal([query for query in queries for _ in range(weights[query.cluster])]).coefficients()
        if refitted and len(refitted) == 2 + 5 + 5:
            drawn.append(refitted)
        else:
            lost += 1
    assert 0 < lost == found.lost_draws < 40
    for name, factor in {"mu": found.rank, "s": found.same_language, "b zh": found.passage_language["zh"]}.items():
        values = np.exp([refitted[name] for refitted in drawn])
        assert (factor.low, factor.high) == pytest.approx(interval(Draws(values, 6)))


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(2)
    queries, effects = planted(rng, clusters=25)
    ranks, collection = build(queries)
    place = (collection.query_cluster[ranks.query], collection.passage_language[ranks.passage])
    held = dict.fromkeys(("s", "b de", "a en"), 0)
    for _ in range(400):
        noise = rng.normal(size=(25, 4))[place] + rng.normal(size=len(ranks.query))
        drawn = replace(ranks, pool_rank=ranks.pool_rank * np.exp(noise))
        found = decompose(drawn, collection, draws=300, seed=0)
        factors = (found.same_language, found.passage_language["de"], found.query_language["en"])
        for name, factor in zip(held, factors, strict=True):
            held[name] += factor.low <= math.exp(effects[name]) <= factor.high
    assert all(0.92 <= count / 400 <= 0.98 for count in held.values()), held


def test_inverse_swaps_the_ends_of_the_interval() -> None:
    assert Factor(0.1, 0.05, 0.2).inverse == Factor(10, 5, 20)


def test_passages_that_a_run_lacks_stand_below_its_last_hit() -> None:
    queries, _ = planted(np.random.default_rng(3), clusters=4)
    ranks, collection = build(queries)
    lacking = ranks.passage % 7 == 0
    run = replace(
        ranks,
        pool_rank=np.where(lacking, np.inf, ranks.pool_rank),
        top_passage=np.zeros((len(queries), 9), dtype=np.int64),
    )
    least = replace(ranks, pool_rank=np.where(lacking, 10, ranks.pool_rank))
    assert decompose(run, collection, draws=9, seed=0) == decompose(least, collection, draws=9, seed=0)


def test_a_run_without_a_hit_has_no_effects() -> None:
    """Nor is a passage of such a query at rank 1, the least rank after no hit."""
    queries, _ = planted(np.random.default_rng(3), clusters=4)
    ranks, collection = build(queries)
    without = np.arange(len(queries)) < len(queries) // 3
    some = replace(
        ranks,
        pool_rank=np.where(without[ranks.query], np.inf, ranks.pool_rank),
        top_passage=np.where(without, -1, 0)[:, None],
    )
    alone, rest = build([query for query, out in zip(queries, without, strict=True) if not out])
    assert coefficients(decompose(some, collection, draws=9, seed=0)) == pytest.approx(
        coefficients(decompose(alone, rest, draws=9, seed=0))
    )
    none = replace(ranks, pool_rank=np.full(len(ranks.query), np.inf), top_passage=np.full((len(queries), 1), -1))
    with pytest.raises(DataError, match="cannot be told from"):
        decompose(none, collection, draws=9, seed=0)


def refuse(queries: Sequence[Query], *, draws: int = 9, seed: int = 0) -> Callable[[], Decomposition]:
    return lambda: decompose(*build(queries), draws=draws, seed=seed)


SOME = planted(np.random.default_rng(4), clusters=3)[0]
REFUSALS: list[tuple[Callable[[], Decomposition], type[Exception], str]] = [
    (refuse(SOME, draws=0), ConfigError, "draws must be at least 1"),
    (refuse(SOME, seed=-1), ConfigError, "seed at least 0"),
    (refuse([q for q in SOME if q.language == 0]), DataError, "cannot be told from"),
    (refuse([Query(n, n % 2, {2: 1.0 + n, 3: 2.0}) for n in range(9)]), DataError, "cannot be told from"),
    (refuse([q._replace(logarithms=dict.fromkeys(range(4), 1.0)) for q in SOME]), DataError, "nothing to explain"),
    (refuse([q._replace(cluster=0) for q in SOME]), DataError, "two or more clusters"),
    (refuse([Query(n, n, {0: 1.0, 1: 2.0}) for n in range(2)], draws=1, seed=3), DataError, "no bootstrap draw"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSALS)
def test_refusals(call: Callable[[], Decomposition], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
