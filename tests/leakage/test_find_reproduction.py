"""The overlaps of the real data sets, as in docs/leakage.md; those that take long by `make reproduce`."""

from pathlib import Path

import pytest

from isoglot.data.collection import Collection
from isoglot.data.formats.naturalquestions import read_nq_oracle, read_qed
from isoglot.data.load import load_parallel
from isoglot.leakage.collections import load_audited
from isoglot.leakage.find import find_leaks
from isoglot.leakage.report import LeakReport, without_leaks


def passages(report: LeakReport, collection: str, kind: str) -> dict[str, int]:
    cells = [cell for cell in report.cells if (cell.collection, cell.side) == (collection, "passage")]
    return {cell.language: count for cell in cells for name, count in cell.leaking.items() if name == kind and count}


@pytest.mark.reproduction
@pytest.mark.usefixtures("mirror")
def test_squad_train_holds_nine_paragraphs_of_mlqa_and_none_of_xquad() -> None:
    tests = [load_audited("xquad-r"), load_audited("mlqa-r")]
    report = find_leaks([load_parallel("squad-train-parallel")], tests, near=None)
    assert passages(report, "xquad-r", "overlap") == {}
    assert passages(report, "mlqa-r", "overlap") == {"en": 9}


@pytest.mark.reproduction
def test_qed_holds_a_good_part_of_the_nq_oracle(mirror: Path) -> None:
    pytest.importorskip("datasketch")
    train = [read_qed(mirror / "nq" / f"qed-{part}.jsonl.gz") for part in ("train", "dev")]
    oracle = Collection.from_parallel("nq-oracle", read_nq_oracle(mirror / "nq" / "nq-open-oracle.jsonl.gz"))
    report = find_leaks(train, [oracle], names=["train", "dev"])
    assert passages(report, "nq-oracle", "overlap") == {"en": 1_075}  # different passages, of 2,600
    (found,) = report.collections
    assert (found.answers, found.compromised) == (1_132, 1_187)
    assert report.count("nq-oracle", "query", "exact") == 908
    kept = [without_leaks(part, report) for part in train]
    assert find_leaks(kept, [oracle]).clean


@pytest.mark.usefixtures("mirror")
def test_squad_dev_is_told_to_be_xquad_in_every_language() -> None:
    report = find_leaks([load_parallel("squad-dev-parallel")], [load_audited("xquad-r")], near=None)
    assert report.collections[0].compromised == 11 * 1_190
    assert passages(report, "xquad-r", "exact") == {"en": 240}
    direct = passages(report, "xquad-r", "overlap")
    translated = passages(report, "xquad-r", "translation")
    assert all(direct.get(tag, 0) + translated.get(tag, 0) == 240 for tag in load_audited("xquad-r").languages)


@pytest.mark.reproduction
@pytest.mark.usefixtures("mirror")
def test_libreoffice_help_and_xquad_have_nothing_in_common() -> None:
    pytest.importorskip("datasketch")
    assert find_leaks([load_parallel("libreoffice-help")], [load_audited("xquad-r")]).clean
