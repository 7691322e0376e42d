"""The whole: findings of a run, and what training says to them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.linting import ALIEN, faultless, write
from isoglot.data.load import load_parallel
from isoglot.errors import IsoglotError
from isoglot.linting.findings import LintFinding
from isoglot.linting.lint import lint
from isoglot.linting.queries import number_findings, query_codes, query_findings
from isoglot.training.config import TrainConfig
from isoglot.training.train import train


@pytest.fixture
def content(tmp_path: Path, tiny_encoder: Path) -> dict[str, Any]:
    return faultless(tmp_path, tiny_encoder)


def found(content: dict[str, Any], **sections: Any) -> dict[str, LintFinding]:
    merged = {
        name: {**value, **sections.get(name, {})} if isinstance(value, dict) else value
        for name, value in content.items()
    }
    return {finding.subject: finding for finding in lint(TrainConfig.parse(merged, where="test")).findings}


def test_nothing_is_found_where_nothing_is_wrong(content: dict[str, Any]) -> None:
    pytest.importorskip("datasketch")
    assert {one.subject: one.message for one in found(content).values()} == {
        "leaks": "none of 60 items leaks into exam."
    }


@pytest.mark.parametrize(
    ("sections", "subject", "key"),
    [
        ({"batch": {"policy": "cross"}, "data": {"languages": ["de"]}}, "batches", "batch"),
        ({"batch": {"negatives": 1}}, "negatives", "batch.negatives"),
        ({"data": {"validation": 0.02}}, "validation", "data.validation"),
        ({"encoder": {"freeze_layers": 9}}, "encoder", "encoder"),
        ({"encoder": {"passage_tokens": 99}}, "encoder", "encoder"),
        ({"leaks": {"against": ["no-such-test"]}}, "leaks", "leaks.against"),
    ],
)
def test_errors_are_what_training_refuses(
    content: dict[str, Any], sections: dict[str, Any], subject: str, key: str
) -> None:
    pytest.importorskip("datasketch")
    merged = {
        name: {**value, **sections.get(name, {})} if isinstance(value, dict) else value
        for name, value in content.items()
    }
    errors = [finding for finding in found(content, **sections).values() if finding.severity == "error"]
    assert [(finding.subject, finding.key) for finding in errors] == [(subject, key)]
    assert key in errors[0].message
    with pytest.raises(IsoglotError):
        train(TrainConfig.parse(merged, where="test"))


def test_section_numbers_that_languages_share_are_found(tmp_path: Path) -> None:
    rows = [
        {"id": str(n), "query": {"en": f"{n}. How?", "de": f"{n}. Wie?"}, "passage": {"en": "So.", "de": "So eben."}}
        for n in range(1, 11)
    ]
    for n, row in enumerate(rows[4:]):
        row["query"] = {"en": f"How {n}?", "de": f"{n}. Mal?"}
    (finding,) = number_findings(load_parallel(write(tmp_path / "numbered.jsonl", rows)))
    assert (finding.severity, finding.subject) == ("warning", "section-numbers")
    assert "40.0% of the items" in finding.message
    assert "'1. How?'" in finding.message or "'1. Wie?'" in finding.message


def test_a_query_that_two_sources_share_is_ambiguous_in_neither(tmp_path: Path) -> None:
    rows = [{"id": str(n), "query": {"en": "How?"}, "passage": {"en": f"So {n}."}} for n in range(4)]
    data = load_parallel(write(tmp_path / "shared.jsonl", rows))
    codes = query_codes(data)
    assert not list(query_findings(data, codes, [np.array([0, 1]), np.array([2, 3])]))
    (finding,) = query_findings(data, codes, [np.arange(4)])
    assert "100.0% of the items" in finding.message


def test_warnings_name_the_key_and_the_value(content: dict[str, Any], tmp_path: Path) -> None:
    pytest.importorskip("datasketch")
    rows = [json.loads(line) for line in Path(content["data"]["train"][0]).read_text().splitlines()]
    for row in rows[:12]:
        row["query"]["en"] = "Syntax"
    for row in rows[10:]:
        del row["query"]["es"], row["passage"]["es"]
    exam = {**ALIEN, "passage": {"en": rows[1]["passage"]["de"]}}
    data = {"train": [write(tmp_path / "worse.jsonl", rows)]}
    leaks = {"against": [write(tmp_path / "leaking.jsonl", [exam])]}
    mixed = found(
        content, data=data, leaks=leaks, batch={"policy": "mixed"}, encoder={"passage_tokens": 8, "query_tokens": 30}
    )
    assert {(one.subject, one.key, one.value) for one in mixed.values() if one.severity == "warning"} == {
        ("language-shortcut", "batch.policy", "hybrid"),
        ("truncation", "encoder.passage_tokens", 19),
        ("ambiguous-queries", "data.max_query_repeats", 2),
        ("false-negatives", "data.max_query_repeats", 2),
        ("starved-language", "batch.policy", "hybrid"),
        ("leaks", "leaks.drop", True),
    }
    for expected in (".23", ".66", "2004.05484"):
        assert expected in mixed["language-shortcut"].message
    assert "'Syntax' on 12" in mixed["ambiguous-queries"].message
    assert "1 of 60 items leak into leaking" in mixed["leaks"].message
    rarely = found(content, data=data, batch={"alpha": 0.02}, optimization={"steps": 300})
    assert (rarely["starved-language"].key, rarely["starved-language"].value) == ("batch.alpha", 0.5)
    evenly = found(content, data=data, batch={"alpha": 0.5}, optimization={"steps": 300})
    assert "starved-language" not in evenly
    mono = found(content, data=data, batch={"policy": "mono"}, optimization={"steps": 200})
    assert "es" in mono["repeated-language"].message
    assert mono["repeated-language"].value == ["de", "en"]
    assert "starved-language" not in mono
    dropped = found(content, data=data, leaks={**leaks, "drop": True})
    assert dropped["leaks"].severity == "note"
    assert "1 items of groups" in dropped["leaks"].message
