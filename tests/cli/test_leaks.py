"""``isoglot leaks``: what it writes, and what it does not write over."""

from pathlib import Path

import pytest

from helpers.commandline import refusal, run
from isoglot.data.load import load_parallel


def test_the_training_data_is_not_written_over_also_where_some_languages_are_taken(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    load_parallel("sample/train").save(Path("data.parquet"))
    before = Path("data.parquet").read_bytes()
    asked = ["leaks", "data.parquet@en", "--against", "sample/test@en", "--no-near"]
    assert "data.parquet would be written over" in refusal(capsys, *asked, "-o", "data.parquet")
    assert "the name must end in .parquet" in refusal(capsys, *asked, "-o", "clean.jsonl")
    assert Path("data.parquet").read_bytes() == before
    assert run(capsys, *asked, "-o", "clean.parquet")[0] == 0
    assert load_parallel("clean.parquet").languages == ("en",)
