"""Encoders that move a vector by its text's language."""

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from helpers.repairing import applied, by_language, encoded, repair
from isoglot.encoder.bylanguage import declared
from isoglot.encoder.load import load_encoder
from isoglot.errors import ConfigError

TEXTS = ["a few words", "b", "other words, and more of them than there were"]


@pytest.fixture(scope="module")
def encoder(tiny_encoder: Path) -> SentenceTransformer:
    model = SentenceTransformer(str(tiny_encoder), device="cpu")
    model.prompts = {"query": "q: ", "document": "d: "}
    return model


@pytest.mark.parametrize("matrices", [0, 2])
def test_a_declared_language_decides_and_survives_the_sorting_of_texts(
    encoder: SentenceTransformer, matrices: int, tmp_path: Path
) -> None:
    transform = by_language(matrices=matrices)
    repair(encoder, transform, tmp_path / "out")
    wanted = applied(transform, encoded(encoder, TEXTS), [0, 1, 2])
    for model in (
        load_encoder(str(tmp_path / "out")),
        SentenceTransformer(str(tmp_path / "out"), trust_remote_code=True),
    ):
        with pytest.warns(UserWarning, match=r"not fitted on Swahili \(sw\)"):
            found = encoded(model, declared(TEXTS, ["de", "en", "sw"]))
        np.testing.assert_allclose(found, wanted, atol=1e-5)
        assert (model.max_seq_length, model.prompts) == (encoder.max_seq_length, encoder.prompts)


def test_a_language_that_is_not_declared_is_told_from_the_text(encoder: SentenceTransformer, tmp_path: Path) -> None:
    transform = by_language()
    repair(encoder, transform, tmp_path / "out")
    texts = [
        "Where do I change the settings of this page?",
        "Wo kann ich die Einstellungen dieser Seite aendern?",
        "Où puis-je changer les réglages de cette page ?",
    ]
    wanted = applied(transform, encoded(encoder, texts), [1, 0, 2])
    np.testing.assert_allclose(encoded(load_encoder(str(tmp_path / "out")), texts), wanted, atol=1e-5)


def test_declared_languages_are_as_many_as_texts() -> None:
    with pytest.raises(ConfigError, match="2 texts need as many languages, but got 1"):
        declared(["a", "b"], ["de"])
