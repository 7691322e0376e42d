"""The frozen prefix, kept by text: whoever shares it reads what another encoder computed, and gets the same vectors."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from helpers.prefixes import computed
from isoglot.cache import CACHE_VARIABLE, entries
from isoglot.encoder.prefix import FrozenPrefix
from isoglot.encoder.states import described_prefix
from isoglot.encoder.vocabulary import restore_vocabulary, trim_vocabulary
from isoglot.errors import EncoderError

TEXTS = ["a question", "b", "a longer text of five words", "a question"]
ROOM = 1 << 20


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def model(tiny_encoder: Path) -> SentenceTransformer:
    return SentenceTransformer(str(tiny_encoder), device="cpu")


def prefix_of(model: SentenceTransformer) -> FrozenPrefix:
    return FrozenPrefix(model, 1, name="tiny")


def test_another_encoder_above_the_same_prefix_reads_what_was_kept(
    model: SentenceTransformer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with prefix_of(model).kept(budget=ROOM):
        model.encode(TEXTS)
    with torch.no_grad():
        for weight in model[0].auto_model.encoder.layer[1].parameters():
            weight += 0.1
    model.save_pretrained(str(tmp_path / "trained"), create_model_card=False)
    trained = SentenceTransformer(str(tmp_path / "trained"), device="cpu")
    plain = trained.encode(TEXTS)
    prefix, counts = prefix_of(trained), computed(monkeypatch)
    with prefix.kept(budget=ROOM):
        np.testing.assert_allclose(trained.encode(TEXTS), plain, atol=1e-6)
        assert counts == []
        trained.encode(["another"])
        assert counts == [1]
    (entry,) = entries()
    assert entry.path.name == prefix.fingerprint
    assert described_prefix(entry.path) == ("tiny, 1 layer", 4)


def test_other_frozen_weights_read_nothing_of_it(model: SentenceTransformer, monkeypatch: pytest.MonkeyPatch) -> None:
    with prefix_of(model).kept(budget=ROOM):
        model.encode(TEXTS)
    with torch.no_grad():
        next(model[0].auto_model.encoder.layer[0].parameters()).add_(1e-3)
    plain, prefix, counts = model.encode(TEXTS), prefix_of(model), computed(monkeypatch)
    with prefix.kept(budget=ROOM):
        np.testing.assert_allclose(model.encode(TEXTS), plain, atol=1e-6)
    assert sum(counts) == 4


def test_a_trimmed_vocabulary_finds_what_the_whole_one_kept(
    model: SentenceTransformer, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, prefix = model.encode(TEXTS), prefix_of(model)
    with prefix.kept(budget=ROOM):
        model.encode(TEXTS[:3])
    trimmed, counts = trim_vocabulary(model, TEXTS), computed(monkeypatch)
    assert len(trimmed.kept) < len(trimmed.embeddings)
    with prefix.kept(budget=ROOM, ids=trimmed.kept):
        np.testing.assert_allclose(model.encode(TEXTS), plain, atol=1e-6)
    restore_vocabulary(model, trimmed)
    assert counts == []
    assert prefix_of(model).fingerprint == prefix.fingerprint


def test_autocast_keeps_apart_what_it_computes_in_bfloat16(model: SentenceTransformer, cache: Path) -> None:
    prefix = prefix_of(model)
    with prefix.kept(budget=ROOM), torch.autocast("cpu", torch.bfloat16):
        first = model.encode(TEXTS)
    with prefix.kept(budget=ROOM), torch.autocast("cpu", torch.bfloat16):
        np.testing.assert_array_equal(model.encode(TEXTS), first)
    assert {path.parent.name for path in (cache / "prefixes").rglob("*.shard")} == {"bfloat16"}


def test_a_full_budget_is_said_once_and_the_rest_goes_on(model: SentenceTransformer, cache: Path) -> None:
    plain, prefix = model.encode(TEXTS), prefix_of(model)
    full = pytest.warns(UserWarning, match="prefix_cache_mib.*isoglot cache clear prefixes")
    with full as said, prefix.kept(budget=100):
        found = model.encode(TEXTS)
    assert len(said) == 1
    np.testing.assert_allclose(found, plain, atol=1e-6)
    assert not [path for path in (cache / "prefixes").rglob("*") if path.is_file()]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.encode(TEXTS)  # it is over: nothing is kept


def test_a_shard_that_is_damaged_is_computed_again(model: SentenceTransformer, cache: Path) -> None:
    plain, prefix = model.encode(TEXTS), prefix_of(model)
    with prefix.kept(budget=ROOM):
        model.encode(TEXTS)
    (path,) = (cache / "prefixes").rglob("*.shard")
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.warns(UserWarning, match="damaged, so its texts are encoded again"), prefix.kept(budget=ROOM):
        np.testing.assert_allclose(model.encode(TEXTS), plain, atol=1e-6)


def test_a_transformer_that_computes_otherwise_is_refused(model: SentenceTransformer) -> None:
    model[0].auto_model.encoder.register_forward_hook(lambda module, given, found: type(found)(found[0] * 2))
    with pytest.raises(EncoderError, match="'tiny' cannot be split above its frozen layers"):
        prefix_of(model)
