"""Every cell measured once more, repaired, beside what it is without."""

from pathlib import Path
from typing import Any

import pytest
from sentence_transformers import SentenceTransformer

from helpers.repairing import repaired_folders
from helpers.studying import Said, parse
from isoglot.data.load import load_collection
from isoglot.debiasing.options import DebiasOptions
from isoglot.debiasing.run import debias
from isoglot.encoder.fitted import Choice
from isoglot.errors import DataError
from isoglot.evaluation.evaluate import evaluate
from isoglot.studies.outcome import StudyOutcome
from isoglot.studies.prepared import PreparedStudy, failures, missing, prepare
from isoglot.studies.report.findings import Findings
from isoglot.studies.report.page import write_report
from isoglot.studies.run import run_cells

FIT = "sample/train@de,en"


@pytest.fixture
def small(content: dict[str, Any]) -> dict[str, Any]:
    """One domain, one seed, one arm beside the encoder as it is."""
    del content["domains"]["all"], content["arms"]["mono"]
    return {**content, "seeds": [0], "verdict": {"treatment": "hybrid", "baseline": "zero-shot"}}


def run(content: dict[str, Any], said: Said) -> PreparedStudy:
    study = prepare(parse(content), said.watch())
    run_cells(study, said.watch())
    return study


def debiased(encoder: Path) -> SentenceTransformer:
    options = DebiasOptions(choice=Choice(kind="centring"))
    found = debias(str(encoder), FIT, options=options).encoder
    assert found is not None
    return found


def test_a_repair_is_measured_beside_what_is_there_and_as_debias_fits_it(
    small: dict[str, Any], tiny_encoder: Path
) -> None:
    run(small, Said())
    before = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*") if path.is_file()}
    small |= {"repair": {"fit": [FIT]}, "verdict": {"treatment": "hybrid+repair", "baseline": "hybrid"}}
    study = run(small, Said())
    assert not missing(study)
    trained = {path: at for path, at in before.items() if path.name not in ("cell.json", ".lock")}
    assert all(path.stat().st_mtime_ns == at for path, at in trained.items())
    runs = StudyOutcome.read(study, "map").runs
    encoder = debiased(tiny_encoder)
    expected = evaluate(encoder, load_collection("other.jsonl"), options=study.options).value("multi", "map")
    found = {repaired: runs["zero-shot", "other", repaired].macro("multi", "map") for repaired in (True, False)}
    assert found[True] == pytest.approx(expected, abs=1e-6)
    assert found[False] != pytest.approx(expected)
    findings = Findings.read(study)
    assert findings.sentences[0].startswith("Compared: hybrid+repair with hybrid, trained on trivia")
    write_report(findings, Path("report.md"), title="study")
    page = Path("report.md").read_text()
    assert f"the same models, repaired by centring, strength 1, fitted on {FIT}" in page
    assert "| zero-shot+repair | – |" in page


def test_what_cannot_be_repaired_is_said_and_measured_as_it_is(
    small: dict[str, Any], tiny_encoder: Path, tmp_path: Path
) -> None:
    folder = repaired_folders(tiny_encoder, tmp_path / "repaired")["by language"]
    small["arms"] = {"repaired": {"encoder": {"name": str(folder)}}}
    study = run({**small, "verdict": None, "repair": {"fit": [FIT]}}, Said())
    assert list(failures(study).values()) == [
        "the encoder is repaired already, so it is not measured with another repair."
    ]
    assert [repaired for _, _, repaired in StudyOutcome.read(study, "map").runs] == [False, False]


def test_languages_without_text_are_said_and_text_in_one_language_is_refused(small: dict[str, Any]) -> None:
    said = Said()
    prepare(parse({**small, "repair": {"fit": ["sample/train@en,es"]}}), said.watch())
    assert said == ["repair: no text in de, so vectors of these languages stay where they are."]
    with pytest.raises(DataError, match=r"key 'repair.fit': english has one language"):
        prepare(parse({**small, "repair": {"fit": ["english.jsonl"]}}), Said().watch())
