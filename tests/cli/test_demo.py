from pathlib import Path

import pytest

from helpers.commandline import run
from helpers.literal import make_case
from isoglot.demo import Demo
from isoglot.evaluation.evaluate import evaluate_embedded
from isoglot.summary import WIDTH, Summary
from isoglot.wording import decimal


def test_the_arms_are_a_table_that_fits_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = make_case(languages=["ar", "de", "zh"], queries=40, passages=90, values=4, seed=3)
    result = evaluate_embedded(case.embedded)
    arms = {"zero-shot": result, "hybrid": result}
    monkeypatch.setattr(
        "isoglot.demo.run_demo", lambda output, **_: Demo(arms, [Summary(finding=("Asked.",))], output / "index.html")
    )
    code, said, _ = run(capsys, "demo", "--output", str(tmp_path))
    assert code == 0
    assert f"{tmp_path / 'index.html'} has pictures" in " ".join(said.split())
    assert said.startswith("Asked.\n\n")
    table = said.split("\n\n")[2].splitlines()
    assert max(map(len, table)) <= WIDTH
    multi = result.settings["multi"]["map"]
    values = (decimal(multi.value), f"{decimal(multi.low)}–{decimal(multi.high)}")
    assert [sum(value in line for line in table) for value in values] == [2, 2]
    assert said.splitlines()[-1] == "  isoglot audit YOUR_ENCODER YOUR_COLLECTION"
