import json
from pathlib import Path

import pytest

from helpers.commandline import run


def test_evaluate_prints_and_saves(capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path) -> None:
    saved, trec = tmp_path / "results.json", tmp_path / "run.trec"
    code, out, _ = run(
        capsys,
        "evaluate",
        str(tiny_encoder),
        "sample/test",
        "--save",
        str(saved),
        "--run",
        str(trec),
        "--draws",
        "50",
    )
    assert code == 0
    found = json.loads(saved.read_text())["collections"]["sample/test"]
    assert 0 < found["multi"]["map"] <= found["mono"]["mrr"] <= 1
    assert f"{found['cross']['map']:.4f}" in out
    assert f"{found['bias']['rank_distance']:.1f}" in out
    assert len(trec.read_text().splitlines()) == 64 * 7 * found["sizes"]["passages"]
