from pathlib import Path

import pytest

from helpers.commandline import run
from helpers.literal import make_case
from isoglot.demo import Demo
from isoglot.evaluation.evaluate import evaluate_embedded


def test_the_arms_are_a_table_that_fits_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = make_case(languages=["ar", "de", "zh"], queries=40, passages=90, values=4, seed=3)
    result = evaluate_embedded(case.embedded)
    arms = {"zero-shot": result, "hybrid": result}
    monkeypatch.setattr("isoglot.demo.run_demo", lambda output, **_: Demo(arms, ("", f"Page: {output}")))
    code, said, _ = run(capsys, "demo", "--output", str(tmp_path))
    assert code == 0
    *table, page = said.splitlines()
    assert max(map(len, table)) <= 80
    assert page == f"Page: {tmp_path}"
    multi = result.settings["multi"]["map"]
    bounds = "–".join(f"{end:.3f}".removeprefix("0") for end in (multi.low, multi.high))
    assert sum(f"{multi.value:.3f}" in line for line in table) == sum(bounds in line for line in table) == 2
