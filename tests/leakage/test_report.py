"""What an audit leaves behind: data without leaks, a certificate and a file."""

import json
from pathlib import Path

import pytest

from helpers.planted import collection, filler, item, training, words
from isoglot.errors import DataError
from isoglot.leakage.collections import load_audited
from isoglot.leakage.find import find_leaks
from isoglot.leakage.report import LeakReport, certificate, without_leaks

COPIED = words("copied", 80)
LEAK = item("copy", group="page", query_en=words("own", 8), passage_en=COPIED, passage_de=words("own", 80, "de"))
BESIDE = item("beside", group="page", query_en=words("other", 8), passage_en=words("other", 80))
TRAIN = training(*filler(6), LEAK, BESIDE)
TEST = collection(item("asked", query_en=words("asked", 8), passage_en=COPIED))


def audit() -> LeakReport:
    return find_leaks([TRAIN], [TEST], names=["train [1]"], near=None)


def test_without_leaks_the_audit_is_clean() -> None:
    kept = without_leaks(TRAIN, audit())
    assert list(kept.rows["id"]) == [f"filler-{number}" for number in range(6)]
    again = find_leaks([kept], [TEST], near=None)
    assert again.clean
    assert without_leaks(kept, again) is kept


def test_only_what_was_audited_can_be_cleaned() -> None:
    with pytest.raises(DataError, match="was not audited in this report; audit it as it is"):
        without_leaks(TRAIN.restrict(["en"]), audit())
    only = training(LEAK)
    with pytest.raises(DataError, match="every group leaks, so nothing is left"):
        without_leaks(only, find_leaks([only], [TEST], near=None))


def test_the_certificate_has_what_it_takes_to_check_it() -> None:
    found = certificate(audit())
    assert json.loads(json.dumps(found)) == found
    assert found["clean"] is False
    assert set(found["checks"]) == {"exact", "overlap", "id"}
    assert found["checks"]["overlap"]["grams"]["words"] == 13
    (source,), (tested,) = found["training"], found["collections"]
    assert (source["fingerprint"], tested["fingerprint"]) == (TRAIN.fingerprint, TEST.fingerprint)
    assert (source["items"], source["direct"], source["leaking"], source["leaking_groups"]) == (8, 1, 2, 1)
    assert tested["leaks"]["passage"] == {"exact": 1, "overlap": 1, "translation": 0, "any": 1}
    assert tested["leaks"]["query"] == {"exact": 0, "id": 0, "translation": 0, "any": 0}
    assert (tested["queries"], tested["answers"], tested["compromised"]) == (1, 1, 1)
    assert found["date"].startswith("20")
    assert "isoglot" in found["versions"]


def test_the_report_is_written_whole(tmp_path: Path) -> None:
    report = audit()
    report.save(tmp_path / "leaks.json")
    content = json.loads((tmp_path / "leaks.json").read_text())
    assert content == report.to_dict()
    assert content["leaking_groups"] == {"train [1]": ["page"]}
    assert content["examples"][0]["item"] == "copy"
    assert {cell["any"] for cell in content["cells"]} == {0, 1}


@pytest.mark.usefixtures("mirror")
def test_sentences_are_audited_as_paragraphs() -> None:
    found = load_audited("xquad-r")
    assert len(found.queries) == 11 * 1_190
    assert len(found.passages) == 11 * 240
    assert len(set(found.passage_group.tolist())) == 240
    assert len(load_audited("sample").queries) == 128 * 7
