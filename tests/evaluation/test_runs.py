from pathlib import Path

import numpy as np
import pytest
import pytrec_eval

from isoglot.data.collection import Collection
from isoglot.errors import DataError
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_vectors
from isoglot.evaluation.measures import MEASURES
from isoglot.evaluation.ranks import rank_relevant
from isoglot.evaluation.runs import write_run
from isoglot.evaluation.settings import score
from literal import Case, make_case

TREC = {
    "map": "map",
    "recip_rank": "mrr",
    "ndcg_cut_10": "ndcg@10",
    "recall_10": "r@10",
    "recall_100": "r@100",
}


@pytest.fixture(params=["with ties", "no ties"])
def case(request: pytest.FixtureRequest) -> Case:
    """The same collection with whole-number scores, many of them equal, and with scores of every digit."""
    tied = make_case(languages=["de", "en", "zh"], queries=20, passages=130, values=3, seed=5)
    if request.param == "with ties":
        return tied
    rng = np.random.default_rng(0)
    sizes = len(tied.queries), len(tied.passages)
    return Case(tied.collection, *(rng.normal(size=(size, 5)).astype(np.float32) for size in sizes))


def test_trec_eval_reads_the_run_and_finds_the_measures_of_the_pool(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "new" / "pool.trec"
    evaluate_vectors(case.queries, case.passages, case.collection, options=EvaluationOptions(run=path, draws=1))
    with path.open(encoding="utf-8") as file:
        run = pytrec_eval.parse_run(file)
    queries, passages = (table["id"].to_pylist() for table in (case.collection.queries, case.collection.passages))
    assert {query: len(hits) for query, hits in run.items()} == dict.fromkeys(queries, 130)
    qrels = {
        queries[n]: {passages[p]: grade for p, grade in case.grades(n).items()}
        for n in range(len(queries))
        if case.grades(n)
    }
    found = pytrec_eval.RelevanceEvaluator(qrels, {"map", "recip_rank", "ndcg_cut.10", "recall.10,100"}).evaluate(run)
    scores = score("multi", rank_relevant(case.queries, case.passages, case.collection), case.collection, MEASURES)
    assert scores is not None
    assert len(scores.query) == len(found) > 10
    for trec, name in TREC.items():
        reference = [found[queries[query]][trec] for query in scores.query]
        np.testing.assert_allclose(scores.values[name], reference, rtol=0, atol=1e-6, err_msg=name)


def test_lines_have_six_fields_in_the_order_of_the_ranking(case: Case, tmp_path: Path) -> None:
    write_run(
        rank_relevant(case.queries, case.passages, case.collection, depth=7),
        case.collection,
        tmp_path / "run",
    )
    rows = [line.split(" ") for line in (tmp_path / "run").read_text(encoding="utf-8").splitlines()]
    ids = case.collection.queries["id"].to_pylist()
    assert [row[0] for row in rows] == [query for query in ids for _ in range(7)]
    assert {(row[1], row[5], len(row)) for row in rows} == {("Q0", "isoglot", 6)}
    assert [int(row[3]) for row in rows] == [1, 2, 3, 4, 5, 6, 7] * len(ids)
    scores = np.array([float(row[4]) for row in rows]).reshape(-1, 7)
    assert (np.diff(scores) <= 0).all()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize(("query", "passage"), [("q 1", "p1"), ("q1", "p\t1"), ("q1", "p\u00a01")])
def test_an_id_with_white_space_is_an_error_and_leaves_nothing(query: str, passage: str, tmp_path: Path) -> None:
    collection = Collection.from_rows(
        "spaced",
        queries=[{"id": query, "text": "?", "lang": "en"}],
        passages=[{"id": passage, "text": "!", "lang": "en"}],
        relevant={(query, passage): 1},
    )
    one = np.ones((1, 1), dtype=np.float32)
    with pytest.raises(DataError, match=r"spaced: id '.*' has white space"):
        write_run(rank_relevant(one, one, collection), collection, tmp_path / "run")
    assert not list(tmp_path.iterdir())
