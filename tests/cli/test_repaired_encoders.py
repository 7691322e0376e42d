"""Every command takes a repaired encoder, or says why it cannot before it has done anything."""

import json
from pathlib import Path
from typing import Any

import pytest
from sentence_transformers import SentenceTransformer

from helpers import commandline
from helpers.repairing import CHOICE, by_language, repaired_folders, whatever_language
from isoglot.data.load import load_collection
from isoglot.data.sample import load_sample
from isoglot.debiasing.model import save_model
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Fitted
from isoglot.files import write_json

KINDS = ("by language", "whatever language")


@pytest.fixture(scope="module")
def encoders(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return repaired_folders(tiny_encoder, tmp_path_factory.mktemp("repaired"))


@pytest.fixture
def items(tmp_path: Path) -> str:
    """Ten items in two languages: training data, and a collection."""
    path = tmp_path / "items.jsonl"
    with path.open("w") as file:
        for row in list(load_sample("sample/test"))[:10]:
            texts = {side: {tag: row[side][tag] for tag in ("de", "en")} for side in ("query", "passage")}
            file.write(json.dumps({"id": row["id"], "group": row["group"], **texts}) + "\n")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code, _, errors = commandline.run(capsys, *map(str, arguments))
    return code, " ".join(errors.split())


@pytest.mark.parametrize("kind", KINDS)
def test_what_measures_and_mines_takes_them(
    kind: str, encoders: dict[str, Path], items: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mined = ("-o", tmp_path / "mined.parquet", "--num-negatives", 1, "--range-max", 5, "--no-relative-margin")
    for arguments in (
        ("evaluate", encoders[kind], items, "--draws", 20),
        ("audit", encoders[kind], items, "--draws", 20),
        ("robustness", encoders[kind], items, "--perturbation", "spaces", "--strength", 1.0, "--draws", 20),
        ("mine", items, "--with", encoders[kind], *mined),
    ):
        assert run(capsys, *arguments) == (0, ""), arguments[0]


def _config(encoder: Path, items: str, folder: Path) -> Path:
    path = folder / "config.toml"
    path.write_text(
        f'output = "{folder / "out"}"\nencoder.name = "{encoder}"\ndata.train = ["{items}"]\n'
        'batch = {policy = "mono", size = 2}\noptimization.steps = 1\n'
    )
    return path


@pytest.mark.parametrize("command", ["train", "lint"])
def test_one_that_asks_for_languages_is_not_trained(
    command: str, encoders: dict[str, Path], items: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _config(encoders["by language"], f"{items}.not-there", tmp_path)  # which would be missed later
    code, said = run(capsys, command, config)
    assert (code, said.count("error:")) == (1, 1)
    assert f"encoder '{encoders['by language']}' is repaired by language and cannot be trained" in said
    assert {path.name for path in tmp_path.iterdir()} == {"config.toml", "items.jsonl"}


def test_one_that_does_not_is_linted(
    encoders: dict[str, Path], items: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "lint", _config(encoders["whatever language"], items, tmp_path)) == (0, "")


@pytest.mark.parametrize("kind", KINDS)
def test_none_is_repaired_again(
    kind: str,
    encoders: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def too_early(*_: Any, **__: Any) -> None:
        raise AssertionError("texts were loaded for nothing")

    monkeypatch.setattr("isoglot.data.load.load_collection", too_early)
    code, said = run(capsys, "debias", encoders[kind], "--fit", "sample/train", "-o", tmp_path / "out")
    assert code == 1
    assert f"encoder '{encoders[kind]}' is repaired already: repair the encoder that it was made from." in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_results_on_the_texts_that_it_was_fitted_on_are_warned_of(
    kind: str, tiny_encoder: Path, items: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    transform = by_language() if kind == "by language" else whatever_language()
    collection = load_collection(items)
    on = {"data": [{"name": "items", "fingerprint": collection.fingerprint}]}
    model = SentenceTransformer(str(tiny_encoder), device="cpu")
    folder = tmp_path / "repaired"
    save_model(model, transform, folder, fitted=Fitted(choice=CHOICE, encoder=encoder_fingerprint(model), on=on))
    results, again = tmp_path / "results.json", tmp_path / "again.json"
    for command in (
        ("evaluate", folder, items, "--save", results),
        ("audit", folder, items, "--save", again),
        ("robustness", folder, items, "--perturbation", "lowercase", "--strength", 1),
        ("compare", results, again),
    ):
        code, said = run(capsys, *command, "--draws", 20)
        assert (code, said.count("warning:")) == (0, 1), said
        assert f"{folder} was fitted or chosen on {collection.name}" in said
    for file in (results, again):  # of an older version
        found = json.loads(file.read_text(encoding="utf-8"))
        write_json({key: value for key, value in found.items() if key not in ("similarity", "fitted_on")}, file)
    assert "warning:" not in run(capsys, "compare", results, again, "--draws", 20)[1]
