"""What the name of an encoder stands for: files that describe one, and models with a revision."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import isoglot
from helpers.embedding import EmbeddingServer, drawn
from helpers.server import serving
from isoglot.cache import CACHE_VARIABLE
from isoglot.encoder import load
from isoglot.encoder.files import model_place
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.given import encoder_name, given_encoder
from isoglot.encoder.lazy import LazyEncoder
from isoglot.encoder.load import load_encoder, repair_of
from isoglot.encoder.similarity import similarity_of
from isoglot.errors import ConfigError, EncoderError


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with serving(EmbeddingServer) as one:
        yield one


def _file(folder: Path, text: str) -> str:
    path = folder / "encoder.toml"
    path.write_text(text)
    return str(path)


def test_a_file_describes_an_encoder_on_a_server(server: EmbeddingServer, tmp_path: Path) -> None:
    path = _file(tmp_path, f'kind = "openai"\nmodel = "m"\nbase_url = "{server.url}"\nquery_prompt = "Q: "\n')
    encoder = given_encoder(path)
    np.testing.assert_array_equal(encoder.encode_query(["a"]), drawn(["Q: a"]))
    assert encoder_name(encoder) == path
    direct = isoglot.OpenAIEncoder("m", base_url=server.url, query_prompt="Q: ")
    assert encoder_fingerprint(encoder) == direct.fingerprint
    for needs_weights in (load_encoder, repair_of):
        with pytest.raises(EncoderError, match="is no model that could be loaded, and this needs one: name e5-small"):
            needs_weights(path)


def test_a_file_describes_how_a_model_is_loaded(tiny_encoder: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_encoder, tmp_path / "copy")
    told = f'kind = "sentence-transformers"\nmodel = "{tmp_path / "copy"}"\ndevice = "cpu"\n'
    plain = given_encoder(_file(tmp_path, told))
    assert model_place(_file(tmp_path, told)) == tmp_path / "copy"
    assert isinstance(plain, LazyEncoder)
    assert plain.fingerprint == encoder_fingerprint(load_encoder(str(tiny_encoder)))
    half = load_encoder(_file(tmp_path, f'{told}dtype = "bfloat16"\nquery_prompt = "Q: "\n'))
    assert {parameter.dtype for parameter in half.parameters()} == {torch.bfloat16}
    assert half.prompts["query"] == "Q: "
    assert encoder_fingerprint(half) != plain.fingerprint
    whole = load_encoder(str(tiny_encoder)).encode_document(["a b"])
    np.testing.assert_allclose(half.encode_document(["a b"]), whole, atol=0.1)


def test_what_is_known_of_an_encoder_is_known_of_how_it_is_loaded(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isoglot.encoder.known._GRAIN", -(1 << 62))  # files of this moment may be noted
    told = f'kind = "sentence-transformers"\nmodel = "{tiny_encoder}"\n'
    found: list[tuple[str, bool]] = []
    for dtype in ("", 'dtype = "bfloat16"\n', "", 'dtype = "bfloat16"\n'):
        encoder = LazyEncoder(_file(tmp_path, told + dtype))
        found.append((encoder.fingerprint, encoder.is_known))
    assert [known for _, known in found] == [False, False, True, True]
    assert found[0][0] == found[2][0] != found[1][0] == found[3][0]
    assert similarity_of(encoder).value == "cosine"


def test_options_reach_the_loader(tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def fake(name: str, **options: Any) -> Any:
        asked.append((name, options))
        raise OSError("enough")

    monkeypatch.setattr(load, "SentenceTransformer", fake)
    monkeypatch.setattr(load, "reach_hub", lambda name, revision: None)
    monkeypatch.setattr(load, "saved_kind", lambda options: None)
    calls: list[tuple[str, dict[str, Any]]] = [
        ("org/m@v1", {}),
        ("org/m", {"revision": "v1", "device": "cpu", "trust_remote_code": True}),
        (str(tiny_encoder), {"dtype": "float16"}),
    ]
    for name, options in calls:
        with pytest.raises(EncoderError, match="enough"):
            load_encoder(name, **options)
    assert asked == [
        ("org/m", {"revision": "v1"}),
        ("org/m", {"revision": "v1", "device": "cpu", "trust_remote_code": True}),
        (str(tiny_encoder), {"model_kwargs": {"dtype": "float16"}}),
    ]


def test_refusals(tiny_encoder: Path, tmp_path: Path) -> None:
    for text, message in (
        ("model = 'm'", "encoder.toml: key 'kind': must be 'sentence-transformers' or 'openai', but is None"),
        ("kind = 'openai'", "encoder.toml: key 'model': is missing"),
        ("kind = 'openai'\nmodel = 'm'\nkey = 'sk-7'", r"key 'key': there is no such key \(got a text\)"),
        ("kind = 'openai'\nmodel = 'm'\nbase_url = 'x'", "key 'base_url': .*'x' is not an address"),
        ("kind = 'openai'\nmodel = 'm'\nmax_cost = 1", "key 'max_cost': needs 'price'"),
        (
            "kind = 'sentence-transformers'\nmodel = 'm'\ndtype = 'int8'",
            "key 'dtype': must be 'float32', 'bfloat16'",
        ),
    ):
        with pytest.raises(ConfigError, match=message):
            given_encoder(_file(tmp_path, text))
    with pytest.raises(ConfigError, match=r"absent.toml: no such file"):
        given_encoder("absent.toml")
    with pytest.raises(ConfigError, match="only a model of the hub has a revision"):
        load_encoder(str(tiny_encoder), revision="v1")
    with pytest.raises(ConfigError, match="load_encoder: key 'dtype': must be"):
        load_encoder(str(tiny_encoder), dtype="int8")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="the name is empty: name a model of the server, as openai:MODEL"):
        given_encoder("openai:")
