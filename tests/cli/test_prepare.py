from pathlib import Path

import pytest

from helpers.commandline import run
from helpers.engines import Reversing


def test_the_command_says_what_each_step_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ISOGLOT_CACHE", str(tmp_path / "cache"))  # whose translation memory is this test's own
    engine = Reversing()
    monkeypatch.setattr("isoglot.preparation.run.translator", lambda spec: engine)
    Path("prepare.toml").write_text(
        'output = "pairs.parquet"\nclean = false\n[[sources]]\ndata = "sample/train"\nlanguages = ["en"]\n'
        '[translate]\nengine = "apertium"\nto = ["es"]\n'
    )

    def prepare(*more: str) -> list[str]:
        code, said, _ = run(capsys, "prepare", "prepare.toml", *more)
        assert code == 0
        return said.splitlines()

    first = prepare("--set", "filter=false")
    assert first[0].startswith("read: 64 items (en 64), ")
    assert first[2] == "  128 texts, 112 different, 0 remembered; reversing 1"
    assert first[3] == "data: pairs.parquet, what was done: pairs.json"
    again = prepare()
    assert all(line.endswith("done before") for line in again if line.startswith(("read:", "translate:")))
    assert again[4].startswith("  texts dropped: language ")
