"""The project's own format: what goes in comes out, and what cannot go in is named by file, line and key."""

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isoglot.data.formats.jsonl import read_jsonl
from isoglot.data.lines import digest_files
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

GOOD = {"id": "a", "query": {"en": "question"}, "passage": {"en": "answer"}}
LINE = json.dumps(GOOD).encode() + b"\n"
PACKED = gzip.compress(LINE, mtime=0)

texts = st.text(min_size=1).filter(str.strip)
tags = st.sampled_from(["de", "en", "pt-BR", "zh"])
by_language = st.dictionaries(tags, texts, min_size=1)
labels = st.none() | st.text() | st.integers(-1, 1)
items = st.fixed_dictionaries(
    {"id": texts, "query": by_language, "passage": by_language},
    optional={
        "group": labels,
        "page": labels,
        "domain": labels,
        "negatives": st.none() | st.dictionaries(tags, st.lists(texts, max_size=2)),
    },
)


def write(path: Path, *rows: Any) -> Path:
    """One JSON line a row; bytes are written as they are."""
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    content = b"".join(line + b"\n" for line in lines)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def label(*values: Any) -> str:
    return str(next(value for value in values if value is not None and value != ""))


def expected(row: dict[str, Any], *, domain: str, languages: set[str]) -> dict[str, Any]:
    """What is read of a row; negatives in a language that nothing is asked or answered in are of no use."""
    negatives = row.get("negatives") or {}
    return {
        "id": row["id"],
        "group": label(row.get("group"), row.get("page"), row["id"]),
        "domain": label(row.get("domain"), domain),
        "source": "",
        "query": row["query"],
        "passage": row["passage"],
        "negatives": {tag: texts for tag, texts in negatives.items() if texts and tag in languages},
    }


