from pathlib import Path

import pytest

from helpers.commandline import refusal, run
from helpers.linting import faultless
from helpers.toml import write_toml
from isoglot.encoder.load import load_encoder


def test_a_run_is_trained_as_the_file_and_its_overrides_say(
    tiny_encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = faultless(tmp_path, tiny_encoder)
    del content["leaks"]
    file = write_toml(tmp_path / "run.toml", content)
    steps = [
        "--set",
        "optimization.steps=2",
        "--set",
        "optimization.check_every=1",
        "--set",
        "optimization.log_every=1",
    ]
    page = tmp_path / "page.html"
    code, said, reports = run(capsys, "train", file, *steps, "--html", str(page))
    assert code == 0
    done = f"{content['output']} is a sentence-transformers folder, trained for 2 steps."
    assert done in " ".join(said.split())
    *_, then, where = said.splitlines()
    assert (then, where) == (f"  isoglot audit {content['output']} YOUR_COLLECTION", f"page: {page}")
    assert "was trained for 2 of 2 steps" in page.read_text()
    later = tmp_path / "later.html"
    assert run(capsys, "card", str(content["output"]), "--html", str(later))[0] == 0
    assert later.read_text() == page.read_text()
    assert "step 2/2 loss " in reports
    assert load_encoder(content["output"]).get_embedding_dimension() == 32
    assert "exists already" in refusal(capsys, "train", file, *steps)
