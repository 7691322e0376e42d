import json
import math
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import numpy as np
import pyarrow.compute as pc
import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.literal import Case, make_case
from helpers.scored import scored
from isoglot.data.collection import Collection
from isoglot.data.trec.qrels import read_qrels
from isoglot.data.trec.runs import read_run, write_run
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation import hitlists
from isoglot.evaluation.measures import MEASURES, parse_measure
from isoglot.evaluation.results import CollectionResult
from isoglot.evaluation.score import rank_run
from isoglot.evaluation.summarise import summarise

PASSAGES = [f"p{n}" for n in range(12)] + ["é", "\uffee", "𐀀"]  # the last two: byte order is not UTF-16 order
SCORES = [-math.inf, -1.0, -0.0, 0.0, 1.0, 1.0 + 1e-12, 1.0 + 1e-6, 2.5, math.inf]
TREC = ("map", "map_cut_3", "recip_rank", "ndcg", "ndcg_cut_5", "recall_3", "P_5", "success_1")
Scored = dict[str, dict[str, float]]
Judged = dict[str, dict[str, int]]


def by_query(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    of_query = st.dictionaries(st.sampled_from(PASSAGES), values, min_size=1)
    return st.dictionaries(st.sampled_from(["q1", "q2", "q3", "q4"]), of_query, min_size=1)


def write(folder: Path, run: Scored, qrels: Judged) -> tuple[Path, Path]:
    hits = ((query, passage, score) for query, own in run.items() for passage, score in own.items())
    judged = ((query, passage, grade) for query, own in qrels.items() for passage, grade in own.items())
    (folder / "run").write_text("".join(f"{q} Q0 {p} 0 {score!r} t\n" for q, p, score in hits), encoding="utf-8")
    (folder / "qrels").write_text("".join(f"{q} 0 {p} {grade}\n" for q, p, grade in judged), encoding="utf-8")
    return folder / "run", folder / "qrels"


def judged_at_all(qrels: Judged) -> bool:
    """pytrec_eval 0.5.10 does not come back from a query all of whose grades are negative."""
    return all(max(own.values()) >= 0 for own in qrels.values())


@settings(max_examples=150, deadline=None)
@given(
    run=by_query(st.sampled_from(SCORES)),
    qrels=by_query(st.integers(-1, 3)).filter(judged_at_all),
    tile=st.sampled_from([1, 20, 1 << 19]),
)
def test_a_run_has_trec_evals_measures(run: Scored, qrels: Judged, tile: int) -> None:
    with TemporaryDirectory() as folder, mock.patch.object(hitlists, "_TILE", tile):
        paths = write(Path(folder), run, qrels)
        rankings = rank_run(read_run(paths[0]), read_qrels(paths[1]))
    reference = pytrec_eval.RelevanceEvaluator(qrels, set(TREC)).evaluate(run)
    for name in TREC:
        wanted = [reference.get(query, {}).get(name, 0.0) for query in qrels]
        np.testing.assert_allclose(parse_measure(name)(rankings), wanted, rtol=0, atol=1e-6, err_msg=name)


@given(by_query(st.sampled_from(SCORES)))
def test_the_best_of_a_list_are_in_trec_evals_order(run: Scored) -> None:
    with TemporaryDirectory() as folder:
        found = read_run(write(Path(folder), run, {})[0])
    lists = hitlists.Lists(start=found.start, passage=found.passage, score=found.score, ids=found.passages)
    order = np.argsort(pc.sort_indices(found.passages).to_numpy())
    passages, scores = lists.best(order, depth=20)
    for row, query in enumerate(found.queries.to_pylist()):
        hits = [(np.float32(score), passage) for passage, score in run[query].items()]
        hits.sort(key=lambda hit: (hit[0], hit[1].encode()), reverse=True)
        count = len(hits)
        assert [found.passages[n].as_py() for n in passages[row, :count]] == [passage for _, passage in hits]
        assert scores[row, :count].tolist() == [score for score, _ in hits]
        assert (passages[row, count:] == -1).all()
        assert np.isneginf(scores[row, count:]).all()


def only_judged(case: Case) -> Case:
    """Without the queries that no judgement names, which a run and its qrels do not tell of."""
    judged = np.unique(case.collection.judgements.query)
    rows = [case.collection.queries.slice(n, 1).to_pylist()[0] for n in judged]
    passages = case.collection.passages.to_pylist()
    grades = ((row["id"], case.judged(n)) for n, row in zip(judged, rows, strict=True))
    relevant = {(query, passages[p]["id"]): grade for query, own in grades for p, grade in own.items()}
    collection = Collection.from_rows("qrels", queries=rows, passages=passages, relevant=relevant)
    return Case(collection, case.queries[judged], case.passages)


def values(result: CollectionResult) -> dict[str, Any]:
    """Every number of a result, as plain lists."""
    tables = {
        table: {name: array.tolist() for name, array in scores.values.items()}
        | {"topics": [(int(query), scores.cells[cell]) for query, cell in zip(scores.query, scores.cell, strict=True)]}
        for table, scores in result.topics.tables.items()
    }
    groups = {**result.settings, "bias": result.bias}
    estimates = {group: {name: asdict(e) for name, e in found.items()} for group, found in groups.items()}
    return {"tables": tables, "estimates": estimates, "pool_share": result.pool_share}


@pytest.mark.parametrize("seed", range(6))
def test_a_run_of_a_collection_is_scored_as_the_collection_is(seed: int, tmp_path: Path) -> None:
    case = only_judged(make_case(languages=["de", "en", "zh"], queries=12, passages=120, values=3, seed=seed))
    collection = case.collection
    lengths = np.random.default_rng(seed).choice([0, 1, 7, 60, 120], size=len(case.queries))
    lengths[0] = 40
    ranks = case.run(lengths)
    ranks = replace(ranks, language_rank=np.where(np.isinf(ranks.pool_rank), np.inf, ranks.language_rank))
    write_run(collection, tmp_path / "run", passages=ranks.top_passage, scores=ranks.top_score)
    ids = collection.passages["id"].to_pylist()
    queries = collection.queries.to_pylist()
    grades = [(row["id"], ids[p], grade) for n, row in enumerate(queries) for p, grade in case.judged(n).items()]
    (tmp_path / "qrels.tsv").write_text("".join("\t".join(map(str, row)) + "\n" for row in grades), encoding="utf-8")
    languages = zip(ids, collection.passages["lang"].to_pylist(), strict=True)
    (tmp_path / "passages.tsv").write_text("".join(f"{p}\t{lang}\n" for p, lang in languages), encoding="utf-8")
    rows = ({"_id": row["id"], **{key: row[key] for key in ("lang", "cluster", "group")}} for row in queries)
    (tmp_path / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = scored(
        tmp_path / "run",
        tmp_path / "qrels.tsv",
        query_language=tmp_path / "queries.jsonl",
        passage_language=str(tmp_path / "passages.tsv"),
        draws=20,
        seed=3,
    )
    wanted = summarise(ranks, collection, measures=MEASURES, draws=20, seed=3)
    np.testing.assert_equal(values(found), values(wanted))
    assert found.sizes == {**wanted.sizes, "missing queries": int((lengths == 0).sum()), "ignored queries": 0}


RUN = {"q1": {"d1": 3.0, "e1": 2.0}, "q9": {"x": 1.0}}
QRELS = {"q1": {"e1": 1, "d1": 0}, "q2": {"d1": 1}, "q3": {"d2": 0}}


def test_without_languages_a_run_has_the_plain_means_of_its_topics(tmp_path: Path) -> None:
    result = scored(*write(tmp_path, RUN, QRELS), measures=[parse_measure("RR"), parse_measure("P@2")], draws=20)
    assert {name: estimate.value for name, estimate in result.settings["multi"].items()} == {"mrr": 0.25, "p@2": 0.25}
    assert result.settings.keys() == result.topics.tables.keys() == {"multi"}
    assert result.bias == {}
    assert math.isnan(result.pool_share)
    assert (result.name, result.topics.queries) == ("qrels", ("q1", "q2", "q3"))
    assert result.sizes == {
        "queries": 3,
        "passages": 3,
        "languages": 1,
        "clusters": 3,
        "missing queries": 2,
        "ignored queries": 1,
    }


def test_tags_stand_for_all_and_the_fingerprint_for_what_a_run_is_scored_on(tmp_path: Path) -> None:
    run, qrels = write(tmp_path, RUN, QRELS)
    across = scored(run, qrels, query_language="DE", passage_language="en", draws=20)
    assert across.settings.keys() >= {"cross", "multi"}
    assert "mono" not in across.settings
    assert across.settings["cross"]["map"].cells == {"de>en": 0.25}
    other, _ = write(tmp_path, {"q2": {"d7": 1.0}}, QRELS)
    again = scored(other, qrels, query_language="de", passage_language="en", draws=20)
    assert again.fingerprint == across.fingerprint
    assert scored(other, qrels, draws=20).fingerprint != across.fingerprint


@pytest.mark.parametrize(
    ("passages", "error"),
    [
        ("e1\ten\nd1\tde\n", "passages: no language for passage 'd2' of .*run or .*qrels; add it to the file"),
        ("e1\ten\nd1 de\n", "passages: line 2 must be an id, a tab and a language, but has 1 columns"),
        ("e1\ten\nd1\t\n", "passages: line 2 has no language"),
        ("e1\ten\ne1\ten\n", "passages: line 2: id 'e1' was used in line 1"),
        ("e1\ten\nd1\tDeutsch!\n", "passages: line 2: 'Deutsch!' is not a language code"),
    ],
)
def test_what_is_wrong_with_languages_is_said_with_the_file(passages: str, error: str, tmp_path: Path) -> None:
    run, qrels = write(tmp_path, RUN, QRELS)
    (tmp_path / "passages").write_text(passages)
    with pytest.raises(DataError, match=error):
        scored(run, qrels, query_language="de", passage_language=tmp_path / "passages")


def test_runs_that_cannot_be_scored_are_refused(tmp_path: Path) -> None:
    run, qrels = write(tmp_path, RUN, {"q1": {"d1": 0}})
    with pytest.raises(DataError, match="qrels: no grade is above 0"):
        scored(run, qrels)
    with pytest.raises(DataError, match=r"none\.tsv: no such file"):
        scored(*write(tmp_path, RUN, QRELS), query_language="none.tsv", passage_language="en")
    with pytest.raises(ConfigError, match="of both queries and passages, or of neither"):
        scored(run, qrels, query_language="de")
