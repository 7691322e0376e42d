"""What a page says of a training: how it ended, its curves, its data, whether it knows the tests."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from isoglot.errors import DataError, EncoderError
from isoglot.report.page.blocks import Block, Facts, Listing, Panels, Points, Section, Switch
from isoglot.report.page.compose import page_of
from isoglot.training.trained import Trained


def report(step: int, loss: float, *, seconds: float | None = None, **more: Any) -> dict[str, Any]:
    entry = {"step": step, "steps": 100, "seconds": float(step) if seconds is None else seconds}
    return {**entry, "loss": loss, "learning_rate": 5e-5 * (1 - step / 200), "pairs_per_second": 9.0, **more}


def check(step: int, loss: float) -> dict[str, Any]:
    return {"step": step, "steps": 100, "seconds": float(step), "validation_loss": loss}


def run(folder: Path, log: list[dict[str, Any]], **changed: Any) -> Trained:
    """A finished run's folder, with as much as a page looks at."""
    folder.mkdir()
    (folder / "modules.json").write_text("[]")
    optimization = {"steps": 100, "learning_rate": 5e-5, "patience": changed.pop("patience", None)}
    config = {
        "output": str(folder),
        "seed": 7,
        "data": {"train": ["/home/me/a.jsonl"], "sources": None, "languages": None},
        "batch": {"policy": "hybrid", "alpha": 0.5, "size": 32},
        "optimization": optimization,
    } | changed.pop("config", {})
    count = {"items": 1200, "groups": 900, "fingerprint": "f00d", "pairs_by_language": {"de": 700, "th": 1100}}
    record = {"config": config, "train": count, "validation": None, "leaks": None, "steps": log[-1]["step"]}
    record |= {"seconds": 90.0, "provenance": [], "best_validation_loss": None} | changed
    (folder / "isoglot.json").write_text(json.dumps(record))
    (folder / "log.jsonl").write_text("".join(f"{json.dumps(entry)}\n" for entry in log))
    return Trained.read(folder)


def sections(found: Trained) -> dict[str, Section]:
    """By heading; and the page of them is well-formed."""
    page = page_of(found)
    assert "</html>" in page.html()
    return {section.heading: section for section in page.sections}


def ended(found: Trained) -> list[str]:
    (block,) = sections(found)["What came of the training?"].blocks
    assert isinstance(block, Points)
    return list(block.sentences)


def _facts(block: Block) -> Sequence[tuple[str, str]]:
    return block.pairs if isinstance(block, Facts) else ()


def test_a_run_without_validation_keeps_its_last_step(tmp_path: Path) -> None:
    found = run(tmp_path / "plain", [report(step, 2.0 - step / 100) for step in range(1, 101)])
    assert ended(found) == [
        "plain was trained for 100 of 100 steps in 1.5 minutes.",
        "Nothing was held out for validation, so the encoder is that of the last step.",
        "The training loss went from 1.99 (first report) to 1 (last).",
    ]
    curves = sections(found)["How did the loss go?"].blocks[0]
    assert isinstance(curves, Panels)
    loss, rate, speed = curves.charts
    assert (loss.title, rate.title, speed.title) == ("Loss", "Learning rate (× 10⁻⁵)", "Pairs per second")
    made = {name: value for block in sections(found)["How it was made"].blocks for name, value in _facts(block)}
    assert made["data.train"] == "a.jsonl"
    rows = loss.data().rows
    assert len(rows) == 34  # means of three
    assert rows[0] == ("training", 3.0, pytest.approx(1.98))
    assert rate.data().rows[-1][2] == pytest.approx(2.5)
    assert rows[-1][1:] == (100.0, pytest.approx(1.0))


def test_a_run_with_validation_keeps_its_best_check(tmp_path: Path) -> None:
    log = [report(10, 1.5), check(10, 0.9), report(20, 1.2), check(20, 0.7), report(30, 1.1), check(30, 0.8)]
    found = run(tmp_path / "e", log, validation={"items": 50}, best_validation_loss=0.7, patience=1)
    assert ended(found)[:3] == [
        "e was trained for 30 of 100 steps in 1.5 minutes.",
        "It stopped early: the validation loss had not improved for 1 check.",
        "The encoder is that of step 20, which has the lowest of 3 validation losses (0.7).",
    ]
    curves = sections(found)["How did the loss go?"].blocks[0]
    assert isinstance(curves, Panels)
    assert [row for row in curves.charts[0].data().rows if row[0] == "validation"] == [
        ("validation", 10.0, 0.9),
        ("validation", 20.0, 0.7),
        ("validation", 30.0, 0.8),
    ]


