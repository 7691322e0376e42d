import numpy as np
import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.literal import Case, cases
from isoglot.errors import ConfigError
from isoglot.evaluation.measures import MEASURES, Rankings, parse_measure
from isoglot.evaluation.ranks import rank_relevant
from isoglot.evaluation.settings import SETTINGS, Setting, score

TREC_NAMES = {
    "map": "map",
    "ndcg@10": "ndcg_cut_10",
    "mrr": "recip_rank",
    "r@1": "recall_1",
    "r@10": "recall_10",
    "r@100": "recall_100",
}


def trec_eval(case: Case, query: int, pool: str | None) -> dict[str, float] | None:
    """pytrec_eval on the complete ranking of one pool; None without a relevant passage in it."""
    ids, languages = case.collection.passages["id"].to_pylist(), case.passage_languages()
    inside = [n for n in range(len(ids)) if pool in (None, languages[n])]
    qrels = {ids[n]: grade for n, grade in case.judged(query).items() if n in inside}
    if max(qrels.values(), default=0) < 1:
        return None
    run = {ids[n]: case.score(query, n) for n in inside}
    measures = {"map", "recip_rank", "ndcg_cut.10", "recall.1,10,100"}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": qrels}, measures)
    found: dict[str, float] = evaluator.evaluate({"q": run})["q"]
    return found


def expected(case: Case, setting: Setting) -> dict[tuple[int, str], dict[str, float]]:
    """(query, cell) -> trec_eval's measures, for every topic of the setting."""
    everything = {}
    for query, own in enumerate(case.query_languages()):
        for other in case.collection.languages if setting == "cross" else [own]:
            cell = f"{own}>{other}" if setting == "cross" else own
            if setting != "cross" or other != own:
                everything[query, cell] = trec_eval(case, query, None if setting == "multi" else other)
    return {topic: found for topic, found in everything.items() if found is not None}


@settings(max_examples=150, deadline=None)
@given(cases())
def test_measures_equal_trec_evals_in_every_setting(case: Case) -> None:
    ranks = rank_relevant(case.queries, case.passages, case.collection)
    for setting in SETTINGS:
        scores, wanted = score(setting, ranks, case.collection, MEASURES), expected(case, setting)
        if scores is None:
            assert not wanted
            continue
        topics = [(int(q), scores.cells[c]) for q, c in zip(scores.query, scores.cell, strict=True)]
        assert sorted(topics) == sorted(wanted)
        for name, values in scores.values.items():
            reference = [wanted[topic][TREC_NAMES[name]] for topic in topics]
            np.testing.assert_allclose(values, reference, rtol=0, atol=1e-6, err_msg=f"{setting} {name}")


def test_by_hand_with_grades_and_relevant_passages_beyond_the_cutoff() -> None:
    # Topic 0: grade 1 at rank 2 and grade 3 at rank 20. Topic 1: grade 2 at rank 1.
    rankings = Rankings.build(np.array([1, 0, 0]), np.array([1, 20, 2]), np.array([2, 3, 1]), topics=2)
    wanted = {
        "map": [(1 / 2 + 2 / 20) / 2, 1],
        "mrr": [1 / 2, 1],
        "ndcg@10": [(1 / np.log2(3)) / (3 + 1 / np.log2(3)), 1],
        "ndcg@20": [(1 / np.log2(3) + 3 / np.log2(21)) / (3 + 1 / np.log2(3)), 1],
        "r@1": [0, 1],
        "r@10": [1 / 2, 1],
        "r@100": [1, 1],
    }
    for name, values in wanted.items():
        np.testing.assert_allclose(parse_measure(name)(rankings), values, err_msg=name)


# Grades by rank of the relevant passages that a run of 30 hits has, and of those that it does not have.
TOPICS = st.lists(
    st.tuples(st.dictionaries(st.integers(1, 30), st.integers(1, 3), max_size=12), st.lists(st.integers(1, 3))),
    min_size=1,
    max_size=6,
)
SPELLINGS = {
    "map": "map",
    "map_cut_3": "AP@3",
    "recip_rank": "RR",
    "ndcg": "nDCG",
    "ndcg_cut_5": "nDCG@5",
    "recall_3": "R@3",
    "P_4": "P@4",
    "P_100": "P@100",
    "success_2": "Success@2",
}


@settings(max_examples=60, deadline=None)
@given(TOPICS)
def test_runs_that_lack_passages_and_topics_without_any_equal_trec_evals(
    topics: list[tuple[dict[int, int], list[int]]],
) -> None:
    entries, qrels = [], {}
    for topic, (found, lacking) in enumerate(topics):
        entries += [(topic, float(rank), grade) for rank, grade in found.items()]
        entries += [(topic, np.inf, grade) for grade in lacking]
        lost = {f"lacking {n}": grade for n, grade in enumerate(lacking)}
        qrels[str(topic)] = {"wrong": 0, **{str(rank): grade for rank, grade in found.items()}, **lost}
    run = {topic: {str(rank): -float(rank) for rank in range(1, 31)} for topic in qrels}
    reference = pytrec_eval.RelevanceEvaluator(qrels, set(SPELLINGS)).evaluate(run)
    columns = np.array(entries, dtype=np.float64).reshape(-1, 3).T
    rankings = Rankings.build(columns[0].astype(np.int64), columns[1], columns[2].astype(np.int64), topics=len(topics))
    for trec, name in SPELLINGS.items():
        wanted = [reference[str(topic)][trec] for topic in range(len(topics))]
        np.testing.assert_allclose(parse_measure(name)(rankings), wanted, rtol=0, atol=1e-6, err_msg=name)


def test_reciprocal_rank_ends_at_its_cutoff() -> None:
    rankings = Rankings.build(np.array([0, 1, 2]), np.array([3.0, 4.0, np.inf]), np.ones(3, np.int64), topics=4)
    np.testing.assert_allclose(parse_measure("RR@3")(rankings), [1 / 3, 0, 0, 0])


@pytest.mark.parametrize(
    ("name", "mean", "others"),
    [
        ("AP", "map", ["ap", "MAP"]),
        ("AP@5", "map@5", ["map_cut_5"]),
        ("RR", "mrr", ["recip_rank"]),
        ("RR@10", "mrr@10", ["MRR@10"]),
        ("nDCG", "ndcg", ["NDCG"]),
        ("nDCG@10", "ndcg@10", ["ndcg_cut_10", "ndcg_cut.10", "NDCG@010"]),
        ("R@100", "r@100", ["recall_100", "Recall@100"]),
        ("P@5", "p@5", ["P_5"]),
        ("Success@1", "success@1", ["success_1"]),
    ],
)
def test_every_spelling_is_one_measure(name: str, mean: str, others: list[str]) -> None:
    measure = parse_measure(name)
    assert (measure.name, str(measure), measure.mean) == (name, name, mean)
    assert {parse_measure(spelling) for spelling in (mean, *others)} == {measure}


def test_the_default_measures_are_those_of_the_field() -> None:
    assert [measure.mean for measure in MEASURES] == ["map", "ndcg@10", "mrr", "r@1", "r@10", "r@100"]


@pytest.mark.parametrize("name", ["", "precision", "@10", "map@", "r", "P", "r@0", "ndcg@-1", "r@1.5", "r@²", "x10"])
def test_what_is_no_measure_is_said_to_be_none(name: str) -> None:
    with pytest.raises(ConfigError, match="is not a measure: use AP, RR, nDCG, AP@k"):
        parse_measure(name)
