import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from helpers.commandline import run
from helpers.linting import faultless
from helpers.toml import write_toml


def test_the_command_prints_saves_and_exits_with_1_on_an_error(
    tiny_encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("datasketch")
    content = faultless(tmp_path, tiny_encoder)
    file = tmp_path / "run.toml"
    write_toml(file, content)
    saved = tmp_path / "report.json"

    def lint(*more: str, data: Sequence[str] = ()) -> tuple[int, str]:
        return run(capsys, "lint", *data, str(file), *more)[:2]

    code, out = lint("--set", "batch.policy=mixed", "--save", str(saved))
    assert code == 0
    assert "language-shortcut" in out
    report = json.loads(saved.read_text())
    assert [one["subject"] for one in report["findings"]] == ["language-shortcut", "leaks"]
    languages = report["languages"]
    assert sum(one["query"]["pairs"] for one in languages.values()) == 60  # eight steps: the last batch is short
    assert report["batches"]["shortcut"]["told_apart"] > 0.5
    assert report["config"]["batch"]["policy"] == "mixed"
    code, out = lint("--processes", "8")
    assert code == 1
    assert "a batch of 64 cannot be filled" in " ".join(out.split())
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"id": "1", "query": {"en": "a"}, "passage": {"en": "b"}}) + "\n")
    code, out = lint(data=[str(other)])
    assert code == 1
    assert "1 items" in out
    written = file.read_bytes()
    assert lint("--save", str(file))[0] == 1
    assert file.read_bytes() == written
    Path(content["output"]).mkdir()
    code, out = lint()
    assert code == 1
    assert "exists already" in " ".join(out.split())
