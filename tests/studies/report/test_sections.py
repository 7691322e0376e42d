"""What a page says of a study: its values are those of the results files."""

from typing import Any
from xml.etree import ElementTree

import pytest

from helpers.studying import Said, parse
from isoglot.report.charts.dot_plot import DotPlot
from isoglot.report.page.blocks import Block, Panels, Results, Section, Switch
from isoglot.report.page.page import Page
from isoglot.studies.answer import Answer
from isoglot.studies.prepared import prepare
from isoglot.studies.report.findings import Findings
from isoglot.studies.report.sections import sections
from isoglot.studies.run import run_cells


def block(section: Section, kind: type[Any], place: int = 0) -> Any:
    found: list[Block] = [each for each in section.blocks if isinstance(each, kind)]
    return found[place]


def test_the_page_has_the_values_of_the_study(content: dict[str, Any]) -> None:
    """Three shares of monolingual batches, so that there are curves; one domain and one seed."""
    del content["domains"]["all"]
    arms = {"cross": {"batch": {"policy": "cross"}}, **content["arms"]}
    config, watch = parse({**content, "arms": arms, "seeds": [0]}), Said().watch()
    study = prepare(config, watch)
    run_cells(study, watch)
    found = Findings.read(study)
    made = list(sections(found))
    page = Page(title="Study", sections=made).html()
    ElementTree.fromstring(page)  # well-formed
    told = {(section.of, section.heading): section for section in made}
    answer = found.answer
    assert isinstance(answer, Answer)

    chance = told["", "hybrid against mono: is it more than chance?"]
    charts = block(chance, Panels).charts
    assert [chart.title for chart in charts] == [f"hybrid − mono, {setting} mAP" for setting in answer.settings]
    part = answer.settings["mono"]
    assert [row[1] for row in charts[0].data().rows] == [part.abroad.value, part.home.value, part.gap.value]

    scores = told["On trivia", "What does each arm score?"]
    dots = block(scores, Switch).charts["multi",]
    assert isinstance(dots, DotPlot)
    runs = found.outcome.runs
    assert {row[0]: row[1] for row in dots.data().rows} == pytest.approx(
        {
            name: runs[label, "trivia", False].macro("multi", "map")
            for name, label in (
                ("zero-shot", "zero-shot"),
                *((f"{arm}, trivia", f"{arm}.trivia.0") for arm in arms),
            )
        }
    )
    curve = block(scores, Panels).charts[2]
    assert curve.title == "multi mAP"
    assert [row[1] for row in curve.data().rows] == [0.0, 0.5, 1.0]

    maps = block(told["", "What transfers from where to where?"], Switch)
    assert maps.lists["Arm"][0] == "zero-shot"
    assert maps.charts["hybrid", "cross"].values["trivia", "other"] == pytest.approx(
        runs["hybrid.trivia.0", "other", False].macro("cross", "map")
    )
    robust = block(told["", "How robust is each arm to another domain?"], Results)
    assert [name for name, _, _ in robust.rows] == ["zero-shot", *arms]
    gains = block(told["", "Which languages gain?"], Switch).charts["trivia", "mono"]
    in_german = [runs[f"{arm}.trivia.0", "trivia", False].scores("mono", "map") for arm in ("mono", "hybrid")]
    mono, hybrid = (scores.by_cell("map")["de"] for scores in in_german if scores is not None)
    assert gains.values["de", "trivia"] == pytest.approx(hybrid - mono)
    assert "4 of 4 cells are done." in page
    assert "batch.policy = cross" in page


def test_reasons_which_may_quote_the_data_are_not_on_the_page(
    content: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the report alone; the page names what failed and what cannot be run, once."""
    del content["domains"]["all"]
    study = prepare(parse({**content, "seeds": [0]}), Said().watch())
    study.plan.refused["mono", "trivia"] = "the query 'whose \\'secret' has no language."
    for room in ("findings", "sections"):
        monkeypatch.setattr(f"isoglot.studies.report.{room}.failures", lambda _: {"hybrid.trivia.0": "a secret."})
    found = Findings.read(study)
    assert sum("secret" in sentence for sentence in found.sentences) == 2
    page = Page(title="Study", sections=list(sections(found))).html()
    assert "secret" not in page
    assert page.count("hybrid.trivia.0 failed.") == 1
    assert page.count("mono on trivia cannot be run.") == 1