def test_what_a_log_may_have_besides(tmp_path: Path) -> None:
    """A resumed run, a chosen alpha, a name from right to left."""
    log = [report(10, 1.5), report(30, 1.0, seconds=4.0)]
    found = run(tmp_path / "ע", log, alpha={"chosen": 0.25})
    assert ended(found)[0].startswith("\u2068ע\u2069 was trained for 30 of 100 steps")
    assert ended(found)[-2:] == [
        "The run was resumed once, from a checkpoint; the time is that of the last part.",
        "The share of monolingual batches was chosen by short trainings: alpha = 0.25.",
    ]
    curves = sections(found)["How did the loss go?"].blocks[0]
    assert isinstance(curves, Panels)
    assert [row[1] for row in curves.charts[0].data().rows] == [10.0, 30.0]
    none = run(tmp_path / "n", [report(10, float("inf"), learning_rate=None, pairs_per_second=None)])
    assert "How did the loss go?" not in sections(none)


def test_how_many_reports_a_point_has_is_said_of_each_chart(tmp_path: Path) -> None:
    terms = {"a": {"infonce": 0.5, "anchor": 0.1}}
    found = run(tmp_path / "r", [report(step, 1.0, terms=terms) for step in range(1, 31)])
    section = sections(found)["How did the loss go?"]
    panels, switch = section.blocks
    assert isinstance(panels, Panels)
    assert isinstance(switch, Switch)
    assert [len(chart.data().rows) for chart in (panels.charts[0], switch.charts["infonce",])] == [30, 15]
    assert section.reading[0].startswith("A point is a report of the log;")
    assert section.reading[-1] == "There a point is the mean of 2 reports, at the step of the last."


def test_sources_have_their_terms_batches_and_languages(tmp_path: Path) -> None:
    terms = {"a <b>": {"infonce": 0.5, "anchor": 0.1}, "help": {"infonce": 1.5}}
    sources = [
        {"name": "a <b>", "paths": ["x"], "policy": "grid", "weight": 3.0, "language_weights": {"de": 2.0}},
        {"name": "help", "paths": ["y"], "policy": None, "weight": 1.0, "language_weights": {}},
    ]
    counts = {
        "a <b>": {"items": 10, "groups": 5, "pairs_by_language": {"de": 10, "th": 4}},
        "help": {"items": 7, "groups": 7, "pairs_by_language": {"de": 7}},
    }
    found = run(
        tmp_path / "s",
        [report(10, 1.0, terms=terms)],
        config={"data": {"train": None, "sources": sources}},
        sources=counts,
    )
    told = sections(found)
    switch = told["How did the loss go?"].blocks[1]
    assert isinstance(switch, Switch)
    assert list(switch.charts) == [("infonce",), ("anchor",)]
    assert switch.charts["infonce",].data().rows == (("a <b>", 10.0, 0.5), ("help", 10.0, 1.5))
    batches, languages = told["What was it trained on?"].blocks
    assert isinstance(batches, Listing)
    assert isinstance(languages, Listing)
    assert [list(row) for row in batches.table.rows] == [
        ["a <b>", "grid", "75%", "10", "5"],
        ["help", "hybrid, alpha 0.5", "25%", "7", "7"],
    ]
    assert [list(row) for row in languages.table.rows] == [["de", "17", "10", "7"], ["th", "4", "4", "–"]]
    facts = {block.title: dict(block.pairs) for block in told["How it was made"].blocks if isinstance(block, Facts)}
    assert facts["Configuration"]["optimization.learning_rate"] == "5e-05"
    assert facts["Source a <b>"]["language_weights.de"] == "2.0"


def test_the_certificate_says_what_was_looked_for(tmp_path: Path) -> None:
    known = [{"name": "sib200", "licence": "CC BY-SA", "leaks": ["belebele"]}]
    found = run(tmp_path / "l", [report(10, 1.0)], leaks={"dropped": 3}, provenance=known)
    assert sections(found)["Does it know the tests?"].reading[0].startswith("The training data was not checked")
    leaks = {"query": {"any": 0}, "passage": {"any": 2}}
    tests = [{"name": "xquad-r", "queries": 13090, "passages": 2640, "leaks": leaks}]
    (found.folder / "leaks.json").write_text(json.dumps({"clean": False, "collections": tests}))
    section = sections(found)["Does it know the tests?"]
    said = (
        "The training data was checked for texts of xquad-r: it has some, after 3 items had been dropped (leaks.json)."
    )
    assert section.reading[0] == said
    table, data = section.blocks
    assert isinstance(table, Listing)
    assert isinstance(data, Facts)
    assert list(table.table.rows[0]) == ["xquad-r", "13,090", "0", "2,640", "2"]
    assert data.pairs == [("sib200", "CC BY-SA; it holds texts of belebele")]


def test_what_is_no_run_is_one_sentence(tmp_path: Path) -> None:
    found = run(tmp_path / "b", [report(10, 1.0)])
    with (found.folder / "log.jsonl").open("a") as file:
        file.write('{"step": ')
    with pytest.raises(DataError, match=r"log\.jsonl: the log of the run cannot be read"):
        _ = found.log
    (found.folder / "log.jsonl").unlink()
    with pytest.raises(EncoderError, match=re.escape("was not trained by isoglot, or merged or repaired since")):
        Trained.read(found.folder)
    with pytest.raises(EncoderError, match="is no folder of an encoder"):
        Trained.read(tmp_path)
