import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare, rankdata  # type: ignore[import-untyped, unused-ignore]

from helpers.literal import Case, cases
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.bias.concordance import Concordance, best_ranks, concordance
from isoglot.evaluation.ranks import Ranks, rank_relevant

Floats = npt.NDArray[np.float64]
CODES = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")  # sorted, as a collection's are


def from_table(
    table: Sequence[Sequence[float]] | Floats,
    *,
    own: Sequence[int] | None = None,
    group: Sequence[int] | None = None,
    cluster: Sequence[int] | None = None,
) -> tuple[Ranks, Collection]:
    """Queries with the given rank in each passage language (NaN: none); a group and cluster each by default."""
    table = np.asarray(table, dtype=float)
    rows, columns = range(len(table)), range(table.shape[1])
    own, group, cluster = own or [0] * len(table), group or list(rows), cluster or list(rows)
    there = [(n, m) for n in rows for m in columns if not math.isnan(table[n, m])]
    collection = Collection.from_rows(
        "table",
        queries=[
            {"id": f"q{n}", "text": "?", "lang": CODES[own[n]], "group": f"g{group[n]}", "cluster": f"c{cluster[n]}"}
            for n in rows
        ],
        passages=[{"id": f"p{n}/{m}", "text": "!", "lang": CODES[m]} for n, m in there],
        relevant={(f"q{n}", f"p{n}/{m}"): 1 for n, m in there},
    )
    judged = collection.judgements
    places = np.array([table[there[p]] for p in judged.passage])
    ranks = Ranks(
        query=judged.query,
        passage=judged.passage,
        grade=judged.grade,
        pool_rank=places,
        language_rank=places,
        top_passage=np.zeros((len(table), 1), dtype=np.int64),
        top_score=np.zeros((len(table), 1), dtype=np.float32),
    )
    return ranks, collection


def literal_statistic(rows: Sequence[dict[int, float]], size: int) -> tuple[float, float]:
    """(W, chi-square), block by block: rows are language -> response."""
    score, covariance, bound, freedom = np.zeros(size), np.zeros((size, size)), 0.0, 0
    for row in rows:
        k = len(row)
        if k < 2:
            continue
        midranks = dict(zip(row, rankdata(list(row.values())), strict=True))
        for one in row:
            score[one] += math.sqrt(12 / (k + 1)) * (midranks[one] - (k + 1) / 2)
            for other in row:
                if one != other:
                    covariance[one, one] += 1
                    covariance[one, other] -= 1
        ties = sum(n**3 - n for n in (list(row.values()).count(value) for value in set(row.values())))
        bound += (k - 1) * (1 - ties / (k**3 - k))
        freedom += k - 1
    w = float(score @ np.linalg.pinv(covariance, rcond=1e-9) @ score) / bound if bound > 1e-9 else 0.0
    return w, w * freedom


# Skillings and Mack (1981): assembly times of four methods in nine blocks.
_MISSING = math.nan
ASSEMBLY = [
    [3.2, 4.1, 3.8, 4.2],
    [3.1, 3.9, 3.4, 4.0],
    [4.3, 3.5, 4.6, 4.8],
    [3.5, 3.6, 3.9, 4.0],
    [3.6, 4.2, 3.7, 3.9],
    [4.5, 4.7, 3.7, _MISSING],
    [_MISSING, 4.2, 3.4, _MISSING],
    [4.3, 4.6, 4.4, 4.9],
    [3.5, _MISSING, 3.7, 3.9],
]


def test_the_assembly_times_of_skillings_and_mack() -> None:
    found = concordance(*from_table(ASSEMBLY), draws=999, seed=0)
    assert found.statistic == pytest.approx(15.493, abs=5e-4)
    assert found.p < 0.005  # chi-square with 3 degrees of freedom: .0014
    assert (found.blocks, found.clusters, found.complete) == (9, 9, False)


@pytest.mark.parametrize("values", [3, 1_000])  # many ties, few ties
def test_complete_blocks_give_friedmans_chi_square_and_kendalls_w(values: int) -> None:
    table = np.random.default_rng(values).integers(1, values, size=(30, 5)).astype(float)
    found = concordance(*from_table(table), draws=1, seed=0)
    assert found.complete
    assert found.statistic == pytest.approx(friedmanchisquare(*table.T).statistic)
    assert found.w == pytest.approx(found.statistic / (30 * 4))
    assert list(found.mean_rank.values()) == pytest.approx(rankdata(table, axis=1).mean(axis=0))


