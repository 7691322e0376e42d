import json
import shutil
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from isoglot.cards.card import card
from isoglot.data.sample import load_sample
from isoglot.debiasing.options import DebiasOptions
from isoglot.debiasing.run import debias
from isoglot.encoder.fitted import Choice
from isoglot.errors import ConfigError, EncoderError
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate
from isoglot.evaluation.saved import read_results
from isoglot.merging.merge import merge
from isoglot.training.train import train


@pytest.fixture
def results(tiny_encoder: Path, tmp_path: Path) -> Path:
    found = evaluate(str(tiny_encoder), "sample/test@de,en", options=EvaluationOptions(draws=20))
    found.save(tmp_path / "found.json")
    return tmp_path / "found.json"


def test_the_hubs_reader_gives_back_every_result(tiny_encoder: Path, tmp_path: Path, results: Path) -> None:
    model = Path(shutil.copytree(tiny_encoder, tmp_path / "model"))
    written = card(model, results, name="me/tiny", licence="mit")
    read = ModelCard.load(written.path)
    (averages,) = read_results(results)._averages().values()
    assert {(one.dataset_config, one.metric_type): one.metric_value for one in read.data.eval_results} == {
        (table, name): value for table, of in averages.items() for name, value in of.items() if value is not None
    }
    multi = next(one for one in read.data.eval_results if one.metric_name == "multi map")
    (content,) = json.loads(results.read_text())["collections"].values()
    low, high = content["intervals"]["multi"]["map"]
    assert multi.metric_args == {"low": low, "high": high}
    assert (read.data.model_name, read.data.license, read.data.library_name) == (
        "me/tiny",
        "mit",
        "sentence-transformers",
    )
    assert 'SentenceTransformer("me/tiny")' in read.text


def test_results_of_another_encoder_are_refused(tiny_encoder: Path, tmp_path: Path, results: Path) -> None:
    model = Path(shutil.copytree(tiny_encoder, tmp_path / "model"))
    other = {**json.loads(results.read_text()), "encoder_fingerprint": "f" * 64}
    results.write_text(json.dumps(other))
    with pytest.raises(ConfigError, match=r"found\.json has results of another encoder \(ffffffffffff\)"):
        card(model, results)
    assert not (model / "README.md").exists()
    with pytest.raises(EncoderError, match="is no folder of an encoder"):
        card(tmp_path)


def test_what_is_trained_merged_and_repaired_has_a_card(tiny_encoder: Path, tmp_path: Path) -> None:
    load_sample("sample/train").save(tmp_path / "own.parquet")
    trained = train(
        {
            "output": str(tmp_path / "trained"),
            "encoder": {"name": str(tiny_encoder)},
            "data": {"train": ["sample/train", str(tmp_path / "own.parquet")]},
            "batch": {"size": 4, "policy": "hybrid"},
            "optimization": {"steps": 1},
            "leaks": {"against": ["sample/test"]},
        }
    )
    merge(str(tiny_encoder), str(trained.folder), weight=0.6).save(tmp_path / "merged")
    options = DebiasOptions(choice=Choice(kind="centring"))
    debias(str(trained.folder), "sample/test", options=options).save(tmp_path / "repaired")
    said = {name: ModelCard.load(tmp_path / name / "README.md") for name in ("trained", "merged", "repaired")}
    for name in ("trained", "merged"):
        text = said[name].text
        assert "trained with hybrid batches" in text
        assert "| sample |" in text
        assert "own.parquet" in text
        assert "checked for texts of sample" in text
        assert str(tmp_path) not in text  # where it was made is nobody's business
        assert set(said[name].data.language) >= {"de", "en"}
    assert "averaged with its start (0.6 of it is the trained one)" in said["merged"].text
    assert "repaired (centring, strength 1)" in said["repaired"].text
    assert "fitted on sample" in said["repaired"].text
