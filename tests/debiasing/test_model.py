"""What is written of a repaired encoder, and who can load it."""

import sys
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from helpers.repairing import CHOICE, WIDTH, applied, by_language, encoded, whatever_language
from isoglot.debiasing.model import save_model
from isoglot.encoder.affine import affine
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Fitted
from isoglot.errors import EncoderError

TEXTS = ["a few words", "b", "other words, and more of them than there were"]
FITTED = Fitted(choice=CHOICE, encoder=None)


@pytest.fixture(scope="module")
def encoder(tiny_encoder: Path) -> SentenceTransformer:
    model = SentenceTransformer(str(tiny_encoder), device="cpu")
    model.prompts = {"query": "q: ", "document": "d: "}
    return model


def test_plain_sentence_transformers_loads_what_does_not_depend_on_language(
    encoder: SentenceTransformer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {f"{sides}{unit}": whatever_language(sides=sides, unit=unit) for sides in (1, 2) for unit in (True, False)}
    for name, transform in kinds.items():
        save_model(encoder, transform, tmp_path / name, fitted=FITTED)
    for module in [name for name in sys.modules if name.partition(".")[0] == "isoglot"]:
        monkeypatch.setitem(sys.modules, module, None)  # so that importing it fails
    plain = {name: SentenceTransformer(str(tmp_path / name), device="cpu") for name in kinds}
    found = {name: [model.encode_query(TEXTS), model.encode_document(TEXTS)] for name, model in plain.items()}
    monkeypatch.undo()
    for name, transform in kinds.items():
        wanted = applied(transform, encoded(encoder, TEXTS, unit=transform.unit), [2] * 3)
        np.testing.assert_allclose(found[name], wanted, atol=1e-5, err_msg=name)


def test_plain_sentence_transformers_does_not_load_the_undebiased_encoder_instead(
    encoder: SentenceTransformer, tmp_path: Path
) -> None:
    save_model(encoder, by_language(), tmp_path / "out", fitted=FITTED)
    with pytest.raises(ValueError, match=r"isoglot\.encoder\.bylanguage\.ByLanguage"):
        SentenceTransformer(str(tmp_path / "out"))


def test_another_encoder_or_width_is_refused_and_nothing_is_written(
    encoder: SentenceTransformer, tmp_path: Path
) -> None:
    for transform, fitted, message in (
        (by_language(), Fitted(choice=CHOICE, encoder="f" * 64), "fitted for the encoder ffffffffffff"),
        (affine(("de", "en"), WIDTH + 1), FITTED, "32 wide, but the transform is for 33"),
    ):
        with pytest.raises(EncoderError, match=message):
            save_model(encoder, transform, tmp_path / "out", fitted=fitted)
    assert list(tmp_path.iterdir()) == []
    save_model(
        encoder, by_language(), tmp_path / "out", fitted=Fitted(choice=CHOICE, encoder=encoder_fingerprint(encoder))
    )