@settings(max_examples=50, deadline=None)
@given(cases(max_passages=100))
def test_a_query_counts_its_best_passage_of_a_language(case: Case) -> None:
    best = np.full((len(case.queries), len(case.collection.languages)), math.nan)
    for query in range(len(case.queries)):
        for passage, rank in sorted(case.ranks(query).items(), key=lambda item: -item[1]):
            best[query, case.collection.passage_language[passage]] = rank
    ranks = rank_relevant(case.queries, case.passages, case.collection)
    np.testing.assert_array_equal(best_ranks(ranks, case.collection), best)


def test_passages_that_a_run_lacks_tie_below_its_last_hit() -> None:
    ranks, collection = from_table([[1, 2, math.inf, math.inf]] * 3)
    ranks = replace(ranks, top_passage=np.full((3, 8), 5))
    np.testing.assert_array_equal(best_ranks(ranks, collection), [[1, 2, 9, 9]] * 3)
    assert list(concordance(ranks, collection, draws=1, seed=0).mean_rank.values()) == [1, 2, 3.5, 3.5]


def test_a_query_of_which_a_run_has_no_hit_is_left_out() -> None:
    ranks, collection = from_table([[1, 2, 3], [3, 1, 2], [math.inf] * 3, [1, 3, 2]])
    ranks = replace(ranks, top_passage=np.where(np.arange(4)[:, None] == 2, -1, 5))
    assert np.isnan(best_ranks(ranks, collection)).all(axis=1).tolist() == [False, False, True, False]
    without = concordance(*from_table([[1, 2, 3], [3, 1, 2], [1, 3, 2]]), draws=1, seed=0)
    assert concordance(ranks, collection, draws=1, seed=0).w == pytest.approx(without.w)


@st.composite
def tables(draw: st.DrawFn) -> Floats:
    """Blocks with gaps and ties; the first two have every language, so that there is something to test."""
    size = draw(st.integers(2, 6))
    value = st.one_of(st.integers(1, 4).map(float), st.integers(1, 500).map(float), st.just(math.nan))
    blocks = st.lists(st.lists(value, min_size=size, max_size=size), max_size=12)
    whole = [[float(m * (n + 1) % 5) + 1 for m in range(size)] for n in range(2)]
    return np.array([*whole, *draw(blocks)])


@settings(max_examples=60, deadline=None)
@given(tables())
def test_statistic_and_mean_ranks_equal_their_literal_definitions(table: Floats) -> None:
    found = concordance(*from_table(table), draws=1, seed=0)
    rows = [{m: value for m, value in enumerate(row) if not math.isnan(value)} for row in table]
    rows, size = [row for row in rows if len(row) > 1], table.shape[1]
    assert (found.w, found.statistic) == pytest.approx(literal_statistic(rows, size))
    assert -1e-9 <= found.w <= 1 + 1e-9
    stretched: list[list[float]] = [[] for _ in range(size)]
    for row in rows:
        for language, rank in zip(row, rankdata(list(row.values())), strict=True):
            stretched[language].append(rank * (size + 1) / (len(row) + 1))
    assert list(found.mean_rank.values()) == pytest.approx([sum(ranks) / len(ranks) for ranks in stretched])
    assert (found.blocks, found.complete) == (len(rows), all(len(row) == size for row in rows))


