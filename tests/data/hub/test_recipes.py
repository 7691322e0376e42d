"""Named data sets of the hub in their real layouts, in miniature: read, joined, refused and held to the lock."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytrec_eval

from helpers.commandline import run
from helpers.hub import Hub
from helpers.tables import lines, parquet
from isoglot.data.hub.lock import accept
from isoglot.data.load import load_collection, load_parallel
from isoglot.data.registry import available
from isoglot.errors import DataError
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate

CONVERTED = "refs/convert/parquet"
DOCUMENTS = 12


class Letters:
    """A vector of how often each letter stands in a text."""

    def encode_query(self, inputs: list[str], **_: Any) -> np.ndarray:
        counts = [[text.count(letter) + 0.1 for letter in "abcdefgh"] for text in inputs]
        return np.array(counts, dtype=np.float32)

    encode_document = encode_query


def word(seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("abcdefgh"), size=12))


@pytest.fixture
def miracl(hub: Hub) -> Hub:
    """Two languages with three topics and twelve passages each, in two shards."""
    topics, corpus = {}, {}
    for number, language in enumerate(("ar", "sw")):
        base, seed = f"miracl-v1.0-{language}", 100 * number
        stem = f"miracl-v1.0-{language}-dev.tsv"
        topics[f"{base}/topics/topics.{stem}"] = "".join(f"{n}\t{word(seed + n)}\n" for n in range(3))
        graded = [(n, d, int((n + d) % 3 == 0)) for n in range(3) for d in range(DOCUMENTS) if (n + d) % 2]
        topics[f"{base}/qrels/qrels.{stem}"] = "".join(f"{n} Q0 {d}#0 {grade}\n" for n, d, grade in graded)
        rows = [{"docid": f"{d}#0", "title": word(seed + 50 + d), "text": word(seed + d)} for d in range(DOCUMENTS)]
        for shard in range(2):
            packed = gzip.compress(lines(rows[6 * shard : 6 * shard + 6]).encode(), mtime=0)
            corpus[f"miracl-corpus-v1.0-{language}/docs-{shard}.jsonl.gz"] = packed
    hub.put("miracl/miracl", {**topics, "miracl.py": "never run"})
    hub.put("miracl/miracl-corpus", corpus)
    return hub


def test_miracl_from_topics_to_the_ndcg_of_trec_eval(miracl: Hub) -> None:
    found = load_collection("miracl/dev@ar,sw")
    assert (found.name, len(found), len(found.passages)) == ("miracl/dev@ar,sw", 6, 2 * DOCUMENTS)
    assert found.passages["id"][0].as_py() == "ar/0#0"
    measured = evaluate(
        Letters(), found, options=EvaluationOptions(measures=["nDCG@10"], draws=20, cache=False)
    ).collections[found.name]
    qrels: dict[str, dict[str, int]] = {row["id"]: row["relevant"] for row in found}
    texts = {side: table["text"].to_pylist() for side, table in (("q", found.queries), ("p", found.passages))}
    queries, passages = (
        vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        for vectors in map(Letters().encode_query, (texts["q"], texts["p"]))
    )
    scores = (queries.astype(np.float64) @ passages.astype(np.float64).T).tolist()
    ids = found.passages["id"].to_pylist()
    run = {row["id"]: dict(zip(ids, of, strict=True)) for row, of in zip(found, scores, strict=True)}
    reference = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.10"}).evaluate(run)
    mean = float(np.mean([reference[query]["ndcg_cut_10"] for query in qrels]))
    assert measured.value("multi", "nDCG@10") == pytest.approx(mean, abs=1e-9)
    assert 0 < mean < 1


def test_only_the_languages_that_are_named_are_fetched(miracl: Hub) -> None:
    assert load_collection("miracl@sw").languages == ("sw",)
    assert not [path for _, path, _ in miracl.asked if "-ar" in path]
    with pytest.raises(DataError, match="miracl: name the languages, such as miracl@ar,bn"):
        load_collection("miracl")
    with pytest.raises(DataError, match="miracl has nothing in el; its languages are ar, bn"):
        load_collection("miracl@el")
    with pytest.raises(DataError, match="miracl is a collection to evaluate on"):
        load_parallel("miracl@sw")


def triples(language: str, count: int = 40) -> list[dict[str, str]]:
    return [
        {"query": f"{language} query {n}", "positive": f"{language} passage {n}", "negative": f"{language} no {n}"}
        for n in range(count)
    ]


@pytest.fixture
def mmarco(hub: Hub) -> Hub:
    files = {f"{name}/train/0000.parquet": parquet(triples(name)) for name in ("german", "spanish")}
    hub.put("unicamp-dl/mmarco", files, revision=CONVERTED)
    return hub


def test_terms_are_accepted_once_by_name(mmarco: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DataError, match=r"non-commercial .* `isoglot data fetch mmarco --accept-licence mmarco`"):
        load_parallel("mmarco@de")
    code, out, _ = run(capsys, "data", "fetch", "mmarco@de", "--accept-licence", "mmarco")
    assert (code, Path(out.strip()).name) == (0, "0000.parquet")
    assert len(load_parallel("mmarco@de")) == 40
    assert "has no terms to accept" in run(capsys, "data", "fetch", "mmarco@de", "--accept-licence", "squad")[2]


def test_rows_of_one_number_are_one_item_in_several_languages(mmarco: Hub) -> None:
    accept("mmarco")
    data = load_parallel("mmarco@de,es#rows=7")
    assert (len(data), data.languages) == (7, ("de", "es"))
    assert data[6]["query"] == {"de": "german query 6", "es": "spanish query 6"}
    assert data[6]["negatives"] == {"de": ["german no 6"], "es": ["spanish no 6"]}
    assert {row["domain"] for row in data} == {"mmarco"}


def test_a_translation_that_is_missing_leaves_the_others(hub: Hub) -> None:
    accept("mmarco")
    rows = {name: triples(name, 2) for name in ("german", "spanish")}
    rows["spanish"][0]["positive"] = ""
    files = {f"{name}/train/0000.parquet": parquet(of) for name, of in rows.items()}
    hub.put("unicamp-dl/mmarco", files, revision=CONVERTED)
    data = load_parallel("mmarco@de,es")
    assert [tuple(row["passage"]) for row in data] == [("de",), ("de", "es")]
    assert data.left_out == {"rows without a text": 1}


def test_rows_that_cannot_be_translations_are_not_joined(hub: Hub) -> None:
    accept("mmarco")
    rows = {"german": triples("german", 4), "french": triples("french", 3)}
    files = {f"{name}/train/0000.parquet": parquet(of) for name, of in rows.items()}
    hub.put("unicamp-dl/mmarco", files, revision=CONVERTED)
    with pytest.raises(DataError, match="mmarco: de, fr do not have as many rows"):
        load_parallel("mmarco@de,fr")


def test_questions_of_one_id_are_joined_and_paragraphs_are_clusters(hub: Hub) -> None:
    files = {}
    for language in ("ar", "de"):
        rows = [
            {"id": f"q{n}", "title": "t", "context": f"{language} text {n // 2}", "question": f"{language} {n}?"}
            for n in range(4)
        ]
        files[f"mlqa.{language}.{language}/test/0000.parquet"] = parquet(rows[: 4 if language == "de" else 2])
    hub.put("facebook/mlqa", files, revision=CONVERTED)
    found = load_collection("mlqa@ar,de")
    assert (found.name, len(found), len(found.passages), found.sizes["clusters"]) == ("mlqa@ar,de", 6, 3, 2)
    assert found[0]["relevant"] == {"passage/q0/ar": 1, "passage/q0/de": 1}


def test_tables_of_several_languages_are_one_pool(hub: Hub) -> None:
    files = {}
    for language in ("arabic", "thai"):
        rows = [{"_id": f"p{n}", "title": "", "text": f"{language} {n}"} for n in range(2)]
        files[f"{language}-corpus/train/0.parquet"] = parquet(rows)
        files[f"{language}-queries/test/0.parquet"] = parquet([{"_id": "q", "text": f"{language}?"}])
        judged = [{"query-id": "q", "corpus-id": name, "score": 1} for name in ("p1", "absent")]
        files[f"{language}-qrels/test/0.parquet"] = parquet(judged)
    hub.put("mteb/mrtidy", files)
    found = load_collection("mrtydi@ar,th")
    assert found.passages["id"].to_pylist() == ["ar/p0", "ar/p1", "th/p0", "th/p1"]
    assert [row["relevant"] for row in found] == [{"ar/p1": 1}, {"th/p1": 1}]
    assert found.faults == {"judgements of absent passages": 2}


def test_labels_that_are_numbers_have_the_names_they_mean(hub: Hub) -> None:
    for_language = [{"premise": f"p{n}", "hypothesis": f"h{n}", "label": n} for n in range(3)]
    files = {f"{language}/validation/0000.parquet": parquet(for_language) for language in ("de", "th")}
    hub.put("facebook/xnli", files, revision=CONVERTED)
    data = load_parallel("xnli-hub@de,th")
    assert [row["query"] for row in data] == [{"de": "h0", "th": "h0"}]
    assert data.left_out == {"neutral items": 1, "negative items": 1}


def test_sets_of_one_language_are_read_as_their_columns_say(hub: Hub) -> None:
    plot = {"plot_id": "m", "plot": "A plot.", "question": "Who?", "question_id": "1", "no_answer": False}
    rows = [plot, {**plot, "question_id": "2", "no_answer": True}]
    hub.put("ibm/duorc", {"SelfRC/train/0.parquet": parquet(rows)}, revision=CONVERTED)
    assert [(row["id"], row["group"]) for row in load_parallel("duorc/train")] == [("1", "m")]
    questions = {"example_id": "7", "queries": {"en": "who?", "zh_cn": "谁?"}}
    hub.put("apple/mkqa", {"mkqa/train/0.parquet": parquet([questions])}, revision=CONVERTED)
    assert load_parallel("mkqa@en,zh-CN")[0]["query"] == {"en": "who?", "zh-CN": "谁?"}
    passage = [{"docid": "1", "title": "T", "text": "A."}]
    train = {"query_id": "1", "query": "a?", "positive_passages": passage, "negative_passages": passage}
    hub.put("castorini/mr-tydi", {"mrtydi-v1.1-thai/train.jsonl.gz": gzip.compress(lines([train]).encode())})
    assert load_parallel("mrtydi-train@th")[0]["passage"] == {"th": "T A."}


def test_belebele_is_found_by_the_names_of_its_files(hub: Hub) -> None:
    def variant(code: str) -> str:
        return lines(
            [{"link": "l", "question_number": 1, "flores_passage": f"{code}.", "question": "?", "dialect": code}]
        )

    hub.put("facebook/belebele", {f"data/{code}.jsonl": variant(code) for code in ("eng_Latn", "tha_Thai", "deu_Latn")})
    found = load_collection("belebele@en,th")
    assert (found.languages, len(found.judgements.query)) == (("en", "th"), 4)
    assert not [path for _, path, _ in hub.asked if "deu" in path]


def test_every_recipe_has_sources_for_its_languages_and_a_split_for_its_parts() -> None:
    for entry in available():
        if entry.recipe is None:
            continue
        assert set(entry.recipe.splits) == {"", *entry.parts}
        sources = getattr(entry.recipe, "sources", {})
        assert not sources or set(sources) in ({"all"}, set(entry.languages))
