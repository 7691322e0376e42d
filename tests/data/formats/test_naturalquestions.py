"""Natural Questions in three layouts: the gold passage, the page as group, hard negatives, and what is refused."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isoglot.data.formats import naturalquestions
from isoglot.data.formats.naturalquestions import is_dpr, read_dpr, read_nq_oracle, read_qed
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError


def passage(text: str, title: str = "Cranes") -> dict[str, str]:
    return {"title": title, "text": text}


ORACLE = {"question": "what is p", "ctxs": [passage("Cranes are p."), passage("Herons are q.", "Herons")]}
QED = {"example_id": -7, "title_text": "Cranes", "question_text": "what is p", "paragraph_text": "Cranes are p ."}
DPR = {
    "question": "what is p",
    "positive_ctxs": [passage("Cranes are p."), passage("Other cranes.")],
    "hard_negative_ctxs": [passage("Herons.", "Herons"), passage("Swans.", "Swans")],
}


def lines(path: Path, *rows: Any) -> Path:
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def array(path: Path, rows: Any, *, indent: int | None = None) -> Path:
    content = json.dumps(rows, indent=indent).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def only(data: ParallelDataset) -> dict[str, Any]:
    (row,) = data
    return row


def test_the_oracle_gives_the_first_passage(tmp_path: Path) -> None:
    data = read_nq_oracle(lines(tmp_path / "a.jsonl.gz", ORACLE))
    row = only(data)
    assert (row["query"], row["passage"]) == ({"en": "what is p"}, {"en": "Cranes are p."})
    assert (row["domain"], data.languages) == ("nq", ("en",))


def test_qed_keeps_its_ids(tmp_path: Path) -> None:
    data = read_qed(lines(tmp_path / "a.jsonl", QED, {**QED, "example_id": 8}))
    assert data.rows["id"][:] == ["nq/-7", "nq/8"]
    with pytest.raises(DataError, match=r"a\.jsonl: question id 'nq/-7' occurs twice"):
        read_qed(lines(tmp_path / "a.jsonl", QED, QED, QED))


def test_a_group_is_a_page_and_what_shares_a_passage_with_it(tmp_path: Path) -> None:
    rows = [
        {**ORACLE, "ctxs": [passage(text, title)]}
        for text, title in [("p", "Cranes"), ("q", "Cranes"), ("p  ", "Gruidae"), ("r", "Gruidae"), ("s", "Herons")]
    ]
    assert read_nq_oracle(lines(tmp_path / "a.jsonl", *rows)).groups.tolist() == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("indent", [None, 4])
@pytest.mark.parametrize("chunk", [1, 7, 50, 1 << 20])
def test_dpr_is_read_item_by_item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indent: int, chunk: int) -> None:
    monkeypatch.setattr(naturalquestions, "_CHUNK_CHARACTERS", chunk)
    odd = passage('a ] of "brackets", [ and 𝔸 escapes \\ \n', "Cranes, [too]")
    items = [DPR, {**DPR, "positive_ctxs": []}, {**DPR, "positive_ctxs": [odd], "hard_negative_ctxs": []}]
    data = read_dpr(array(tmp_path / f"{indent}-{chunk}.json.gz", items, indent=indent), domain="trivia")
    first, last = data
    assert first["passage"] == {"en": "Cranes are p."}
    assert first["negatives"] == {"en": ["Herons.", "Swans."]}
    assert (last["id"], last["passage"], last["negatives"]) == ("dpr/3", {"en": odd["text"]}, {})
    assert {row["domain"] for row in data} == {"trivia"}


@pytest.mark.parametrize(
    ("reader", "row", "message"),
    [
        (read_nq_oracle, {**ORACLE, "question": " "}, 'line 2: key "question" must be a non-empty text'),
        (read_nq_oracle, {**ORACLE, "ctxs": {}}, 'line 2: key "ctxs" must be a list'),
        (read_nq_oracle, {**ORACLE, "ctxs": []}, 'line 2: key "ctxs" must hold the gold passage'),
        (read_nq_oracle, {**ORACLE, "ctxs": ["p"]}, 'line 2: "ctxs", first passage: key "text" must be'),
        (read_qed, {**QED, "example_id": None}, 'line 2: key "example_id" must be a number'),
        (read_qed, {**QED, "paragraph_text": 3}, 'line 2: key "paragraph_text" must be a non-empty text'),
    ],
)
def test_a_bad_line_is_named(
    tmp_path: Path, reader: Callable[[Path], ParallelDataset], row: dict[str, Any], message: str
) -> None:
    good = ORACLE if reader is read_nq_oracle else QED
    path = lines(tmp_path / "a.jsonl", good, row)
    with pytest.raises(DataError, match=f"{path}: {message}"):
        reader(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"data": []}, "not in DPR's layout"),
        ([DPR, 3], "item 2 must be a JSON object, not int"),
        ([{**DPR, "positive_ctxs": None}], 'item 1: key "positive_ctxs" must be a list'),
        ([{**DPR, "hard_negative_ctxs": [passage("")]}], 'item 1: "hard_negative_ctxs", passage 1: key "text"'),
        ([{**DPR, "positive_ctxs": [passage("half \ud83d")]}], 'item 1: .*key "text" is not Unicode text'),
        ([{**DPR, "positive_ctxs": []}], "no question with a passage"),
        ([], "no question with a passage"),
        (b"", "not JSON after item 0: the array does not end"),
        (b"[{}, ", "item 1: key"),
        (json.dumps([DPR]).encode()[:-1], "not JSON after item 1: the array does not end"),
        (json.dumps([DPR, DPR]).encode()[:-30], "not JSON after item 1: the array does not end"),
        (json.dumps([DPR]).encode() + b"x", "not JSON after item 1"),
        (json.dumps([DPR, DPR]).replace('"question"', "question").encode(), "not JSON after item 0"),
        (b'[{"question": "\xff"}]', "not UTF-8 text after item 0"),
    ],
)
def test_what_is_no_dpr_is_told(tmp_path: Path, content: Any, message: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    with pytest.raises(DataError, match=f"{path}: {message}"):
        read_dpr(path, domain="nq")


def test_a_damaged_or_missing_file_is_told(tmp_path: Path) -> None:
    path = array(tmp_path / "a.json.gz", [DPR])
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=f"{path}: a damaged gzip file"):
        read_dpr(path, domain="nq")
    with pytest.raises(DataError, match=r"absent\.json: no such file"):
        read_dpr(tmp_path / "absent.json", domain="nq")


def test_an_array_is_dprs(tmp_path: Path) -> None:
    assert is_dpr(array(tmp_path / "a.json.gz", [DPR], indent=4))
    assert not is_dpr(array(tmp_path / "b.json", {"data": [DPR]}))
    path = tmp_path / "c.json.gz"
    path.write_bytes(b"no gzip")
    with pytest.raises(DataError, match=f"{path}: a damaged gzip file"):
        is_dpr(path)


def test_the_real_files_are_read_whole(mirror: Path) -> None:
    oracle = read_nq_oracle(mirror / "nq" / "nq-open-oracle.jsonl.gz")
    train = read_qed(mirror / "nq" / "qed-train.jsonl.gz")
    dev = read_qed(mirror / "nq" / "qed-dev.jsonl.gz")
    assert (len(oracle), len(train), len(dev)) == (2_655, 7_167, 1_204)
    assert train.groups.max() + 1 == len(set(train.rows["group"])) < 7_167
