from pathlib import Path
from typing import Any

import pytest

from helpers.studying import Said, parse
from isoglot.errors import DataError
from isoglot.studies.prepared import prepare
from isoglot.studies.report.findings import Findings
from isoglot.studies.report.sections import sections


def test_domains_that_cannot_be_used_and_arms_that_cannot_be_run_are_said(content: dict[str, Any]) -> None:
    content["domains"] |= {"english": {"train": ["english.jsonl"]}, "gone": {"train": ["gone.jsonl"]}}
    study = prepare(parse({**content, "seeds": [0]}), Said().watch())
    labels = [cell.label for cell in study.plan.cells]
    assert "mono.english.0" in labels
    assert "hybrid.english.0" not in labels
    found = Findings.read(study)
    sentences = found.sentences
    told = [section.heading for section in sections(found)]
    assert told == ["What does the study show?", "Which cells are done?", "How it was made"]  # nothing is run yet
    assert "The domain gone cannot be used: gone.jsonl: no such file or folder." in sentences
    assert any("hybrid on english cannot be run: english has one language (en)" in sentence for sentence in sentences)
    assert any("No answer yet" in sentence for sentence in sentences)


def test_a_test_without_queries_is_named(content: dict[str, Any]) -> None:
    Path("empty.jsonl").write_text("")
    content["tests"]["empty"] = "empty.jsonl"
    with pytest.raises(DataError, match=r"key 'tests.empty': empty.jsonl: no items"):
        prepare(parse(content), Said().watch())


def test_what_leaks_into_a_test_is_left_out(content: dict[str, Any]) -> None:
    watch = Said().watch()
    kept = prepare(parse({**content, "leaks": "keep"}), watch).domains["all"]
    left = prepare(parse({**content, "leaks": "drop"}), watch)
    assert kept.leaks["clean"] is False  # the trivia of the sample are a test
    whole = left.domains["all"]
    assert whole.leaks["clean"] is True
    assert 0 < whole.dropped == kept.items - whole.items
    assert "trivia: every group leaks" in left.domains["trivia"]