# Questions as (cluster, languages of the passages, languages of the queries).
Questions = Sequence[tuple[int, Sequence[int], Sequence[int]]]
COMPLETE: Questions = [(n // 2, (0, 1, 2, 3), (0, 1, 2, 3)) for n in range(24)]
WITH_GAPS: Questions = [(n // 2, [(0, 1, 2, 3), (0, 1, 2), (0, 2, 3)][n // 2 % 3], (0, 1, 2)) for n in range(24)]


def asked(questions: Questions, *, together: int = 1) -> tuple[Ranks, Collection]:
    """One query for each question and query language; so many questions a group; all ranks 1."""
    rows = [(n, cluster, own, there) for n, (cluster, there, queries) in enumerate(questions) for own in queries]
    table = [[1.0 if m in there else math.nan for m in range(4)] for *_, there in rows]
    group, cluster, own = (
        [n // together for n, *_ in rows],
        [cluster for _, cluster, *_ in rows],
        [own for *_, own, _ in rows],
    )
    return from_table(table, own=own, group=group, cluster=cluster)


def with_ranks(ranks: Ranks, logarithms: Floats) -> Ranks:
    return replace(ranks, pool_rank=1 + np.floor(np.exp(logarithms)))


def relabellings(rows: list[tuple[int, int, dict[int, float]]], *, joint: bool) -> list[list[dict[int, float]]]:
    """All relabellings, one permutation a cluster, that leave a cluster's languages as they are; literal.

    Rows are (question, query language, passage language -> rank) of one cluster.
    """

    def design(rows: Sequence[tuple[int, int, dict[int, float]]]) -> list[tuple[int, int, tuple[int, ...]]]:
        return sorted((question, own, tuple(sorted(row))) for question, own, row in rows)

    found = []
    for order in itertools.permutations(range(4)):
        moved = [(q, order[own] if joint else own, {order[m]: v for m, v in row.items()}) for q, own, row in rows]
        if design(moved) == design(rows):
            found.append([row for *_, row in moved])
    return found


@pytest.mark.parametrize(
    ("questions", "own_language", "together"),
    [
        (COMPLETE[:4:2], True, 1),
        (WITH_GAPS[:4], True, 1),
        (WITH_GAPS[:6], False, 1),
        ([*WITH_GAPS[:3], (1, (0, 3), (1,)), *COMPLETE[4:6]], False, 1),
        ([(n // 2, [(0, 1, 3), (0, 2)][n % 2], (1,)) for n in range(12)], True, 2),  # a group differs in languages
    ],
)
def test_p_is_that_of_all_relabellings_of_whole_clusters(
    questions: Questions, own_language: bool, together: int
) -> None:
    ranks, collection = asked(questions, together=together)
    ranks = with_ranks(ranks, np.random.default_rng(4).normal(3, 2, size=len(ranks.query)))
    clusters: dict[int, list[tuple[int, int, dict[int, float]]]] = {}
    for query, row in enumerate(best_ranks(ranks, collection)):
        own, question = int(collection.query_language[query]), int(collection.query_group[query])
        left = {m: v for m, v in enumerate(row) if not math.isnan(v) and (own_language or m != own)}
        clusters.setdefault(int(collection.query_cluster[query]), []).append((question, own, left))
    choices = [relabellings(rows, joint=not own_language) for rows in clusters.values()]
    statistics = [literal_statistic(list(itertools.chain(*choice)), 4)[0] for choice in itertools.product(*choices)]
    identity = literal_statistic([row for rows in clusters.values() for *_, row in rows], 4)[0]
    exact = np.mean(np.array(statistics) >= identity - 1e-9)
    found = concordance(ranks, collection, draws=20_000, seed=0, own_language=own_language)
    assert found.w == pytest.approx(identity)
    assert found.p == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 20_000) + 1e-4)
    assert 0.01 < exact < 0.99  # so that the comparison says something


def irregular(seed: int) -> Questions:
    """Questions whose languages are drawn at random, one to three in a cluster."""
    rng = np.random.default_rng(seed)

    def some(least: int) -> tuple[int, ...]:
        return tuple(sorted(int(m) for m in rng.choice(4, size=rng.integers(least, 5), replace=False)))

    return [(int(cluster), some(2), some(1)) for cluster in np.sort(rng.integers(12, size=24))]


def logarithms(ranks: Ranks, collection: Collection, rng: np.random.Generator, *, own: float) -> Floats:
    """No language is ahead on the whole, but in each cluster some are, and the query's language by ``own``."""
    language, cluster = collection.passage_language[ranks.passage], collection.query_cluster[ranks.query]
    ahead = rng.normal(size=(cluster.max() + 1, 4))[cluster, language]
    same = language == collection.query_language[ranks.query]
    found: Floats = 4 + ahead + rng.normal(size=len(language)) - own * same
    return found


def false_alarms(
    questions: Questions, *, own_language: bool, simulations: int = 1_000, ignore_clusters: bool = False
) -> float:
    """Share of simulations without a language ahead in which p is .05 or less."""
    ranks, collection = asked(questions)
    rng = np.random.default_rng(1)
    alone = (
        asked([(n, there, own) for n, (_, there, own) in enumerate(questions)])[1] if ignore_clusters else collection
    )
    low = 0
    for seed in range(simulations):
        drawn = with_ranks(ranks, logarithms(ranks, collection, rng, own=0 if own_language else 3))
        low += concordance(drawn, alone, draws=99, seed=seed, own_language=own_language).p <= 0.05
    return low / simulations


@pytest.mark.parametrize(
    ("questions", "own_language"),
    [(COMPLETE, True), (COMPLETE, False), (WITH_GAPS, False), (irregular(3), True)],
)
def test_false_alarms_are_as_many_as_the_level_says(questions: Questions, own_language: bool) -> None:
    assert 0.035 <= false_alarms(questions, own_language=own_language) <= 0.065


def test_relabelling_questions_instead_of_clusters_would_raise_false_alarms() -> None:
    assert false_alarms(COMPLETE, own_language=True, simulations=200, ignore_clusters=True) > 0.1


@pytest.mark.parametrize("own_language", [True, False])
def test_a_language_that_is_ahead_is_found(own_language: bool) -> None:
    ranks, collection = asked(WITH_GAPS)
    drawn = logarithms(ranks, collection, np.random.default_rng(2), own=2)
    drawn -= 2 * (collection.passage_language[ranks.passage] == 2)
    found = concordance(with_ranks(ranks, drawn), collection, draws=499, seed=0, own_language=own_language)
    assert found.p < 0.05
    assert min(found.mean_rank, key=found.mean_rank.__getitem__) == collection.languages[2]


def test_one_order_in_all_queries_is_full_concordance_and_no_order_none() -> None:
    agreed = concordance(*from_table([[1, 40, 3, 900]] * 12), draws=99, seed=0)
    assert (agreed.w, agreed.statistic, agreed.p) == pytest.approx((1, 36, 0.01))
    tied = concordance(*from_table([[7, 7, 7, 7]] * 12), draws=99, seed=0)
    assert (tied.w, tied.statistic, tied.p) == (0, 0, 1)


def own_preference(questions: Questions, *, own_language: bool) -> Concordance:
    ranks, collection = asked(questions)
    drawn = logarithms(ranks, collection, np.random.default_rng(4), own=6)
    return concordance(with_ranks(ranks, drawn), collection, draws=499, seed=0, own_language=own_language)


def test_preference_for_the_querys_language_is_no_concordance_without_that_language() -> None:
    one_asks: Questions = [(n, (0, 1, 2, 3), (1,)) for n in range(24)]
    assert own_preference(one_asks, own_language=True).w > 0.5
    assert own_preference(one_asks, own_language=False).w < 0.1
    assert "de" not in own_preference(one_asks, own_language=False).mean_rank  # the language of all queries
    assert own_preference(COMPLETE, own_language=True).w < 0.1  # cancels where every language asks
    assert own_preference(COMPLETE, own_language=False).p > 0.05


def test_the_same_seed_gives_the_same_p_and_draws_are_counted_whole() -> None:
    table = np.random.default_rng(0).normal(size=(20, 4)) ** 2
    one, same, other = (concordance(*from_table(table), draws=999, seed=seed).p for seed in (0, 0, 1))
    assert one == same != other
    assert one * 1_000 == pytest.approx(round(one * 1_000))


# Two clusters in which no two languages are there in the same queries, and one in which two are.
_HERE, _THERE = [1, 2, _MISSING, _MISSING, _MISSING], [1, _MISSING, 2, _MISSING, _MISSING]
NONE_ALIKE = [_HERE, _THERE, _HERE, _THERE, [_MISSING, _MISSING, _MISSING, 1, 2]]
REFUSALS: list[tuple[Callable[[], Concordance], type[Exception], str]] = [
    (lambda: concordance(*from_table(ASSEMBLY), draws=0, seed=0), ConfigError, "draws must be at least 1"),
    (lambda: concordance(*from_table(ASSEMBLY), draws=1, seed=-1), ConfigError, "seed at least 0"),
    (lambda: concordance(*from_table([[1, math.nan], [math.nan, 2]]), draws=1, seed=0), DataError, "two languages, so"),
    (
        lambda: concordance(*from_table([[1, 2]] * 3), draws=1, seed=0, own_language=False),
        DataError,
        "two languages besides its own",
    ),
    (lambda: concordance(*from_table([[1, 2]] * 3, cluster=[0, 0, 0]), draws=1, seed=0), DataError, "there are 1"),
    (
        lambda: concordance(*from_table(NONE_ALIKE, cluster=[0, 0, 1, 1, 2]), draws=1, seed=0),
        DataError,
        "there are 1",
    ),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSALS)
def test_refusals(call: Callable[[], Concordance], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
