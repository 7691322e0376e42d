"""``isoglot score`` on runs that say little, and files that are not to be written over."""

import json
import re
from pathlib import Path

import pytest

from helpers.commandline import refusal, run

pytestmark = pytest.mark.usefixtures("judged_run")
LANGUAGES = ["--query-language", "en", "--passage-language", "passages.tsv"]


def test_where_there_is_no_interval_the_value_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = run(capsys, "score", "run", "qrels", *LANGUAGES, "--save", "found.json")
    assert code == 0
    assert "nan" not in text
    found = json.loads(Path("found.json").read_text())["collections"]["qrels"]
    assert found["intervals"]["multi"]["map"] == [None, None]
    assert f"multi mAP {found['multi']['map']:.3f}\n" in re.sub(" +", " ", text)
    assert run(capsys, "score", "run", "qrels", *LANGUAGES, "--save", "again.json")[0] == 0
    assert run(capsys, "compare", "found.json", "again.json", "--draws", "20")[0] == 0


def test_no_file_of_the_command_is_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("run").read_text()
    assert "run would be written over" in refusal(capsys, "score", "run", "qrels", "--save", "run")
    assert Path("run").read_text() == before
    same = ["--save", "same", "--run", "same"]
    assert "same would be written over" in refusal(capsys, "evaluate", "e5-small", "sample/test", *same)
    assert "name a file" in refusal(capsys, "score", "run", "qrels", "--save", ".")


def test_a_run_of_other_queries_is_no_table_of_zeros(capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(capsys, "score", "stray", "qrels", "--save", "found.json")
    assert "stray has none of the queries of qrels: its first is 'q9', theirs 'q1'" in said
    assert not Path("found.json").exists()