@given(
    st.lists(items, min_size=1, max_size=6, unique_by=lambda row: str(row["id"])),
    st.sampled_from(["help.jsonl", "help.jsonl.gz"]),
)
@settings(max_examples=15, deadline=None)
def test_what_is_written_is_read(rows: list[dict[str, Any]], name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = read_jsonl(write(Path(folder, name), *rows))
        again = read_jsonl(write(Path(folder, name), *rows))
    languages = {tag for row in rows for side in ("query", "passage") for tag in row[side]}
    assert set(data.languages) == languages
    assert list(data) == [expected(row, domain="help", languages=languages) for row in rows]
    assert again.fingerprint == data.fingerprint


def test_tags_are_normalised_and_blank_lines_and_a_byte_order_mark_passed_over(tmp_path: Path) -> None:
    row = {"id": "a", "query": {"EN": "q", "pt_br": "p"}, "passage": {"zho": "z"}, "negatives": {"ZH": ["n"]}}
    data = read_jsonl(write(tmp_path / "a.jsonl", b"\xef\xbb\xbf" + json.dumps(row).encode(), b"", b"  "))
    assert data.languages == ("en", "pt-BR", "zh")
    assert next(iter(data))["negatives"] == {"zh": ["n"]}


@pytest.mark.parametrize(
    "change",
    [
        {"query": {"en": "questions"}},
        {"passage": {"de": "answer"}},
        {"negatives": {"en": ["no answer"]}},
        {"group": "page"},
        {"id": "b"},
    ],
)
def test_the_fingerprint_is_of_the_content(tmp_path: Path, change: dict[str, Any]) -> None:
    (tmp_path / "elsewhere").mkdir()
    first = read_jsonl(write(tmp_path / "a.jsonl", GOOD))
    for name in ("a.jsonl", "a.jsonl.gz"):
        assert read_jsonl(write(tmp_path / "elsewhere" / name, GOOD)).fingerprint == first.fingerprint
    assert read_jsonl(write(tmp_path / "a.jsonl", {**GOOD, **change})).fingerprint != first.fingerprint


def test_the_file_name_counts_only_where_it_names_the_domain(tmp_path: Path) -> None:
    one, two = (read_jsonl(write(tmp_path / name, GOOD)) for name in ("wiki.jsonl", "reddit.jsonl"))
    assert [next(iter(data))["domain"] for data in (one, two)] == ["wiki", "reddit"]
    assert one.fingerprint != two.fingerprint
    told = {**GOOD, "domain": "help"}
    one, two = (read_jsonl(write(tmp_path / name, told)) for name in ("wiki.jsonl", "reddit.jsonl"))
    assert one.fingerprint == two.fingerprint


def test_a_language_with_null_is_not_there_and_an_id_may_be_a_number(tmp_path: Path) -> None:
    row = {"id": 7, "query": {"en": "q", "de": None}, "passage": {"de": None, "en": "p"}, "negatives": {"en": None}}
    data = read_jsonl(write(tmp_path / "a.jsonl", row))
    assert data.languages == ("en",)
    assert [(row["id"], row["query"], row["negatives"]) for row in data] == [("7", {"en": "q"}, {})]


LABELS = {  # id -> label, as XNLI and PAWS-X write them
    "yes": "entailment",
    "one": 1,
    "text": "1",
    "no": "contradiction",
    "nought": 0,
    "perhaps": "neutral",
    "unknown": None,
}


def test_a_label_says_which_items_are_pairs(tmp_path: Path) -> None:
    rows = [{**GOOD, "id": name, "label": value} for name, value in LABELS.items()]
    path = write(tmp_path / "a.jsonl", *rows, {**GOOD, "id": "absent"})
    data = read_jsonl(path)
    assert list(data.rows["id"]) == ["yes", "one", "text"]
    assert data.left_out == {"negative items": 2, "neutral items": 1, "unlabelled items": 2}
    negative, every = (read_jsonl(path, pairs=pairs) for pairs in ("negative", "all"))
    assert list(negative.rows["id"]) == ["no", "nought"]
    assert len(every) == len(rows) + 1
    assert len({data.fingerprint, negative.fingerprint, every.fingerprint}) == 3


def test_without_a_label_in_the_file_every_item_is_a_pair(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", GOOD, {**GOOD, "id": "b", "label": None})
    data = read_jsonl(path)
    assert (len(data), data.left_out) == (2, {})
    with pytest.raises(DataError, match='no item has a key "label"'):
        read_jsonl(path, pairs="negative")
    alike = write(tmp_path / "b.jsonl", {**GOOD, "label": 0})
    with pytest.raises(DataError, match="no item is labelled as a positive"):
        read_jsonl(alike)


def test_a_sentence_in_several_languages_is_query_and_passage(tmp_path: Path) -> None:
    texts = {"en": "Snow falls.", "de": "Es schneit."}
    sentences = [{"id": f"s{n}", "doc": f"d{n // 2}", "text": texts} for n in range(4)]
    data = read_jsonl(write(tmp_path / "a.jsonl.gz", *sentences, GOOD))
    assert [row["query"] for row in data] == [row["passage"] for row in data.select(range(4))] + [GOOD["query"]]
    assert next(iter(data))["passage"] == texts
    assert (data.groups.tolist(), data.docs.tolist()) == ([0, 1, 2, 3, 4], [0, 0, 1, 1, 2])
    assert data.fingerprint != read_jsonl(write(tmp_path / "a.jsonl", *sentences[:3], GOOD)).fingerprint
    assert list(read_jsonl(tmp_path / "a.jsonl.gz", passage="sentence").rows["id"]) == ["s0", "s1", "s2", "s3"]


def test_a_doc_that_older_readers_passed_over_is_not_served_from_their_cache(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", *({**GOOD, "id": f"{n}", "doc": "d"} for n in range(2)))
    rows = [{**GOOD, "id": f"{n}", "group": f"{n}", "domain": "a"} for n in range(2)]
    ParallelDataset.from_rows(rows, languages=["en"], key=f"jsonl 2 a {digest_files(path)}")
    assert read_jsonl(path).docs.tolist() == [0, 0]


PASSAGE = "It snows. It rains. It snows."
ANSWERED = [
    {"id": "span", "sentence_span": {"en": [10, 19]}, "answer": {"en": "snows"}, "answer_start": {"en": 3}},
    {"id": "near", "answer": {"en": "snows"}, "answer_start": {"en": 25}},
    {"id": "first", "answer": {"en": "rains"}},
    {"id": "start", "answer_start": {"en": 12}},
    {"id": "nowhere", "answer": {"en": "hail"}},
    {"id": "silent"},
]


def test_the_sentence_of_the_answer_is_the_passage(tmp_path: Path) -> None:
    rows = [{"query": {"en": "What?"}, "passage": {"en": PASSAGE}, "group": "p", **row} for row in ANSWERED]
    data = read_jsonl(write(tmp_path / "a.jsonl", *rows), passage="sentence")
    assert {row["id"]: row["passage"]["en"] for row in data} == {
        "span": "It rains.",
        "near": "It snows.",
        "first": "It rains.",
        "start": "It rains.",
    }
    assert data.left_out == {"items without an answer sentence": 2}
    assert data.groups.tolist() == [0] * 4
    spans = write(tmp_path / "b.jsonl", rows[0])
    assert read_jsonl(spans).fingerprint != read_jsonl(spans, passage="sentence").fingerprint
    with pytest.raises(DataError, match=r'no line says which sentence holds the answer.*passage = "whole"'):
        read_jsonl(write(tmp_path / "c.jsonl", rows[-1]), passage="sentence")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {"sentence_span": {"en": [3, 3]}},
            '"sentence_span.en" is .3, 3., which is no sentence of a passage of 29',
        ),
        ({"sentence_span": {"en": [0, 30]}}, "which is no sentence"),
        ({"sentence_span": {"en": "0-9"}}, "two whole numbers, but is '0-9'"),
        ({"sentence_span": [0, 9]}, 'key "sentence_span" must be an object by language'),
        ({"answer_start": {"en": 29}}, "language 'en': \"answer_start\" must be a place in the passage"),
        ({"answer": {"en": 7}}, "language 'en': \"answer\" must be a text, but is 7"),
    ],
)
def test_an_answer_outside_of_its_passage_is_told(tmp_path: Path, said: dict[str, Any], message: str) -> None:
    path = write(tmp_path / "a.jsonl", {**GOOD, "passage": {"en": PASSAGE}, **said})
    with pytest.raises(DataError, match=f"{path}: line 1: .*{message}"):
        read_jsonl(path, passage="sentence")
    assert len(read_jsonl(path)) == 1


