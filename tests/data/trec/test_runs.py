import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pytrec_eval

from helpers.literal import Case, make_case
from isoglot.data.collection import Collection
from isoglot.data.trec.runs import read_run, write_run
from isoglot.errors import DataError
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded
from isoglot.evaluation.measures import MEASURES
from isoglot.evaluation.ranks import rank_relevant
from isoglot.evaluation.settings import score

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
    evaluate_embedded(case.embedded, options=EvaluationOptions(run=path, draws=20))
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
    ranks = rank_relevant(case.queries, case.passages, case.collection, depth=7)
    write_run(case.collection, tmp_path / "run", passages=ranks.top_passage, scores=ranks.top_score)
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
    hits, scores = np.zeros((1, 1), dtype=np.int64), np.ones((1, 1), dtype=np.float32)
    with pytest.raises(DataError, match=r"spaced: id '.*' has white space"):
        write_run(collection, tmp_path / "run", passages=hits, scores=scores)
    assert not list(tmp_path.iterdir())


def test_a_run_ends_after_its_last_hit(case: Case, tmp_path: Path) -> None:
    lengths = np.arange(20) % 4
    ranks = case.run(lengths)
    write_run(case.collection, tmp_path / "run", passages=ranks.top_passage, scores=ranks.top_score)
    lines = (tmp_path / "run").read_text(encoding="utf-8").splitlines()
    ids = case.collection.queries["id"].to_pylist()
    assert [line.split()[0] for line in lines] == [ids[n] for n in range(20) for _ in range(lengths[n])]


RUN = [
    ("q2", "p1", 2.0),
    ("q1", "p\u00a03", 1.5),  # a no-break space separates nothing
    ("q2", "é", -0.25),
    ("q1", "p1", 1e-3),
    ("q1", '"p0', 2.5),
]
LINES = [f"{query} Q0 {passage} 1 {score!r} tag" for query, passage, score in RUN]


def read(path: Path) -> list[tuple[str, str, float]]:
    run = read_run(path)
    queries, passages = run.queries.to_pylist(), run.passages.to_pylist()
    hits = [(queries[n], hit) for n in range(len(queries)) for hit in range(run.start[n], run.start[n + 1])]
    return [(query, passages[run.passage[hit]], float(run.score[hit])) for query, hit in hits]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace(" ", "\t"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text.rstrip(),
        lambda text: "\n" + text.replace("\n", "\n\n"),
        lambda text: text.replace(" ", " \t "),
        lambda text: text.replace("\n", " \n"),
        lambda text: " " + text.replace("\n", "\n  "),
        lambda text: text.replace("Q0 p1", "Q0\vp1"),
        lambda text: text.replace("2.5", "+2.5e0"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_run_is_read_whatever_separates_its_columns(
    change: Callable[[str], str], packed: bool, tmp_path: Path
) -> None:
    content = change("\n".join(LINES) + "\n").encode()
    path = tmp_path / ("run.gz" if packed else "run")
    path.write_bytes(gzip.compress(content) if packed else content)
    wanted = [row for query in ("q2", "q1") for row in RUN if row[0] == query]
    assert read(path) == [(query, passage, float(np.float32(score))) for query, passage, score in wanted]


def test_scores_are_those_that_trec_eval_keeps(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("q Q0 a 1 1.000000000001 t\nq Q0 b 2 1 t\nq Q0 c 3 -1e50 t\nq Q0 d 4 inf t\n")
    run = read_run(tmp_path / "run")
    assert run.score.dtype == np.float32
    assert run.score.tolist() == [1, 1, -np.inf, np.inf]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("q1 Q0 p9 1 0.5", r"run: line 3 has 5 columns, but a line of a TREC run has 6 \(query Q0 passage rank score"),
        ("q1 Q0 p 9 1 0.5 tag", "run: line 3 has 7 columns"),
        ("q1  p9 1 0.5 tag", "run: line 3 has 5 columns"),
        ("q1 Q0 p9 1 high tag", "run: line 3: score 'high' is not a number"),
        ("q1 Q0 p9 1 1_0 tag", "run: line 3: score '1_0' is not a number"),
        ("q1 Q0 p9 1 nan tag", "run: line 3: score 'nan' is not a number"),
        ("q1 Q0 p1 1 0.5 tag", "run: line 3: passage 'p1' is there a second time for query 'q1'"),
        ("q1 Q0 p\udcff 1 0.5 tag", "run: line 3 is not UTF-8"),
    ],
)
@pytest.mark.parametrize("separator", [" ", "   "])
def test_what_is_wrong_with_a_run_is_said_with_its_line(line: str, error: str, separator: str, tmp_path: Path) -> None:
    lines = ["", "q1 Q0 p1 1 1.5 tag".replace(" ", separator), line, "q2 Q0 p1 1 1 tag"]
    (tmp_path / "run").write_bytes("\n".join(lines).encode(errors="surrogateescape"))
    with pytest.raises(DataError, match=error):
        read_run(tmp_path / "run")
