"""BEIR folders: what is written is read, by others too, and a bad row is named by file, line and key."""

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isoglot.data.collection import Collection
from isoglot.data.formats.beir import read_beir, read_corpus, write_beir
from isoglot.data.sample import load_sample
from isoglot.errors import DataError

texts = st.text(min_size=1).filter(str.strip)
tags = st.sampled_from(["de", "en", "pt-BR", "zh"])
ids = st.text(st.characters(codec="utf-8", exclude_characters="\t\r\n"), min_size=1).filter(str.strip)
passage_rows = st.fixed_dictionaries({"id": ids, "text": texts, "lang": tags})
query_rows = st.fixed_dictionaries(
    {"id": ids, "text": texts, "lang": tags}, optional={"cluster": texts, "domain": texts}
)


@st.composite
def collections(draw: st.DrawFn) -> Collection:
    queries = draw(st.lists(query_rows, min_size=1, max_size=4, unique_by=lambda row: row["id"]))
    passages = draw(st.lists(passage_rows, min_size=1, max_size=4, unique_by=lambda row: row["id"]))
    pairs = st.tuples(*(st.sampled_from([row["id"] for row in rows]) for rows in (queries, passages)))
    relevant = draw(st.dictionaries(pairs, st.integers(-2, 3), min_size=1))
    return Collection.from_rows("beir", queries=queries, passages=passages, relevant=relevant)


@given(collections())
@settings(max_examples=20, deadline=None)
def test_what_is_written_is_read(collection: Collection) -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "beir")
        write_beir(collection, folder)
        found = read_beir(folder)
        files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert files == {"corpus.jsonl", "queries.jsonl", "qrels/test.tsv"}
    assert found.name == "beir"
    assert found.queries.equals(collection.queries)
    assert found.passages.equals(collection.passages)
    assert found.fingerprint == collection.fingerprint


def test_the_files_are_as_others_read_them(tmp_path: Path) -> None:
    queries = [{"id": "q", "text": "Où?", "lang": "fr", "cluster": "c", "domain": "d"}]
    passages = [{"id": "p", "text": "Là\n", "lang": "fr"}]
    write_beir(Collection.from_rows("set", queries=queries, passages=passages, relevant={("q", "p"): 2}), tmp_path)
    assert {path.name: path.read_text("utf-8") for path in tmp_path.rglob("*.*")} == {
        "corpus.jsonl": '{"_id": "p", "text": "Là\\n", "lang": "fr", "group": "p"}\n',
        "queries.jsonl": '{"_id": "q", "text": "Où?", "lang": "fr", "cluster": "c", "domain": "d", "group": "q"}\n',
        "test.tsv": "query-id\tcorpus-id\tscore\nq\tp\t2\n",
    }


def test_the_sample_is_written_over_another_and_read(tmp_path: Path) -> None:
    sample = Collection.from_parallel("sample", load_sample("sample/test"))
    folder(tmp_path)
    write_beir(sample, tmp_path)
    assert read_beir(tmp_path).fingerprint == sample.fingerprint


CORPUS = [
    {"_id": "p1", "text": "one", "lang": "EN", "title": "A title"},
    {"_id": "p2", "text": "zwei ", "lang": "de", "title": ""},
]
QUERIES = [
    {"_id": "q1", "text": "one?", "lang": "en", "cluster": 0, "domain": "help", "metadata": {}},
    {"_id": "q2", "text": "two?", "lang": "en", "cluster": None},
]
QRELS = ["query-id\tcorpus-id\tscore", "q1\tp1\t1", "q2\tp2\t0", "q1\tp2\t-1"]


def lines(*rows: Any) -> bytes:
    """One line a row; bytes as they are."""
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)


def folder(path: Path, *, corpus: bytes | None = None, queries: bytes | None = None, qrels: str = "") -> Path:
    (path / "qrels").mkdir()
    (path / "corpus.jsonl").write_bytes(lines(*CORPUS) if corpus is None else corpus)
    (path / "queries.jsonl").write_bytes(lines(*QUERIES) if queries is None else queries)
    (path / "qrels" / "test.tsv").write_text(qrels or "\n".join(QRELS))
    return path


@pytest.mark.parametrize(
    "qrels", ["\n".join(QRELS), "\r\n".join(QRELS), "\ufeff" + "\n\n".join(QRELS), "\n".join(QRELS[1:])]
)
def test_a_folder_by_others_is_read(tmp_path: Path, qrels: str) -> None:
    found = read_beir(folder(tmp_path, qrels=qrels))
    assert found.passages["text"].to_pylist() == ["A title one", "zwei "]
    assert found.passages["lang"].to_pylist() == ["en", "de"]
    assert found.queries["cluster"].to_pylist() == ["0", None]
    assert found.queries["domain"].to_pylist() == ["help", tmp_path.name]
    assert found.judgements.query.tolist() == [0, 0, 1]
    assert found.judgements.passage.tolist() == [0, 1, 1]
    assert found.judgements.grade.tolist() == [1, -1, 0]


