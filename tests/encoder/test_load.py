import os
import re
import shutil
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest
from huggingface_hub import HfApi
from sentence_transformers import SentenceTransformer
from transformers.utils import logging

from helpers.tiny import write_tiny_encoder
from isoglot.cache import CACHE_VARIABLE
from isoglot.encoder import load
from isoglot.encoder.embed import embed
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.load import load_encoder
from isoglot.errors import ConfigError, EncoderError
from isoglot.seals import seal


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_encoder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)  # the variable is read on import
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))


def test_a_folder_loads_with_the_weights_that_were_saved(folder: Path) -> None:
    model = load_encoder(str(folder))
    saved = SentenceTransformer(str(folder), device="cpu")
    assert encoder_fingerprint(model) == encoder_fingerprint(saved)
    vectors = embed(model, ["a b", "c"], role="passage")
    np.testing.assert_allclose(vectors, saved.encode_document(["a b", "c"]), atol=1e-5)


def test_a_folder_is_found_from_home_and_from_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))
    monkeypatch.chdir(folder.parent)
    for name in (f"~/{folder.name}", f"./{folder.name}", folder.name):
        assert len(embed(load_encoder(name), ["a"], role="query")) == 1


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"nowhere': no such folder; give a sentence-transformers folder"):
        load_encoder(str(tmp_path / "nowhere"))


def test_a_folder_that_is_no_encoder_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(EncoderError, match=r"is not an encoder: it has neither modules.json .* nor config.json"):
        load_encoder(str(tmp_path))


def test_a_broken_folder_is_one_sentence_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{ not JSON")
    with pytest.raises(EncoderError, match=r"could not be loaded \(.+\): give a") as caught:
        load_encoder(str(tmp_path))
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_hub_that_cannot_be_reached_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OSError("no route\nto it")

    monkeypatch.setattr(HfApi, "model_info", away)
    monkeypatch.setattr("isoglot.encoder.load.SentenceTransformer", lambda name: pytest.fail(f"asked for {name}"))
    with pytest.raises(EncoderError, match=r"no-such-model' .* \(the hub cannot be reached: no route\)") as caught:
        load_encoder("nobody/no-such-model")
    assert "'e5-small'" in str(caught.value)


def test_e5_family_gets_its_prefixes_unless_the_folder_has_its_own(folder: Path, tmp_path: Path) -> None:
    bare, own = tmp_path / "multilingual-e5-small", tmp_path / "multilingual-e5-base"
    os.symlink(folder, bare, target_is_directory=True)
    assert load_encoder(str(bare)).prompts == {"query": "query: ", "document": "passage: "}
    model = SentenceTransformer(str(folder), device="cpu")
    model.prompts = {"query": "Q: ", "document": "D: "}
    model.save_pretrained(str(own), create_model_card=False)
    assert load_encoder(str(own)).prompts == {"query": "Q: ", "document": "D: "}
    below = tmp_path / "runs" / "multilingual-e5-small-runs" / "another"
    below.parent.mkdir(parents=True)
    os.symlink(folder, below, target_is_directory=True)
    assert not any(load_encoder(str(below)).prompts.values())


def test_transformers_is_quiet_while_loading_and_as_before_after(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def state() -> tuple[int, bool]:
        return logging.get_verbosity(), logging.is_progress_bar_enabled()

    def fail(location: str) -> None:
        raise RuntimeError(str(state()))

    before = state()
    monkeypatch.setattr(load, "SentenceTransformer", fail)
    with pytest.raises(EncoderError, match=re.escape(str((logging.ERROR, False)))):
        load_encoder(str(folder))
    assert state() == before != (logging.ERROR, False)


def test_a_folder_without_its_tokenizer_is_refused(folder: Path, tmp_path: Path) -> None:
    """transformers would make one up, under which all texts are alike."""
    bare = shutil.copytree(folder, tmp_path / "bare")
    for file in bare.glob("tokenizer*"):
        file.unlink()
    with pytest.raises(EncoderError, match=r"bare' has no tokenizer"):
        load_encoder(str(bare))


def test_a_folder_that_lost_files_since_it_was_sealed_is_refused(folder: Path, tmp_path: Path) -> None:
    """Without this file sentence-transformers takes the encoder to have no prompts."""
    half = shutil.copytree(folder, tmp_path / "half")
    seal(half)
    assert load_encoder(str(half)) is not None
    (half / "config_sentence_transformers.json").unlink()
    with pytest.raises(EncoderError, match=r"half' lacks config_sentence_transformers\.json, which it had"):
        load_encoder(str(half))


def test_two_devices_share_the_batches_and_give_what_one_gives(tiny_encoder: Path) -> None:
    texts = [f"{'word ' * (n % 40)}{n}" for n in range(300)]
    one = np.asarray(embed(load_encoder(tiny_encoder), texts, role="passage"))
    model = load_encoder(tiny_encoder, devices=["cpu", "cpu"])
    asked: list[int] = []
    for number, copy in enumerate((model, *model.copies_elsewhere)):
        assert copy.prompts == model.prompts
        copy.register_forward_hook(lambda *_, number=number: asked.append(number))
    np.testing.assert_array_equal(np.asarray(embed(model, texts, role="passage")), one)
    assert set(asked) == {0, 1}
    with pytest.raises(ConfigError, match="give 'device' or 'devices', not both"):
        load_encoder(tiny_encoder, device="cpu", devices=["cpu"])