def test_an_unanswerable_question_is_a_negative(tmp_path: Path) -> None:
    rows = ({**GOOD, "id": str(value), "is_impossible": value} for value in (True, False))
    assert list(read_jsonl(write(tmp_path / "a.jsonl", *rows)).rows["id"]) == ["False"]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"query": "no tag"}, 'key "query" must be an object of texts by language'),
        ({"query": {}}, 'key "query" must be an object of texts by language'),
        ({"passage": None}, 'key "passage" must be an object of texts by language'),
        ({"passage": {"": "untagged"}}, "key \"passage\": '' is not a language code"),
        ({"query": {"xx": "no language"}}, "key \"query\": 'xx' is not a language code"),
        ({"query": {"en": "twice", "EN": "twice"}}, "key \"query\": 'en' and 'EN' are one language"),
        ({"query": {"en": " \n"}}, 'key "query.en" must be a non-empty text'),
        ({"passage": {"en": None}}, 'key "passage" must be an object of texts by language'),
        ({"negatives": ["no tag"]}, 'key "negatives" must be an object of lists'),
        ({"negatives": {"en": "no list"}}, 'key "negatives" must be an object of lists'),
        ({"negatives": {"en": [""]}}, 'key "negatives.en" must be a non-empty text'),
        ({"negatives": {"xx": ["n"]}}, "key \"negatives\": 'xx' is not a language code"),
        ({"id": "a"}, "id 'a' was used in line 1"),
        ({"id": ""}, 'key "id" must be a non-empty string'),
        ({"id": True}, 'key "id" must be a non-empty string'),
        ({"label": 2}, 'key "label" must be 1 or entailment, 0 or contradiction, neutral or null, but is 2'),
        ({"label": "no"}, 'key "label" must be 1 or entailment'),
        ({"relevance": 0}, 'key "relevance" is not read, and may make the pair none'),
        ({"doc": 7}, 'key "doc" must be a text that names the document, but is 7'),
        ({"text": {"en": "a sentence"}}, 'keys "text" and "query" in one row'),
        ({"query": None, "text": {"en": "a sentence"}}, 'keys "text" and "passage" in one row'),
        ({"query": None, "passage": None, "text": {}}, 'key "text" must be an object of texts by language'),
        ({"query": None, "passage": None, "text": {"en": " "}}, 'key "text.en" must be a non-empty text'),
        (b'{"id": "b", "query": {"en": ', r"is not JSON \(.* at column 29\)"),
        (b'["id"]', "must be a JSON object, not list"),
        (b'{"id": "\xfftail"}', "is not UTF-8 text"),
        (b'{"id": "b", "query": {"en": "half \\ud83d"}}', "is not Unicode text"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, bad: dict[str, Any] | bytes, message: str) -> None:
    line = bad if isinstance(bad, bytes) else {**GOOD, "id": "b", **bad}
    path = write(tmp_path / "a.jsonl", GOOD, b"", line, {**GOOD, "id": "c"})
    with pytest.raises(DataError, match=f"{path}: line 3:? {message}") as caught:
        read_jsonl(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", None, "no such file"),
        ("a.jsonl", b"", "no items in the file"),
        ("a.jsonl.gz", b"", "no items in the file"),
        ("a.jsonl", b"\n \n", "no items in the file"),
        ("a.jsonl.gz", PACKED[:-20], "the gzip file ends or breaks"),
        ("a.jsonl.gz", PACKED + b"more", "the gzip file ends or breaks after line 1"),
        ("a.jsonl.gz", PACKED[:10] + b"\xff" * 20, "the gzip file ends or breaks"),
        ("a.jsonl.gz", LINE, "the gzip file ends or breaks"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=f"{path}: {message}"):
        read_jsonl(path)
