"""``isoglot encode``: what it prints, and what its folder is good for."""

import json
from pathlib import Path

import pytest

from helpers.commandline import refusal, run


def test_from_a_collection_to_shards(capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path) -> None:
    place = str(tmp_path / "shards")
    words = ("encode", "sample/test", "--encoder", str(tiny_encoder), "-o", place)
    code, said, _ = run(capsys, *words, "--precision", "int8", "--loss-on", "sample/test", "--shard-rows", "200")
    assert code == 0
    assert "the vectors of 448 queries and 336 passages of sample/test" in " ".join(said.split())
    assert "Measured on sample/test." in said
    assert f"isoglot audit vectors:{place} sample/test" in said
    code, said, _ = run(capsys, *words, "--precision", "int8", "--shard-rows", "200", "--json")
    found = json.loads(said)
    assert (found["what"], found["written"], found["kept"], found["loss"]) == ("isoglot encode", 0, 5, None)
    assert "another precision (int8, not float32)" in " ".join(refusal(capsys, *words).split())
