import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaincc  # type: ignore[import-untyped, unused-ignore]
from scipy.stats import kruskal  # type: ignore[import-untyped, unused-ignore]

from helpers.literal import Case, cases, make_case
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.bias import peer as module
from isoglot.evaluation.bias.peer import Mode, mean_peer, peer
from isoglot.evaluation.ranks import Ranks, rank_relevant

Floats = npt.NDArray[np.float64]
WEIGHTS = [{1: 1.0}, {0: 0.2, 1: 0.3, 2: 0.1, 3: 0.4}, {1: 0.5, 3: 0.5}, {-1: 0.25, 0: 0.75}]


def package_order(case: Case, query: int, depth: int) -> list[int]:
    """The run of the first ``depth`` hits as the package orders it: by score, then by ascending id."""
    ids = case.collection.passages["id"].to_pylist()
    return sorted(case.ranking(query)[:depth], key=lambda n: (-case.score(query, n), ids[n]))


def literal_reference(case: Case, query: int, *, depth: int, cutoff: int, weights: Mapping[int, float]) -> float:
    """What the package does, passage by passage."""
    judged, run = case.judged(query), package_order(case, query, depth)[:cutoff]
    if not judged:
        return math.nan
    levels: dict[int, dict[str, list[float | None]]] = {level: {} for level in judged.values()}
    for position, passage in enumerate(run, start=1):
        level = levels.setdefault(judged.get(passage, 0), {})
        level.setdefault(case.passage_languages()[passage], []).append(position)
    for passage, grade in judged.items():
        if grade > 0 and passage not in run:
            levels[grade].setdefault(case.passage_languages()[passage], []).append(None)
    return math.fsum(literal_p(list(groups.values())) * weights.get(level, 0) for level, groups in levels.items())


def literal_p(groups: list[list[float | None]]) -> float:
    """Kruskal-Wallis on the values themselves; None is a passage that was not found."""
    everything = [value for group in groups for value in group]
    missing = everything.count(None)
    if missing == len(everything) or len(groups) < 2:
        return 1.0
    tail = len(everything) + (missing + 1) / 2
    filled = [[tail if value is None else value for value in group] for group in groups]
    mean = math.fsum(value for group in filled for value in group) / len(everything)
    between = math.fsum(len(group) * (math.fsum(group) / len(group) - mean) ** 2 for group in filled)
    total = math.fsum((value - mean) ** 2 for group in filled for value in group)
    if total == 0:
        return math.nan
    return float(gammaincc((len(groups) - 1) / 2, (len(everything) - 1) * between / total / 2))


def measured(case: Case, mode: Mode, *, depth: int, cutoff: int, weights: Mapping[int, float]) -> Floats:
    ranks = rank_relevant(case.queries, case.passages, case.collection, depth=depth)
    return peer(ranks, case.collection, mode=mode, cutoff=cutoff, weights=weights)


@settings(max_examples=80, deadline=None)
@given(cases(max_passages=100), st.sampled_from(WEIGHTS), st.integers(1, 40), st.integers(0, 20))
def test_reference_equals_its_literal_definition(case: Case, weights: dict[int, float], cutoff: int, more: int) -> None:
    found = measured(case, "reference", depth=cutoff + more, cutoff=cutoff, weights=weights)
    expected = [
        literal_reference(case, query, depth=cutoff + more, cutoff=cutoff, weights=weights)
        for query in range(len(case.queries))
    ]
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(cases(max_passages=100), st.sampled_from(WEIGHTS), st.integers(1, 40))
def test_reference_equals_the_released_package(case: Case, weights: dict[int, float], cutoff: int) -> None:
    package = pytest.importorskip("peer_measure")
    ids, languages = case.collection.passages["id"].to_pylist(), case.passage_languages()
    mapping = {**dict(zip(ids, languages, strict=True)), "unseen": languages[0]}
    judged: dict[str, dict[str, int]] = {}
    run: dict[str, dict[str, float]] = {}
    for query in range(len(case.queries)):
        hits = package_order(case, query, cutoff)
        run[str(query)] = {ids[n]: case.score(query, n) for n in hits}
        judged[str(query)] = {ids[n]: grade for n, grade in case.judged(query).items()}
        if judged[str(query)] and not case.judged(query).keys() >= set(hits):
            judged[str(query)].setdefault("unseen", 0)  # without a grade 0 the package stops with a KeyError
    measure = package.PEER(weights=weights, lang_mapping=mapping) @ cutoff
    # Its provider calls a function that newer ir_measures no longer has, so the evaluator is made here.
    evaluator = package.PEEREvaluator([measure], judged, {id(mapping): [(cutoff, measure)]}, {id(mapping): mapping})
    with np.errstate(invalid="ignore"):
        given = {metric.query_id: metric.value for metric in evaluator.iter_calc(run) if judged[metric.query_id]}
    found = measured(case, "reference", depth=cutoff, cutoff=cutoff, weights=weights)
    expected = [given.get(str(query), math.nan) for query in range(len(case.queries))]
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


