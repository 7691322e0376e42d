import json
from pathlib import Path

import pytest

from helpers.commandline import run
from isoglot.data.registry import available


def test_data_show_prints_the_same_random_items(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["data", "show", "sample/train@en,zh", "--items", "3", "--characters", "40"]
    (code, out, _), (_, again, _) = run(capsys, *arguments), run(capsys, *arguments)
    described, items = out.split("\n\n", 1)
    lines = items.splitlines()
    assert code == 0
    assert out == again
    assert "Apache-2.0" in described
    assert [line.split()[:2] for line in lines[1:5]] == [
        ["query", "en"],
        ["query", "zh"],
        ["passage", "en"],
        ["passage", "zh"],
    ]
    assert len(lines) == 3 * 6
    assert max(map(len, lines)) <= 40 + len("  passage zh    ")
    assert run(capsys, *arguments, "--seed", "1")[1] != out


def test_every_set_is_a_line_that_can_be_copied_at_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "data", "list")
    assert code == 0
    first, *lines = out.splitlines()
    assert [line.split()[0] for line in lines] == [entry.name for entry in available()]
    assert max(map(len, (first, *lines))) <= 80
    code, out, _ = run(capsys, "data", "list", "--verbose")
    assert (code, out.count("licence")) == (0, len(lines))
    assert "public test: never train or tune on it" in run(capsys, "data", "show", "xquad-r")[1]


def test_items_that_are_no_pairs_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"query": {"en": "q"}, "passage": {"en": "p"}}
    path = tmp_path / "nli.jsonl"
    labels = ("entailment", "contradiction", None)
    path.write_text("\n".join(json.dumps({**row, "id": str(label), "label": label}) for label in labels))
    code, out, err = run(capsys, "data", "show", str(path))
    assert (code, out.splitlines()[0]) == (0, "entailment (nli, group entailment)")
    assert err == f"{path}: left out 1 negative item, 1 unlabelled item.\n"
