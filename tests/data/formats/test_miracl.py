"""MIRACL and Mr. TyDi: the official layout is found, languages make one pool, and a corpus is never held whole."""

import gzip
import json
import random
import tracemalloc
from pathlib import Path

import pytest

from isoglot.data.collection import Collection
from isoglot.data.formats import miracl
from isoglot.data.formats.miracl import read_miracl, read_mrtydi
from isoglot.errors import DataError

AR = [("12#0", "طيور", "الكركي يرقص."), ("12#1", "طيور", "الكركي يصيح."), ("7#0", "", "مالك الحزين ينتظر.")]
SW = [("12#0", "Ndege", "Korongo hucheza."), ("9#0", "Ndege", "Yange husubiri.")]


def put(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join(line + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def documents(rows: list[tuple[str, str, str]]) -> list[str]:
    return [json.dumps({"docid": docid, "title": title, "text": text}) for docid, title, text in rows]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two languages as the hub's data sets lay them out: Arabic in two shards, Swahili unpacked."""
    for language, topic, qrels in (
        ("ar", "3\tمن يرقص؟", ["3 Q0 12#0 1", "3 Q0 7#0 0"]),
        ("sw", "3\tNani?", ["3\tQ0\t9#0\t1"]),
    ):
        base = tmp_path / "miracl" / f"miracl-v1.0-{language}"
        put(base / "topics" / f"topics.miracl-v1.0-{language}-dev.tsv", topic)
        put(base / "qrels" / f"qrels.miracl-v1.0-{language}-dev.tsv", *qrels)
    corpus = tmp_path / "miracl-corpus"
    put(corpus / "miracl-corpus-v1.0-ar" / "docs-0.jsonl.gz", *documents(AR[:2]))
    put(corpus / "miracl-corpus-v1.0-ar" / "docs-1.jsonl.gz", *documents(AR[2:]))
    put(corpus / "miracl-corpus-v1.0-sw" / "docs-0.jsonl", *documents(SW))
    return tmp_path


def judged(collection: Collection) -> set[tuple[str, str, int]]:
    queries, passages = (table["id"].to_pylist() for table in (collection.queries, collection.passages))
    found = collection.judgements
    rows = zip(found.query.tolist(), found.passage.tolist(), found.grade.tolist(), strict=True)
    return {(queries[query], passages[passage], grade) for query, passage, grade in rows}


def test_languages_together_are_one_pool(folder: Path) -> None:
    made = read_miracl(folder)
    assert made.passages["id"].to_pylist() == ["ar/12#0", "ar/12#1", "ar/7#0", "sw/12#0", "sw/9#0"]
    assert made.passages["group"].to_pylist() == made.passages["id"].to_pylist()
    assert made.passages["text"].to_pylist()[2:4] == ["مالك الحزين ينتظر.", "Ndege Korongo hucheza."]
    assert made.passages["lang"].to_pylist() == ["ar"] * 3 + ["sw"] * 2
    assert [tuple(row.values())[:3] for row in made.queries.to_pylist()] == [
        ("ar/3", "من يرقص؟", "ar"),
        ("sw/3", "Nani?", "sw"),
    ]
    assert judged(made) == {("ar/3", "ar/12#0", 1), ("ar/3", "ar/7#0", 0), ("sw/3", "sw/9#0", 1)}
    assert made.name == "miracl"


def test_one_language_keeps_its_official_ids(folder: Path) -> None:
    made = read_miracl(folder, languages=["ar"])
    assert judged(made) == {("3", "12#0", 1), ("3", "7#0", 0)}
    assert made.languages == ("ar",)
    assert made.passage_group.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "path",
    [
        "miracl/miracl-v1.0-sw/qrels/qrels.miracl-v1.0-sw-dev.tsv",
        "miracl-corpus/miracl-corpus-v1.0-sw/docs-0.jsonl",
    ],
)
def test_a_missing_file_is_named(folder: Path, path: str) -> None:
    (folder / path).unlink()
    with pytest.raises(DataError, match=rf"{Path(path).name}: no such file"):
        read_miracl(folder)


def test_what_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(DataError, match=r"topics\.miracl-v1\.0-yo-dev\.tsv: no such file"):
        read_miracl(folder, languages=["ar", "yo"])
    with pytest.raises(DataError, match=r"topics\.miracl-v1\.0-LANGUAGE-train\.tsv: no such file for any language"):
        read_miracl(folder, split="train")
    corpus = folder / "miracl-corpus" / "miracl-corpus-v1.0-ar"
    (corpus / "docs-1.jsonl.gz").rename(corpus / "docs-2.jsonl.gz")
    with pytest.raises(DataError, match=r"miracl-corpus-v1\.0-ar/docs-1\.jsonl: no such file"):
        read_miracl(folder)


def test_a_bad_line_is_named(folder: Path) -> None:
    corpus = folder / "miracl-corpus" / "miracl-corpus-v1.0-ar" / "docs-1.jsonl.gz"
    for rows, message in (
        (
            documents([("12#0", "", "Again")]),
            r"docs-1\.jsonl\.gz: line 1: docid '12#0' was used in .*docs-0\.jsonl\.gz, line 1",
        ),
        (['{"docid": "7#0"}'], r'docs-1\.jsonl\.gz: line 1: key "text" must be a text'),
        (["{}"], r'docs-1\.jsonl\.gz: line 1: key "docid" must be a non-empty string'),
        (documents([("8#0", "", "Other")]), r"qrels.*-ar-dev\.tsv: line 2: passage '7#0' is judged but not there"),
    ):
        put(corpus, *rows)
        with pytest.raises(DataError, match=message):
            read_miracl(folder, strict=True)
    topics = folder / "miracl" / "miracl-v1.0-ar" / "topics" / "topics.miracl-v1.0-ar-dev.tsv"
    put(topics, "3 no tab")
    with pytest.raises(DataError, match=f"{topics}: line 1: must be a query id and its text"):
        read_miracl(folder)


def test_mrtydi_is_found_by_its_own_names(tmp_path: Path) -> None:
    for word, topics in (("arabic", "3\tمن؟"), ("swahili", "3\tNani?")):
        base = tmp_path / f"mrtydi-v1.0-{word}"
        put(base / "topic.test.tsv", topics)
        put(base / "qrels.test.txt", "3 Q0 12#0 1")
        put(base / "collection" / "docs.jsonl.gz", json.dumps({"id": "12#0", "contents": f"Title\n\n{word}"}))
    made = read_mrtydi(tmp_path)
    assert judged(made) == {("ar/3", "ar/12#0", 1), ("sw/3", "sw/12#0", 1)}
    assert made.passages["text"].to_pylist() == ["Title\n\narabic", "Title\n\nswahili"]
    assert judged(read_mrtydi(tmp_path, languages=["sw"])) == {("3", "12#0", 1)}
    with pytest.raises(DataError, match=r"mrtydi-v1\.0-english/topic\.test\.tsv: no such file"):
        read_mrtydi(tmp_path, languages=["en"])


def test_a_corpus_is_read_once_and_again_when_it_changes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_miracl(folder).fingerprint
    with monkeypatch.context() as patch:
        patch.setattr(miracl, "json_lines", lambda path: pytest.fail(f"{path} was read again"))
        assert read_miracl(folder).fingerprint == before
    put(
        folder / "miracl-corpus" / "miracl-corpus-v1.0-sw" / "docs-0.jsonl", *documents([*SW[1:], ("13#0", "", "Mpya")])
    )
    assert "sw/13#0" in read_miracl(folder).passages["id"].to_pylist()


def test_a_corpus_is_never_held_in_memory(tmp_path: Path) -> None:
    text, rows = "word " * 800, 12_000  # 48 MB
    with gzip.open(put(tmp_path / "miracl-corpus-v1.0-sw" / "docs-0.jsonl.gz"), "wt", compresslevel=1) as file:
        for number in range(rows):
            file.write(json.dumps({"docid": f"{number}#0", "title": "", "text": text}) + "\n")
    put(tmp_path / "topics.miracl-v1.0-sw-dev.tsv", "1\tNani?")
    put(tmp_path / "qrels.miracl-v1.0-sw-dev.tsv", f"1 Q0 {rows - 1}#0 1")
    peaks = []
    for _ in ("reading", "opening"):
        tracemalloc.start()
        made = read_miracl(tmp_path)
        assert made.judgements.passage.tolist() == [rows - 1]
        peaks.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
    assert peaks[0] < 30
    assert peaks[1] < 5


def test_the_real_judgements_are_read_whole(mirror: Path, tmp_path: Path) -> None:
    """Real topics and qrels of two languages; around them a corpus of random words."""
    draw = random.Random(0)
    lines = {}
    for language in ("sw", "zh"):
        for kind in ("topics", "qrels"):
            name = f"{kind}.miracl-v1.0-{language}-dev.tsv.gz"
            (tmp_path / name).write_bytes((mirror / "miracl" / name).read_bytes())
        lines[language] = gzip.decompress((tmp_path / name).read_bytes()).decode().splitlines()
        ids = [*{line.split()[2] for line in lines[language]}, *(f"noise{n}#0" for n in range(500))]
        draw.shuffle(ids)
        rows = [(docid, "", " ".join(draw.choices(["kiti", "meza", "nyumba", "椅子"], k=5))) for docid in ids]
        for shard in range(3):
            put(tmp_path / f"miracl-corpus-v1.0-{language}" / f"docs-{shard}.jsonl.gz", *documents(rows[shard::3]))
    made = read_miracl(tmp_path)
    expected = set()
    for language, held in lines.items():
        for query, _, passage, grade in map(str.split, held):
            expected.add((f"{language}/{query}", f"{language}/{passage}", int(grade)))
    assert judged(made) == expected
    assert len(made.judgements.query) == 5_092 + 3_928
    assert len(made.queries) == 482 + 393