def ranked(languages: Sequence[str], grades: Sequence[int], *, top: int | None = None) -> tuple[Ranks, Collection]:
    """One query over passages that are ranked as they stand; those of grade -1 are not judged."""
    collection = Collection.from_rows(
        "one",
        queries=[{"id": "q", "text": "?", "lang": "de"}],
        passages=[{"id": f"p{n:03}", "text": "!", "lang": language} for n, language in enumerate(languages)],
        relevant={("q", f"p{n:03}"): grade for n, grade in enumerate(grades) if grade >= 0},
    )
    vectors = -np.arange(len(languages), dtype=np.float32)[:, None]
    return rank_relevant(np.ones((1, 1), np.float32), vectors, collection, depth=top or len(languages)), collection


def one(
    languages: Sequence[str], grades: Sequence[int], *, mode: Mode, weights: dict[int, float], cutoff: int = 1_000
) -> float:
    return float(peer(*ranked(languages, grades), mode=mode, cutoff=cutoff, weights=weights)[0])


LANGUAGES = ["de", "en", "de", "zh", "en", "en", "zh", "de", "de", "zh", "en", "zh", "de", "en"]
GRADES = [0, 1, 1, 0, 3, 1, 0, 1, 3, 0, 3, 1, 0, 3]


@pytest.mark.parametrize(
    ("weights", "at_3", "at_8", "at_14"),
    [
        ({1: 1.0}, 0.7069649474817516, 0.7470175003104327, 0.25479806471646155),
        ({0: 0.25, 1: 0.25, 3: 0.5}, 0.926741236870438, 0.5237736463829556, 0.7229724203701371),
        ({0: 1.0}, 1.0, 0.22067136191984324, 1.0),
    ],
)
def test_reference_gives_numbers_recorded_from_the_package(
    weights: dict[int, float], at_3: float, at_8: float, at_14: float
) -> None:
    found = [one(LANGUAGES, GRADES, mode="reference", weights=weights, cutoff=cutoff) for cutoff in (3, 8, 14)]
    assert found == pytest.approx([at_3, at_8, at_14], abs=1e-12)


def test_reference_is_nan_where_the_package_divides_zero_by_zero() -> None:
    assert math.isnan(one(["zh", "zh", "de", "zh", "en"], [0, 0, 1, 0, 1], mode="reference", weights={1: 1}, cutoff=4))
    assert math.isnan(one(["zh", "de"], [-1, -1], mode="reference", weights={1: 1.0}))  # not judged


def test_reference_is_0_for_a_query_without_hits_as_the_package_fills_in() -> None:
    ranks, collection = ranked(["de", "en", "de"], [1, 1, 1])
    empty = replace(ranks, top_passage=np.full((1, 3), -1), top_score=np.full((1, 3), -np.inf, dtype=np.float32))
    assert peer(empty, collection, mode="reference", cutoff=3, weights={1: 1.0}) == [0]


def literal_corrected(case: Case, query: int, *, cutoff: int, weights: Mapping[int, float]) -> float:
    """scipy's Kruskal-Wallis over all passages of a level, those below the cutoff at one and the same place."""
    judged, hits = case.judged(query), case.ranking(query)[:cutoff]
    values, used = [], []
    for level, weight in weights.items():
        groups: dict[str, list[int]] = {}
        for passage, language in enumerate(case.passage_languages()):
            if judged.get(passage, 0) == level:
                groups.setdefault(language, []).append(hits.index(passage) if passage in hits else 10**6)
        if len(groups) > 1 and max(map(len, groups.values())) > 1:
            everything = {place for group in groups.values() for place in group}
            values.append(1.0 if len(everything) == 1 else float(kruskal(*groups.values()).pvalue))
            used.append(weight)
    return math.fsum(v * w for v, w in zip(values, used, strict=True)) / math.fsum(used) if used else math.nan


