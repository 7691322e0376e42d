"""Trainings by two real processes: the model of one, resumed in any epoch, validated as by one, ended together."""

import json
import signal
from pathlib import Path
from typing import Any

from helpers.processes import Pairs, job
from helpers.training import assert_same, parse, weights
from isoglot.training.terms.registry import TERMS
from isoglot.training.train import train


def test_two_processes_train_one_model_and_end_together(config: dict[str, Any], tmp_path: Path) -> None:
    """Of three validation batches one process gets two; an epoch has two steps, so the third is within the second."""
    config["data"] |= {"validation": 0.375, "validation_pairs": 18}
    config["batch"]["size"] = 6
    still = {"learning_rate": 1e-12, "steps": 1, "check_every": 1}
    one, two = (parse(config, optimization=still, output=str(tmp_path / name)) for name in ("one", "two"))
    whole, cut = (
        parse(config, optimization={"check_every": 3}, output=str(tmp_path / name)) for name in ("whole", "cut")
    )
    first = [job(two), "differences", job(whole), job(cut, dies=5)]
    pairs = Pairs(first, [job(cut, resume=True)], folder=tmp_path)
    alone = train(one).record["best_validation_loss"]
    assert pairs.statuses() == [[1, -signal.SIGKILL], [0, 0]]

    together = json.loads((two.output / "isoglot.json").read_text())["best_validation_loss"]
    assert abs(together - alone) < 1e-6

    for rank in range(2):  # a global batch has the value and the gradients that it has in one process
        differences = json.loads((tmp_path / f"differences-{rank}.json").read_text())
        assert len(differences) == 6 * (len(TERMS) + 1)
        assert {case: apart for case, apart in differences.items() if max(apart[:2]) > 1e-5} == {}
        terms = {case.split()[0] for case, (*_, value) in differences.items() if value > 0.1}
        assert terms == {*TERMS, "GradCache"}

    log = [json.loads(line) for line in (whole.output / "log.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in log if "loss" in entry] == list(range(1, 9))

    said = (tmp_path / "rank-0.txt").read_text()
    assert "because another of its processes ended" in said
    assert "continue from checkpoint-3 with --resume." in said
    assert_same(weights(whole.output), weights(cut.output))
