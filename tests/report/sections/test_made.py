"""How it was made: what arms share stands once, what they do not share is said."""

import json
from dataclasses import replace
from pathlib import Path

from helpers.compared import evaluated
from isoglot.cards.record import LEAKS, RECORD
from isoglot.evaluation.results import Evaluation
from isoglot.report.arms import arms_of
from isoglot.report.page.blocks import Facts, Points, Section
from isoglot.report.page.compose import page_of
from isoglot.report.sections.made import made

FOUND = evaluated("e", vectors=1, draws=20)


def facts(section: Section) -> dict[str, dict[str, str]]:
    return {block.title: dict(block.pairs) for block in section.blocks if isinstance(block, Facts)}


def said(section: Section) -> list[str]:
    return [sentence for block in section.blocks if isinstance(block, Points) for sentence in block.sentences]


def arm(**changes: object) -> Evaluation:
    return replace(FOUND, **changes)  # type: ignore[arg-type]


def test_what_arms_share_stands_once_and_what_they_do_not_is_said() -> None:
    (result,) = FOUND.collections.values()
    other = replace(result, name="other", fingerprint="f00d")
    versions = {"numpy": "2.0", "torch": "2.9"}
    a = arm(encoder="runs/a", versions={**versions, "torch": "2.8"}, options={"seed": 0})
    b = arm(encoder="runs/b", versions=versions, options={"seed": 0}, fitted_on=frozenset([result.fingerprint]))
    section = made(arms_of([a, replace(b, collections={**b.collections, "other": other})]))
    assert facts(section)["All arms"] == {"seed": "0"}
    assert facts(section)["a"] == {"encoder": "runs/a", "versions": "numpy 2.0, torch 2.8"}
    assert said(section) == [
        "The arms were evaluated with different versions of packages: torch. Their values are below.",
        "a has no results on other.",
        "b was repaired on texts of random: its results there say nothing about other texts.",
    ]


def test_arms_of_one_encoder_are_told_apart_by_their_files_or_by_number(tmp_path: Path) -> None:
    FOUND.save(tmp_path / "monday.json")
    pages = page_of([FOUND, tmp_path / "monday.json"])
    assert pages.title == "e, monday on random"
    assert [each.name for each in arms_of([FOUND, FOUND])] == ["e (1)", "e (2)"]


def test_the_certificate_of_an_encoders_folder_is_told_of_results_of_this_encoder(tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    folder.mkdir()
    (folder / RECORD).write_text(json.dumps({"encoder_after": "a" * 64, "leaks": {"dropped": 2}}))
    (folder / LEAKS).write_text(json.dumps({"clean": True, "collections": [{"name": "xquad-r"}, {"name": "mlqa-r"}]}))
    section = made(arms_of([arm(encoder=str(folder), encoder_fingerprint="a" * 64)]))
    assert facts(section)["encoder"]["certificate of leaks"] == (
        "The training data was checked for texts of xquad-r and mlqa-r: it has none, after 2 items had been dropped "
        "(leaks.json)."
    )
    for other in ("f" * 64, None):  # of another folder that was called so, and of none that is known
        section = made(arms_of([arm(encoder=str(folder), encoder_fingerprint=other)]))
        assert "certificate of leaks" not in facts(section)["encoder"]
    (folder / RECORD).unlink()
    section = made(arms_of([arm(encoder=str(folder), encoder_fingerprint=None)]))
    assert "certificate of leaks" not in facts(section)["encoder"]
