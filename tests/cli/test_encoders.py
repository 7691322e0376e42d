"""Every command takes an encoder without dense vectors, or says in a sentence why it cannot."""

import json
from pathlib import Path

import pytest

from helpers.commandline import run
from isoglot.data.sample import load_sample
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate

ENCODERS = ("bm25", "tiny_sparse_encoder", "tiny_token_encoder")


@pytest.fixture(params=ENCODERS)
def encoder(request: pytest.FixtureRequest) -> str:
    return str(request.param if request.param == "bm25" else request.getfixturevalue(request.param))


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Twelve items in two languages: training data, and a collection."""
    path = tmp_path_factory.mktemp("items") / "items.jsonl"
    with path.open("w") as file:
        for row in list(load_sample("sample/test"))[:12]:
            texts = {side: {tag: row[side][tag] for tag in ("de", "en")} for side in ("query", "passage")}
            file.write(json.dumps({"id": row["id"], "group": row["group"], **texts}) + "\n")
    return str(path)


@pytest.fixture(scope="module")
def dense(items: str, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Results of an encoder that has dense vectors."""
    path = tmp_path_factory.mktemp("results") / "dense.json"
    evaluate(str(tiny_encoder), items, options=EvaluationOptions(draws=20, settings=["mono"])).save(path)
    return str(path)


def test_what_measures_takes_it(
    encoder: str, items: str, dense: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = str(tmp_path / "saved.json")
    for arguments in (
        ("evaluate", encoder, items, "--draws", "20", "--save", saved),
        ("compare", saved, dense, "--draws", "20"),
        ("audit", encoder, items, "--draws", "20"),
        ("robustness", encoder, items, "--perturbation", "keyboard", "--strength", "1", "--draws", "20"),
    ):
        code, said, _ = run(capsys, *arguments)
        assert code == 0, arguments[0]
    assert "keyboard" in said
    assert json.loads(Path(saved).read_text())["encoder"] == encoder


def test_what_needs_dense_vectors_refuses_it(
    encoder: str, items: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        f'output = "out"\nencoder.name = "{encoder}"\ndata.train = ["{items}"]\n'
        'batch = {policy = "mono", size = 2}\noptimization.steps = 1\n'
    )
    refused = [
        ("debias", encoder, "--fit", items, "-o", str(tmp_path / "out")),
        ("index", "-o", str(tmp_path / "index"), items, "--encoder", encoder),
        ("train", str(config)),
        ("merge", encoder, "e5-small", "--weight", "0.5", "-o", str(tmp_path / "out")),
    ]
    if encoder != "bm25":  # by which mining has an index of its own
        refused.append(("mine", items, "--with", encoder, "-o", str(tmp_path / "mined.parquet")))
    for arguments in refused:
        code, _, errors = run(capsys, *arguments)
        said = errors.strip().splitlines()[-1]  # on a busy machine lines of progress may stand before
        assert (code, errors.count("error:")) == (1, 1), arguments[0]
        assert said.startswith(f"error: {encoder} "), arguments[0]
        assert "no dense vectors, which this needs" in said or "is no model that could be loaded" in said
        assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]
