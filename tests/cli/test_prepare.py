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

    def prepare(*more: str) -> tuple[str, list[str]]:
        code, said, notes = run(capsys, "prepare", "prepare.toml", "--verbose", *more)
        assert code == 0
        return said, notes.splitlines()

    said, notes = prepare("--set", "filter=false")
    assert [note.split(",")[0] for note in notes] == ["read: 64 items", "translate: 64 items"]
    assert said.startswith("pairs.parquet has 64 items in 2 languages. What every step did is in pairs.json.\n")
    assert "translate: 128 texts, of which 112 are different and 0 were translated" in said
    assert said.splitlines()[-1] == "  isoglot train CONFIG.toml --set 'data.train=[\"pairs.parquet\"]'"
    said, notes = prepare()
    assert [note.endswith("done before") for note in notes] == [True, True, False]
    assert "filter: language " in said