@settings(max_examples=80, deadline=None)
@given(cases(max_passages=100), st.sampled_from(WEIGHTS), st.integers(1, 120))
def test_corrected_equals_scipys_test_of_all_passages_of_a_level(
    case: Case, weights: dict[int, float], cutoff: int
) -> None:
    expected = [literal_corrected(case, n, cutoff=cutoff, weights=weights) for n in range(len(case.queries))]
    try:
        found = measured(case, "corrected", depth=cutoff, cutoff=cutoff, weights=weights)
    except DataError:  # some level tells languages apart in no query
        alone = [
            [literal_corrected(case, n, cutoff=cutoff, weights={level: 1}) for n in range(len(case.queries))]
            for level in weights
        ]
        assert any(np.isnan(level).all() for level in alone)
        return
    assert found == pytest.approx(expected, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("mode", ["reference", "corrected"])
def test_queries_in_chunks_give_what_they_give_together(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(languages=["ar", "de", "en"], queries=40, passages=60, values=3, seed=5)
    weights = {0: 0.5, 1: 0.25, 2: 0.25}
    together = measured(case, mode, depth=20, cutoff=20, weights=weights)
    monkeypatch.setattr(module, "_CHUNK", 140)  # seven queries at a time
    np.testing.assert_array_equal(measured(case, mode, depth=20, cutoff=20, weights=weights), together)


@pytest.mark.parametrize("mode", ["reference", "corrected"])
def test_the_passage_that_a_query_is_counts_no_more_than_if_it_were_not_there(mode: Mode) -> None:
    languages, grades = ["de", "en", "zh", "de", "en", "zh"] * 3, [1, 0, -1, 1, 1, -1] * 3
    _, whole = ranked([*languages, "de"], [*grades, -1])
    with_own = Collection(
        "own",
        queries=whole.queries,
        passages=whole.passages,
        judgements=whole.judgements,
        query_passage=np.array([len(languages)]),
    )
    vectors = -np.arange(len(languages) + 1, dtype=np.float32)[:, None]
    vectors[-1] = 9  # it would be first
    ranks = rank_relevant(np.ones((1, 1), np.float32), vectors, with_own, depth=100)
    for weights in ({0: 1.0}, {1: 1.0}):
        found = peer(ranks, with_own, mode=mode, cutoff=100, weights=weights)
        assert found == pytest.approx([one(languages, grades, mode=mode, weights=weights)])


def test_corrected_does_not_change_where_only_other_levels_move_but_reference_does() -> None:
    relevant = ["de", "en", "de", "en", "en"]
    front = ([*relevant, *["zh"] * 9], [1] * 5 + [0] * 9)
    apart = (["de", "en", *["zh"] * 9, "de", "en", "en"], [1, 1, *[0] * 9, 1, 1, 1])
    corrected = [one(*pool, mode="corrected", weights={1: 1.0}) for pool in (front, apart)]
    reference = [one(*pool, mode="reference", weights={1: 1.0}) for pool in (front, apart)]
    assert corrected[0] == corrected[1]
    assert reference[0] == pytest.approx(corrected[0])  # nothing missing, nothing between: the same test
    assert reference[1] != pytest.approx(reference[0], abs=0.05)


def test_corrected_is_small_where_hits_are_in_one_language_and_uniform_where_they_are_not() -> None:
    sided = ["de"] * 50 + ["en"] * 50
    assert one(sided, [-1] * 100, mode="corrected", weights={0: 1.0}, cutoff=10) < 0.005
    assert one(sided, [0] * 100, mode="reference", weights={0: 1.0}, cutoff=10) == 1  # only German was found
    rng = np.random.default_rng(0)
    fair = [one(list(rng.permutation(sided)), [1] * 100, mode="corrected", weights={1: 1.0}) for _ in range(200)]
    assert mean_peer(np.array(fair)) == pytest.approx(0.5, abs=0.05)
    assert np.mean(np.array(fair) < 0.1) == pytest.approx(0.1, abs=0.05)


def test_one_passage_a_language_is_refused_where_it_says_the_same_of_every_ranking() -> None:
    eleven = ["ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh"]
    rng = np.random.default_rng(0)
    for _ in range(5):
        shuffled = list(rng.permutation(eleven))
        assert one(shuffled, [1] * 11, mode="reference", weights={1: 1.0}) == pytest.approx(0.4405, abs=5e-5)
        with pytest.raises(DataError, match=r"nothing about level 1.*\.4405"):
            one(shuffled, [1] * 11, mode="corrected", weights={1: 1.0})
    with pytest.raises(DataError, match="nothing about level 2"):  # also where another level would do
        one([*eleven, "de", "de", "en"], [1] * 12 + [2] * 2, mode="corrected", weights={1: 0.5, 2: 0.5})


def test_the_mean_leaves_out_queries_without_a_value() -> None:
    assert mean_peer(np.array([0.25, math.nan, 0.75])) == 0.5
    with pytest.raises(DataError, match="undefined for every query"):
        mean_peer(np.array([math.nan]))


def test_refusals_of_bad_settings() -> None:
    ranks, collection = ranked(["de", "en"] * 4, [1] * 8, top=5)
    good = {1: 1.0}
    with pytest.raises(ConfigError, match="reference, corrected"):
        peer(ranks, collection, mode="paper", cutoff=5, weights=good)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="at least 1"):
        peer(ranks, collection, mode="corrected", cutoff=0, weights=good)
    with pytest.raises(ConfigError, match="needs 6 hits a query, but 5"):
        peer(ranks, collection, mode="corrected", cutoff=6, weights=good)
    for bad in ({}, {1: 0.7}, {0: -0.5, 1: 1.5}):
        with pytest.raises(ConfigError, match="add up to 1"):
            peer(ranks, collection, mode="corrected", cutoff=5, weights=bad)
