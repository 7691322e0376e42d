"""An encoder that is loaded when it is needed: the same answers, and never those of a folder that has changed."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from torch import nn

from isoglot.cache import CACHE_VARIABLE, cache_dir
from isoglot.encoder import load
from isoglot.encoder.embed import embed
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.known import Facts, note, recall, state_of
from isoglot.encoder.lazy import LazyEncoder
from isoglot.encoder.load import load_encoder
from isoglot.encoder.repair import fitted_on, taken_apart
from isoglot.encoder.similarity import similarity_of
from isoglot.errors import EncoderError

_TEXTS = ["a b", "c"]


@pytest.fixture
def folder(tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy whose files are a minute old, and a cache of its own."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    copied = shutil.copytree(tiny_encoder, tmp_path / "encoder")
    for file in copied.rglob("*"):
        _date(file, file.stat().st_mtime - 60)
    return copied


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Mock:
    counted = Mock(side_effect=load_encoder)
    monkeypatch.setattr(load, "load_encoder", counted)
    return counted


def _date(file: Path, seconds: float) -> None:
    os.utime(file, (seconds, seconds))


def _weights(folder: Path) -> Path:
    return next(folder.rglob("model.safetensors"))


def _change_weights(folder: Path) -> None:
    """The same names and sizes."""
    path = _weights(folder)
    with path.open("rb+") as file:
        file.seek(-4, os.SEEK_END)
        last = np.frombuffer(file.read(), dtype="<f4")
        file.seek(-4, os.SEEK_END)
        file.write((last + 1).astype("<f4").tobytes())


def _evaluated(name: Path) -> tuple[LazyEncoder, str | None]:
    encoder = LazyEncoder(str(name))
    fingerprint = encoder_fingerprint(encoder)
    embed(encoder, _TEXTS, role="query", fingerprint=fingerprint)
    return encoder, fingerprint


def test_what_is_known_and_cached_is_not_loaded_and_is_the_same(folder: Path, loads: Mock) -> None:
    model = load_encoder(str(folder))
    _evaluated(folder)
    assert loads.call_count == 1
    encoder, fingerprint = _evaluated(folder)
    assert loads.call_count == 1
    assert fingerprint == encoder_fingerprint(model)
    assert similarity_of(encoder) == similarity_of(model)
    assert (taken_apart(encoder), fitted_on(encoder)) == (None, frozenset())
    np.testing.assert_allclose(
        embed(encoder, _TEXTS, role="query", fingerprint=fingerprint), model.encode_query(_TEXTS), atol=1e-5
    )
    assert loads.call_count == 1


def test_a_text_that_is_not_cached_loads_the_encoder(folder: Path, loads: Mock) -> None:
    _evaluated(folder)
    encoder = LazyEncoder(str(folder))
    found = embed(encoder, ["a b", "new"], role="query", fingerprint=encoder_fingerprint(encoder))
    np.testing.assert_allclose(found, load_encoder(str(folder)).encode_query(["a b", "new"]), atol=1e-5)
    assert loads.call_count == 2


@pytest.mark.parametrize("when", ["later", "at once", "with its times set back", "with its name"])
def test_a_folder_that_changes_in_place_is_another_encoder(folder: Path, loads: Mock, when: str) -> None:
    weights = _weights(folder)
    if when == "at once":
        weights.touch()
    before, size = _evaluated(folder)[1], weights.stat().st_size
    if when == "with its name":  # another folder takes its place
        other = shutil.copytree(folder, folder.with_name("other"))
        folder.rename(folder.with_name("gone"))
        other.rename(folder)
    state = weights.stat()
    _change_weights(folder)
    if when == "with its times set back":
        os.utime(weights, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert weights.stat().st_size == size
    encoder, fingerprint = _evaluated(folder)
    assert loads.call_count == 2
    assert fingerprint == encoder_fingerprint(load_encoder(str(folder))) != before
    assert not encoder.is_known


def test_an_encoder_that_changes_while_it_is_in_use_is_refused_before_its_vectors_are_kept(folder: Path) -> None:
    _evaluated(folder)
    encoder = LazyEncoder(str(folder))
    fingerprint = encoder_fingerprint(encoder)
    _change_weights(folder)
    with pytest.raises(EncoderError, match="was changed while it was in use: run it again"):
        embed(encoder, ["new"], role="query", fingerprint=fingerprint)
    assert _evaluated(folder)[1] != fingerprint


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "[" * 100_000,
        lambda text: '{"facts": []}',
        lambda text: json.dumps({**json.loads(text), "facts": {"fingerprint": "0" * 64, "similarity": "dot"}}),
    ],
)
def test_a_damaged_note_is_ignored_and_written_again(folder: Path, loads: Mock, damage: Callable[[str], str]) -> None:
    fingerprint = _evaluated(folder)[1]
    (path,) = cache_dir().glob("embeddings/*/folders/*.json")
    path.write_text(damage(path.read_text()))
    assert _evaluated(folder)[1] == fingerprint
    assert loads.call_count == 2
    assert _evaluated(folder)[0].is_known
    assert loads.call_count == 2


def test_other_versions_of_what_loads_an_encoder_make_it_unknown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _evaluated(folder)
    assert recall(str(folder)) is not None
    monkeypatch.setattr("isoglot.encoder.known.version", lambda package: "0")
    assert recall(str(folder)) is None


def test_what_the_files_of_its_folder_do_not_tell_is_not_noted(folder: Path, tmp_path: Path) -> None:
    facts, name = Facts("0" * 64, "cosine"), str(folder)

    def noted(model: SentenceTransformer) -> bool:
        note(name, state_of(name), model, facts)
        return recall(name) is not None

    class Other(nn.Identity):
        """Of no library whose version is known."""

    model = load_encoder(name)
    assert not noted(SentenceTransformer(modules=[*model.children(), Other()], device="cpu"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / "3_Dense").symlink_to(elsewhere, target_is_directory=True)
    assert not noted(model)
    (folder / "3_Dense").unlink()
    assert noted(model)
    assert state_of("nobody/no-such-model") is None
    assert state_of(str(tmp_path)) is None  # and none of its files is looked at


def test_a_cache_that_may_only_be_read_is_no_obstacle(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isoglot.encoder.known.write_json", Mock(side_effect=PermissionError))
    encoder = LazyEncoder(str(folder))
    assert encoder_fingerprint(encoder) == encoder_fingerprint(load_encoder(str(folder)))
    assert torch.is_tensor(next(encoder.model.parameters()))
