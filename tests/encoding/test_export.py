"""Exported encoders: they rank as before, are told from one another, and are refused where weights are needed.

What OpenVINO computes is tested where the extra ``openvino`` is installed, which ``dev`` has not: it asks for an older
transformers.
"""

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import ModelCard
from sentence_transformers import SentenceTransformer

import isoglot
from helpers.commandline import run
from helpers.tiny import write_tiny_encoder
from isoglot.encoder.exported import FILES
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.repair import taken_apart
from isoglot.errors import ConfigError, EncoderError, StorageError

installed = pytest.mark.skipif(find_spec("optimum") is None, reason="needs the extra openvino")
missing = pytest.mark.skipif(find_spec("optimum") is not None, reason="the extra openvino is installed")


@pytest.fixture(scope="module", name="tiny_encoder")
def long_tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 512 tokens, for sentence-transformers sets the scales of int8 by texts of 384."""
    return write_tiny_encoder(tmp_path_factory.mktemp("tiny"), positions=512)


def as_exported(encoder: Path, folder: Path) -> Path:
    """A folder as an export leaves it, whose transformer nothing can compute."""
    shutil.copytree(encoder, folder)
    (folder / "model.safetensors").unlink()
    for name in FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


def test_what_needs_weights_refuses_an_exported_encoder(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = str(as_exported(tiny_encoder, tmp_path / "exported"))
    with pytest.raises(EncoderError, match=r"was exported, so that it has no weights and cannot be merged: take the"):
        isoglot.merge(str(tiny_encoder), folder, weight=0.5)
    config = {"output": str(tmp_path / "out"), "encoder": {"name": folder}, "data": {"train": ["sample/train"]}}
    config |= {"optimization": {"steps": 1}}
    with pytest.raises(EncoderError, match=r"was exported, .* cannot be trained"):
        isoglot.train(config)
    for option in ({"dtype": "bfloat16"}, {"devices": ["cpu", "cpu"]}):
        with pytest.raises(ConfigError, match=f"was exported, and .*: leave {next(iter(option))} out"):
            isoglot.load_encoder(folder, **option)  # type: ignore[arg-type]


def test_a_folder_with_both_is_pytorchs_unless_it_is_said(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = as_exported(tiny_encoder, tmp_path / "exported")
    shutil.copy(tiny_encoder / "model.safetensors", folder)
    both = isoglot.load_encoder(folder)
    assert encoder_fingerprint(both) == encoder_fingerprint(isoglot.load_encoder(tiny_encoder))
    said = tmp_path / "encoder.toml"
    said.write_text(f'kind = "sentence-transformers"\nmodel = "{tiny_encoder}"\nbackend = "openvino"\n')
    with pytest.raises(EncoderError, match=r"has no openvino/openvino_model.xml: write .* by `isoglot export`"):
        isoglot.load_encoder(said)


def test_a_model_that_somebody_else_exported_has_no_fingerprint(tiny_encoder: Path) -> None:
    """Else all of one layout would pass for the same, and get each other's vectors from the cache."""
    encoder = SentenceTransformer(str(tiny_encoder))
    assert encoder_fingerprint(encoder) is not None
    encoder[0].backend = "openvino"
    assert encoder_fingerprint(encoder) is None


@missing
def test_a_missing_package_is_one_sentence(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = as_exported(tiny_encoder, tmp_path / "exported")
    with pytest.raises(EncoderError, match=r"exported runs on OpenVINO, .*: pip install 'isoglot\[openvino\]'\.$"):
        isoglot.load_encoder(folder)
    with pytest.raises(EncoderError, match=r"^exporting needs the package optimum: pip install"):
        isoglot.export(tiny_encoder, tmp_path / "out", on="sample/test")


@installed
@pytest.mark.parametrize("weights", ["float32", "int8"])
def test_an_exported_encoder_ranks_as_before(
    weights: str, tiny_encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--weights", weights, *(["--calibrate-on", "sample/train"] if weights == "int8" else [])]
    folder = tmp_path / "fast"
    asked = ("export", str(tiny_encoder), "--on", "sample/test", "-o", str(folder), "--margin", "0.05", *options)
    code, said, errors = run(capsys, *asked)
    assert code == 0, errors
    assert said.startswith(f"{folder} is")  # nothing of the quantiser's stands before it
    assert f"fast is {tiny_encoder} as {weights} for OpenVINO" in " ".join(said.split())
    before, after = isoglot.load_encoder(tiny_encoder), isoglot.load_encoder(folder)
    texts = ["Where is it?", "Es ist dort."]
    difference = np.abs(before.encode_document(texts) - after.encode_document(texts)).max()
    assert difference < 1e-5 if weights == "float32" else 1e-5 < difference < 0.2
    record = json.loads((folder / "isoglot.json").read_text())["exported"]
    assert record["weights"] == weights
    assert record["calibrated_on"] == (["sample/train"] if weights == "int8" else [])
    assert record["speed_up"] > 0
    card = ModelCard.load(folder / "README.md")
    assert f"OpenVINO computes it in {weights}" in card.text
    assert "trained" not in card.text
    assert encoder_fingerprint(after) != encoder_fingerprint(before)
    assert encoder_fingerprint(after) == encoder_fingerprint(isoglot.load_encoder(folder))
    with pytest.raises(EncoderError, match="is exported already"):
        isoglot.export(folder, tmp_path / "again", on="sample/test")
    with pytest.raises(StorageError, match="already there"):
        isoglot.export(tiny_encoder, folder, on="sample/test")


@installed
def test_an_exported_encoder_is_repaired_and_loaded_again(tiny_encoder: Path, tmp_path: Path) -> None:
    """By isoglot's own module, in which it lies as a folder, and by modules of sentence-transformers behind it."""
    fast = tmp_path / "fast"
    isoglot.export(tiny_encoder, fast, on="sample/test")
    for kind in ("centring", "directions"):
        choice = isoglot.Choice(kind=kind, rank=2) if kind == "directions" else isoglot.Choice(kind=kind)
        found = isoglot.debias(str(fast), "sample/train", options=isoglot.DebiasOptions(choice=choice, least=10))
        found.save(tmp_path / kind)
        repaired = isoglot.load_encoder(tmp_path / kind)
        assert np.isfinite(repaired.encode_document(["Where is it?", "Es ist dort."])).all()
        assert taken_apart(repaired) is not None


@installed
def test_an_export_that_loses_too_much_or_cannot_be_made_leaves_nothing(tiny_encoder: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"lose \.\d+ of mAP on sample/test .*: nothing is written"):
        isoglot.export(
            tiny_encoder, tmp_path / "out", on="sample/test", weights="int8", calibrate_on="sample/train", margin=1e-9
        )
    with pytest.raises(ConfigError, match="is what ranking is compared on"):
        isoglot.export(tiny_encoder, tmp_path / "out", on="sample/test", weights="int8", calibrate_on="sample/test")
    with pytest.raises(ConfigError, match="int8 has scales that are set by texts"):
        isoglot.export(tiny_encoder, tmp_path / "out", on="sample/test", weights="int8")
    with pytest.raises(ConfigError, match="leave it out, or choose int8 as weights"):
        isoglot.export(tiny_encoder, tmp_path / "out", on="sample/test", calibrate_on="sample/train")
    assert not list(tmp_path.iterdir())
