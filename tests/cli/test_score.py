"""What a user gets for runs and results files that say little, or are broken."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from isoglot.cli import main

LANGUAGES = ["--query-language", "en", "--passage-language", "passages.tsv"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One judged query, so one cluster."""
    monkeypatch.chdir(tmp_path)
    Path("qrels").write_text("q1 0 p1 1\nq1 0 p2 1\n")
    Path("passages.tsv").write_text("p1\ten\np2\tde\n")
    Path("run").write_text("q1 Q0 p1 1 2 x\nq1 Q0 p2 2 1 x\n")
    Path("stray").write_text("q9 Q0 p1 1 2 x\n")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert isinstance(stopped.value.code, int)
    captured = capsys.readouterr()
    return stopped.value.code, captured.out + captured.err


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence of an error."""
    code, text = run(capsys, *arguments)
    assert code == 1
    assert "unexpected" not in text
    assert len(text.strip().splitlines()) == 1
    return text


@pytest.mark.parametrize("name", ["run", "stray"])  # the second has no judged query, so no hit that counts
def test_where_there_is_no_interval_the_value_stands_alone(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, text = run(capsys, "score", name, "qrels", *LANGUAGES, "--save", "found.json")
    assert code == 0
    assert "nan" not in text
    found = json.loads(Path("found.json").read_text())["collections"]["qrels"]
    assert found["intervals"]["multi"]["map"] == [None, None]
    assert f"{found['multi']['map']:.4f}" in text
    assert run(capsys, "compare", "found.json", "found.json", "--draws", "20")[0] == 0


def test_no_file_of_the_command_is_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("run").read_text()
    assert "run would be written over" in said(capsys, "score", "run", "qrels", "--save", "run")
    assert Path("run").read_text() == before
    same = ["--save", "same", "--run", "same"]
    assert "same would be written over" in said(capsys, "evaluate", "e5-small", "sample/test", *same)
    assert "name a file" in said(capsys, "score", "run", "qrels", "--save", ".")


def test_broken_results_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "score", "run", "qrels", "--save", "good.json")
    good = json.loads(Path("good.json").read_text())
    values = pq.read_table("good.topics.parquet")
    Path("bad.topics.parquet").write_bytes(Path("good.topics.parquet").read_bytes())
    changes: list[dict[str, Any]] = [{"multi": []}, {"bias": None}, {"multi": {"map": "high"}}]
    for change in changes:
        found = {**good["collections"]["qrels"], **change}
        Path("bad.json").write_text(json.dumps({**good, "collections": {"qrels": found}}))
        assert "bad." in said(capsys, "compare", "bad.json", "good.json")
    Path("bad.json").write_text(json.dumps({**good, "collections": {"qrels": "fingerprint"}}))
    assert "not a results file" in said(capsys, "compare", "bad.json", "good.json")
    Path("bad.json").write_text(json.dumps(good))
    texts = values.set_column(6, "value", pa.array(["high"] * len(values)))
    for broken in (pa.concat_tables([values, values]), values.slice(0, len(values) - 1), texts):
        pq.write_table(broken, "bad.topics.parquet")
        assert "bad.topics.parquet" in said(capsys, "compare", "bad.json", "good.json")
    content = bytearray(Path("good.topics.parquet").read_bytes())
    content[4:200] = bytes(196)  # the pages, not the footer
    Path("bad.topics.parquet").write_bytes(content)
    assert "bad.topics.parquet" in said(capsys, "compare", "bad.json", "good.json")
