"""An encoder on a server is repaired as others are: its folder has a file that names it, and the transform."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import isoglot
from helpers.embedding import EmbeddingServer, drawn
from helpers.server import serving
from isoglot.cache import CACHE_VARIABLE
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.given import given_encoder
from isoglot.encoder.moved import MovedEncoder
from isoglot.encoder.repair import fitted_on
from isoglot.errors import DataError, EncoderError

_OPTIONS = isoglot.DebiasOptions(choice=isoglot.Choice(kind="centring"), least=10)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(EmbeddingServer) as one:
        monkeypatch.setenv("OPENAI_BASE_URL", one.url)
        yield one


def test_it_is_saved_and_named_by_its_folder(server: EmbeddingServer, tmp_path: Path) -> None:
    data = isoglot.load_collection("sample/test@en,de")
    found = isoglot.debias("openai:m", data, options=_OPTIONS)
    asked = len(server.texts)
    assert asked == len(data.queries) + len(data.passages)
    folder = tmp_path / "repaired"
    found.save(folder)
    encoder = given_encoder(str(folder))
    assert isinstance(encoder, MovedEncoder)
    assert isinstance(found.encoder, MovedEncoder)
    assert encoder.fingerprint == found.encoder.fingerprint != encoder_fingerprint(given_encoder("openai:m"))
    assert fitted_on(encoder) == {data.fingerprint}
    once = isoglot.EvaluationOptions(draws=20, settings=["mono"])
    result = isoglot.evaluate(str(folder), data, options=once)
    assert (result.encoder, len(server.texts)) == (str(folder), asked)  # the base's vectors are in the cache
    text = data.passages["text"][0].as_py()
    moved = encoder.encode_document([text])
    vector = drawn([text])
    number = encoder.transform.languages.index(data.passages["lang"][0].as_py())
    wanted = encoder.transform.apply(vector / np.linalg.norm(vector), np.array([number]), "passage")
    np.testing.assert_allclose(moved, wanted, atol=1e-6)
    with pytest.raises(EncoderError, match="is repaired already: repair the encoder that it was made from"):
        isoglot.debias(str(folder), data, options=_OPTIONS)


def test_a_transform_of_another_encoder_is_refused(server: EmbeddingServer, tmp_path: Path) -> None:
    isoglot.debias("openai:m", "sample/test@en,de", options=_OPTIONS).save(tmp_path / "repaired")
    file = tmp_path / "repaired" / "encoder.toml"
    file.write_text(file.read_text().replace('model = "m"', 'model = "other"'))
    with pytest.raises(EncoderError, match="this transform was fitted for the encoder"):
        given_encoder(str(tmp_path / "repaired"))
    file.write_text(file.read_text().replace('repair = "debias"', 'repair = "gone"'))
    with pytest.raises(DataError, match=r"gone/transform.json: no such file"):
        given_encoder(str(file))
