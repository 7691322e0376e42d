import json
from pathlib import Path

import pytest

from helpers.commandline import run


def test_robustness_prints_a_curve_for_every_language(
    capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "curves.json"
    options = ["--perturbation", "lowercase", "--strength", "1", "--draws", "20", "--save", str(saved)]
    options += ["--html", str(tmp_path / "page.html")]
    code, said, _ = run(capsys, "robustness", str(tiny_encoder), "sample/test", "--verbose", *options)
    assert code == 0
    assert "sample/test: perturbed queries</h1>" in (tmp_path / "page.html").read_text()
    curves = {curve["cell"]: curve["points"] for curve in json.loads(saved.read_text())["curves"]}
    assert {"all", "de", "en", "es", "vi"} <= curves.keys()
    row = f"{curves['de'][0]['value']:.3f} {curves['de'][1]['value']:.3f} ({curves['de'][1]['relative']:.0%})"
    assert f"de {row}".replace(" 0.", " .") in " ".join(said.split())
    code, _, err = run(capsys, "robustness", str(tiny_encoder), "sample/test", "--perturbation", "typos")
    assert (code, "keyboard" in err) == (1, True)