@pytest.mark.parametrize("name", ["corpus", "queries"])
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"lang": None}, 'key "lang" must be a non-empty string'),
        ({"lang": "xx"}, "key \"lang\": 'xx' is not a language code"),
        ({"text": 7}, 'key "text" must be a text'),
        ({"_id": ""}, 'key "_id" must be a non-empty string or a whole number'),
        ({"_id": True}, 'key "_id" must be a non-empty string or a whole number'),
        ({"_id": "first"}, "_id 'first' was used in line 1"),
        (b"{", r"is not JSON \(.* at column 2\)"),
        (b'"text"', "must be a JSON object, not str"),
        (b'{"text": "\xe4"}', "is not UTF-8 text"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, name: str, bad: Any, message: str) -> None:
    row = {"_id": "first", "text": "text", "lang": "en"}
    content = lines(row, bad if isinstance(bad, bytes) else {**row, "_id": "second", **bad})
    folder(tmp_path, corpus=content if name == "corpus" else None, queries=content if name == "queries" else None)
    with pytest.raises(DataError, match=rf"{tmp_path}/{name}\.jsonl: line 2:? {message}"):
        read_beir(tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        *(
            (line, "must be query-id, corpus-id and a whole score, separated by tabs")
            for line in (
                "q1\tp1\t1.5",
                "q1\tp1\t--1",
                "q1\tp1\t²",
                "q1\tp1\t",
                "q1 p1 1",
                "q1\tp1",
                "q1\t0\tp1\t1",
            )
        ),
        ("q2\tp2\t1", r"passage 'p2' has grade 1 for query 'q2', but grade 0 in line 3; keep one"),
    ],
)
def test_a_bad_judgement_is_named(tmp_path: Path, line: str, message: str) -> None:
    folder(tmp_path, qrels="\n".join([*QRELS, line]))
    with pytest.raises(DataError, match=rf"{tmp_path}/qrels/test\.tsv: line 5: {message}"):
        read_beir(tmp_path)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_an_empty_or_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    path = folder(tmp_path) / name
    path.write_text(QRELS[0] if name.endswith(".tsv") else "")
    with pytest.raises(DataError, match=f"{path}: no (rows|judgement) in the file"):
        read_beir(tmp_path)
    path.unlink()
    with pytest.raises(DataError, match=f"{path}: no such file"):
        read_beir(tmp_path)


@pytest.mark.parametrize("identity", ["a\tb", "a\nb", "a\r"])
def test_an_id_that_qrels_cannot_hold_is_refused(tmp_path: Path, identity: str) -> None:
    row = {"id": identity, "text": "text", "lang": "en"}
    collection = Collection.from_rows("set", queries=[row], passages=[row], relevant={(identity, identity): 1})
    with pytest.raises(DataError, match="has a tab or a line break in it"):
        write_beir(collection, tmp_path / "new")
    assert not (tmp_path / "new").exists()


ROWS: list[Any] = [*CORPUS, *QUERIES]
BARE = [{key: value for key, value in row.items() if key != "lang"} for row in ROWS]


def test_rows_without_a_language_have_the_one_told(tmp_path: Path) -> None:
    folder(tmp_path, corpus=lines(BARE[0], CORPUS[1]), queries=lines(BARE[2], {**BARE[3], "lang": None}))
    with pytest.raises(
        DataError, match=r'corpus\.jsonl: line 1: key "lang" must be .*, unless .* beir@LANGUAGE:FOLDER'
    ):
        read_beir(tmp_path)
    found = read_beir(tmp_path, language="PT_br")
    assert found.passages["lang"].to_pylist() == ["pt-BR", "de"]
    assert found.queries["lang"].to_pylist() == ["pt-BR", "pt-BR"]


def test_files_may_be_gzipped(tmp_path: Path) -> None:
    expected = read_beir(folder(tmp_path)).fingerprint
    for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
        path = tmp_path / name
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
        assert read_beir(tmp_path).fingerprint == expected


def test_a_passage_may_be_its_title_alone(tmp_path: Path) -> None:
    folder(tmp_path, corpus=lines({**CORPUS[0], "text": ""}, CORPUS[1]))
    assert read_beir(tmp_path).passages["text"].to_pylist()[0] == "A title"


def test_a_split_is_chosen(tmp_path: Path) -> None:
    qrels = folder(tmp_path) / "qrels"
    (qrels / "test.tsv").rename(qrels / "dev.tsv")
    assert len(read_beir(tmp_path).judgements.query) == 3  # the only one there
    (qrels / "train.tsv").write_text("query-id\tcorpus-id\tscore\nq2\tp1\t1\n")
    assert read_beir(tmp_path, split="train").queries["id"].to_pylist() == ["q2"]  # q1 belongs to dev
    for split in (None, "valid"):
        with pytest.raises(DataError, match=f"qrels: no split '{split or 'test'}'; the folder has dev, train"):
            read_beir(tmp_path, split=split)


def test_the_same_judgement_twice_is_one(tmp_path: Path) -> None:
    folder(tmp_path, qrels="\n".join([*QRELS, QRELS[1]]))
    assert read_beir(tmp_path).judgements.grade.tolist() == [1, -1, 0]


def test_a_corpus_needs_no_queries(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_bytes(lines(*({**row, "group": 7} for row in CORPUS)))
    assert read_corpus(tmp_path)["group"].to_pylist() == ["7", "7"]
