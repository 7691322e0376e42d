from typing import Any

import numpy as np
import pytest

from helpers.studying import Said, parse
from isoglot.studies.answer import Answer, answer
from isoglot.studies.outcome import StudyOutcome
from isoglot.studies.prepared import prepare
from isoglot.studies.report.verdict import verdict
from isoglot.studies.run import run_cells


def test_the_answer_is_made_of_the_results_files(content: dict[str, Any]) -> None:
    """Differences of macro averages, means over seeds, home and abroad as the file says."""
    config, watch = parse({**content, "zero_shot": False}), Said().watch()
    study = prepare(config, watch)
    run_cells(study, watch)
    outcome = StudyOutcome.read(study, "map")
    assert config.verdict is not None
    found = answer(outcome, config.verdict)
    assert isinstance(found, Answer)
    assert (found.domains, found.seeds) == (("trivia", "all"), (0, 1))

    def mean(arm: str, domain: str, test: str, setting: Any) -> float:
        return float(np.mean([run.macro(setting, "map") for run in outcome.of(arm, domain, test).values()]))

    for setting, part in found.settings.items():
        gain = {
            (d, t): mean("hybrid", d, t, setting) - mean("mono", d, t, setting)
            for d in ("trivia", "all")
            for t in ("trivia", "other")
        }
        assert {key: value.value for key, value in part.cells.items()} == pytest.approx(gain)
        home, abroad = gain["trivia", "trivia"] + gain["all", "other"], gain["trivia", "other"] + gain["all", "trivia"]
        assert part.home.value == pytest.approx(home / 2)
        assert part.abroad.value == pytest.approx(abroad / 2)
        assert part.gap.value == pytest.approx((home - abroad) / 2)
        assert all(part.p_holm[key] >= part.cells[key].p for key in gain)
    assert set(found.settings) == {"mono", "cross", "multi"}
    assert any("Within one language (mono), out of domain" in sentence for sentence in verdict(found))
