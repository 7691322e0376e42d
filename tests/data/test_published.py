"""What published collections have in them, taken alike whatever the format, with trec_eval's numbers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytrec_eval

from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.encoder.similarity import Similarity
from isoglot.errors import DataError
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded
from isoglot.evaluation.measures import parse_measure

PASSAGES = {1: "Cranes dance.", 2: " ", 3: "Herons wait.", 4: None}  # ids are whole numbers
QUERIES = {11: "who dances", 12: "", 13: "who waits"}
JUDGED = [(11, 1, 2), (11, 90, 1), (11, 91, 0), (12, 3, 1), (13, 92, 1), (99, 1, 1)]  # 9x are not there
FAULTS = {
    "empty queries": 1,
    "empty passages": 2,
    "judgements of absent queries": 1,
    "judgements of absent passages": 3,
}


def lines(path: Path, rows: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))


def beir(folder: Path) -> str:
    lines(folder / "corpus.jsonl", [{"_id": n, "text": text, "lang": "en"} for n, text in PASSAGES.items()])
    lines(folder / "queries.jsonl", [{"_id": n, "text": text, "lang": "en"} for n, text in QUERIES.items()])
    lines(folder / "qrels" / "test.tsv", [f"{q}\t{p}\t{grade}" for q, p, grade in JUDGED])
    return str(folder)


def trec(folder: Path, topics: str, qrels: str, corpus: str) -> None:
    lines(folder / topics, [f"{n}\t{text}" for n, text in QUERIES.items()])
    lines(folder / qrels, [f"{q} 0 {p} {grade}" for q, p, grade in JUDGED])
    lines(folder / corpus, [{"docid": n, "title": "", "text": text} for n, text in PASSAGES.items()])


def miracl(folder: Path) -> str:
    names = ("topics.miracl-v1.0-en-dev.tsv", "qrels.miracl-v1.0-en-dev.tsv", "miracl-corpus-v1.0-en/docs-0.jsonl")
    trec(folder, *names)
    return f"miracl:{folder}"


def mrtydi(folder: Path) -> str:
    trec(folder / "mrtydi-v1.0-english", "topic.test.tsv", "qrels.test.txt", "collection/docs.jsonl")
    return f"mrtydi:{folder}"


@pytest.mark.parametrize("write", [beir, miracl, mrtydi])
def test_every_format_is_taken_alike(write: Callable[[Path], str], tmp_path: Path) -> None:
    source = write(tmp_path)
    made = load_collection(source)
    assert made.passages["id"].to_pylist() == ["1", "2", "3", "4"]
    assert made.passages["text"].to_pylist() == ["Cranes dance.", "", "Herons wait.", ""]
    assert made.faults == FAULTS
    judged = made.judgements
    assert [judged.query.tolist(), judged.passage.tolist(), judged.grade.tolist()] == [[0, 1], [0, 2], [2, 1]]
    assert (made.never_found.query.tolist(), made.never_found.grade.tolist()) == ([0, 2], [1, 1])
    with pytest.raises(DataError, match="query '12' has an empty text"):
        load_collection(source, strict=True)


def test_strict_names_the_line_of_a_judgement(tmp_path: Path) -> None:
    folder = Path(beir(tmp_path))
    lines(folder / "corpus.jsonl", [{"_id": n, "text": "text", "lang": "en"} for n in PASSAGES])
    lines(folder / "queries.jsonl", [{"_id": n, "text": "text", "lang": "en"} for n in QUERIES])
    with pytest.raises(DataError, match=r"test\.tsv: line 6: query '99' is judged but not there"):
        load_collection(folder, strict=True)
    lines(folder / "qrels" / "test.tsv", [f"{q}\t{p}\t{grade}" for q, p, grade in JUDGED[:-1]])
    with pytest.raises(DataError, match=r"test\.tsv: line 2: passage '90' is judged but not there"):
        load_collection(folder, strict=True)


def test_measures_are_those_of_trec_eval_on_the_same_judgements(tmp_path: Path) -> None:
    made = load_collection(beir(tmp_path))
    random = np.random.default_rng(0)
    sides = [random.normal(size=(len(table), 5)).astype(np.float32) for table in (made.queries, made.passages)]
    names = {"map": "map", "ndcg_cut_10": "ndcg@10", "recall_100": "r@100", "recip_rank": "mrr"}
    options = EvaluationOptions(draws=20, measures=[parse_measure(name) for name in names])
    found = evaluate_embedded(
        Embedded(collection=made, queries=sides[0], passages=sides[1], similarity=Similarity.DOT), options=options
    )
    assert found.faults == FAULTS
    qrels: dict[str, dict[str, int]] = {}
    for query, passage, grade in JUDGED:
        qrels.setdefault(str(query), {})[str(passage)] = grade
    scores = sides[0] @ sides[1].T
    ids = made.passages["id"].to_pylist()
    run = {
        query: dict(zip(ids, row.tolist(), strict=True))
        for query, row in zip(made.queries["id"].to_pylist(), scores, strict=True)
    }
    wanted = pytrec_eval.RelevanceEvaluator(qrels, set(names)).evaluate(run)
    for theirs, ours in names.items():
        mean = np.mean([values[theirs] for values in wanted.values()])
        for setting in ("mono", "multi"):
            assert found.value(setting, ours) == pytest.approx(mean, abs=1e-6)


def test_what_is_never_found_goes_with_its_queries(tmp_path: Path) -> None:
    made = load_collection(beir(tmp_path))
    some = made.of_queries(np.array([2]))
    assert (some.never_found.query.tolist(), some.faults) == ([0], FAULTS)
    whole = Collection("none", queries=made.queries, passages=made.passages, judgements=made.judgements)
    assert made.fingerprint != whole.fingerprint
