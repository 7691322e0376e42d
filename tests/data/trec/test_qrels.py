"""Judgements of TREC and of BEIR: one reader, told the layout or not."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from isoglot.data.trec.qrels import Layout, Qrels, read_qrels
from isoglot.errors import DataError

JUDGED = {"q1": {"p2": 1, "p1": 0}, "q2": {"p1": 3, "p3": -1}}


@pytest.mark.parametrize(
    "content",
    [
        "q1 0 p2 1\nq2 0 p1 3\nq1 0 p1 0\nq2 0 p3 -1\n",
        "q1\t0\tp2\t1\nq1  0 p1 0\nq2 0 p1 +3\nq2 0 p3 -1",
        "query-id\tcorpus-id\tscore\nq1\tp2\t1\nq1\tp1\t0\nq2\tp1\t3\nq2\tp3\t-1\n",
        "\nquery-id corpus-id score \nq1 p2 1\nq1 p1 0\nq2 p1 3\nq2 p3 -1\n",
        "q1\tp2\t1\nq1\tp1\t0\nq2\tp1\t3\nq2\tp3\t-1\n",
    ],
)
def test_qrels_of_trec_and_beir_are_read(content: str, tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text(content)
    qrels = read_qrels(tmp_path / "qrels")
    found: dict[str, dict[str, int]] = {}
    for query, passage, grade in zip(qrels.query, qrels.passage, qrels.grade.tolist(), strict=True):
        found.setdefault(qrels.queries[query].as_py(), {})[qrels.passages[passage].as_py()] = grade
    assert found == JUDGED
    assert (np.diff(qrels.query) >= 0).all()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (f"q1 0 p1 {'9' * 5_000}\n", "qrels: line 1: grade '9{39}…' is not a whole number"),
        ("q1 0 p1 0.5\n", "qrels: line 1: grade '0.5' is not a whole number"),
        ("q1 0 p1 1\nq1 0 p2 0x1\n", "qrels: line 2: grade '0x1' is not a whole number"),
        ("query-id corpus-id score\nq1 p1 1\nq1 p1 0\n", "line 3: passage 'p1' is there a second time for query 'q1'"),
        ("q1 p1\n", r"line 1 has 2 columns, .* 4 \(query iteration passage grade\) or 3 \(query passage grade\)"),
        ("query-id corpus-id score\n", "no line after the header"),
        (" \n", "no line in the file, which should be qrels"),
    ],
)
def test_what_is_wrong_with_qrels_is_said_with_its_line(content: str, error: str, tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text(content)
    with pytest.raises(DataError, match=error):
        read_qrels(tmp_path / "qrels")


def grades(qrels: Qrels) -> dict[tuple[str, str], int]:
    queries, passages = qrels.queries.to_pylist(), qrels.passages.to_pylist()
    rows = zip(qrels.query.tolist(), qrels.passage.tolist(), qrels.grade.tolist(), strict=True)
    return {(queries[query], passages[passage]): grade for query, passage, grade in rows}


@pytest.mark.parametrize(
    ("layout", "content", "found"),
    [
        ("beir", "query-id\tcorpus-id\tscore\nq 1\tp 1\t1\nq 1\t p\t0\n", {("q 1", "p 1"): 1, ("q 1", " p"): 0}),
        ("beir", "q 1\tp\v1\t1\r\n", {("q 1", "p\v1"): 1}),
        ("trec", "q1 0 p\u00a01 1\nq1\t0  p2\t-1 \n", {("q1", "p\u00a01"): 1, ("q1", "p2"): -1}),
    ],
)
def test_a_layout_says_what_separates_columns(
    layout: Layout, content: str, found: dict[tuple[str, str], int], tmp_path: Path
) -> None:
    (tmp_path / "qrels").write_bytes(content.encode())
    assert grades(read_qrels(tmp_path / "qrels", layout=layout)) == found


@pytest.mark.parametrize("line", ["q1 0 p1", "q1 0 p1 1 1", "q1 0 p1 1.5", "q1 0 p1 1234567890123456789"])
def test_a_layout_is_what_every_line_must_be(line: str, tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text(f"q1 0 p2 1\n\n{line}\n")
    with pytest.raises(DataError, match="qrels: line 3: must be query, iteration, passage and a whole grade"):
        read_qrels(tmp_path / "qrels", layout="trec")
    (tmp_path / "qrels").write_text("\n")
    with pytest.raises(DataError, match="qrels: no judgement in the file"):
        read_qrels(tmp_path / "qrels", layout="trec")


def test_repeats_count_once_where_they_may_be_and_agree(tmp_path: Path) -> None:
    path = tmp_path / "qrels"
    path.write_text("q2 0 p1 1\n\nq1 0 p1 2\nq2 0 p1 1\nq1 0 p2 0\nq2 0 p1 1\n")
    found = read_qrels(path, repeats=True)
    assert grades(found) == {("q2", "p1"): 1, ("q1", "p1"): 2, ("q1", "p2"): 0}
    assert found.row.tolist() == [0, 1, 3]
    with pytest.raises(DataError, match="line 4: passage 'p1' is there a second time for query 'q2'"):
        read_qrels(path)
    path.write_text(path.read_text() + "q1 0 p1 2\nq1 0 p1 3\nq2 0 p1 0\n")
    with pytest.raises(DataError, match="line 8: passage 'p1' has grade 3 for query 'q1', but grade 2 in line 3"):
        read_qrels(path, repeats=True)


def test_a_judgement_is_located_and_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "qrels"
    queries, passages = (pa.table({"id": ids}) for ids in (["q3", "q1", "q2"], ["p2", "p1"]))
    path.write_text("query-id\tcorpus-id\tscore\nq1\tp1\t1\n\nq4\tp3\t0\nq1\tp4\t3")
    qrels = read_qrels(path)
    found = qrels.located(queries=queries, passages=passages)
    assert list(zip(found.query.tolist(), found.passage.tolist(), found.grade.tolist(), strict=True)) == [
        (1, 1, 1),
        (1, -1, 3),
        (-1, -1, 0),
    ]
    assert [qrels.judged(number) for number in (1, 2)] == [
        (f"{path}: line 5", "q1", "p4"),
        (f"{path}: line 4", "q4", "p3"),
    ]


@pytest.mark.parametrize("grade", ["1.0", "1.", "+1.00", "01"])
def test_a_whole_number_may_have_a_decimal_point(grade: str, tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text(f"q1 0 p1 {grade}\n")
    assert read_qrels(tmp_path / "qrels").grade.tolist() == [1]
