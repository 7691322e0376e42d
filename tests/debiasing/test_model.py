"""Debiased encoders as folders."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from isoglot.debiasing.identify import identified
from isoglot.debiasing.model import load_model, save_model
from isoglot.debiasing.module import declared
from isoglot.encoder.affine import Affine, affine
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Choice, Fitted
from isoglot.errors import ConfigError, EncoderError
from isoglot.roles import ROLES

WIDTH, TEXTS = 32, ["a few words", "b", "other words, and more of them than there were"]
CHOICE = Choice(kind="directions", rank=2)
FITTED = Fitted(choice=CHOICE, encoder=None)
PLAIN = """
import sys
from pathlib import Path
import numpy as np
sys.modules["isoglot"] = None  # so that importing it fails
from sentence_transformers import SentenceTransformer
for folder in sys.argv[1:]:
    model = SentenceTransformer(folder, device="cpu")
    texts = Path("texts").read_text().splitlines()
    np.save(folder + ".npy", [model.encode_query(texts), model.encode_document(texts)])
"""


@pytest.fixture(scope="module")
def encoder(tiny_encoder: Path) -> SentenceTransformer:
    model = SentenceTransformer(str(tiny_encoder), device="cpu")
    model.prompts = {"query": "q: ", "document": "d: "}
    return model


def _encoded(model: SentenceTransformer, texts: list[str], *, unit: bool = True) -> list[Any]:
    options = {"normalize_embeddings": unit}
    return [model.encode_query(texts, **options), model.encode_document(texts, **options)]


def _applied(transform: Affine, vectors: list[Any], language: list[int]) -> list[Any]:
    return [transform.apply(found, np.array(language), role) for role, found in zip(ROLES, vectors, strict=True)]


def test_plain_sentence_transformers_loads_what_does_not_depend_on_language(
    encoder: SentenceTransformer, tmp_path: Path
) -> None:
    kinds = {f"{number}{unit}": _whatever_language(number, unit=unit) for number in (-1, 0) for unit in (True, False)}
    for name, transform in kinds.items():
        save_model(encoder, transform, tmp_path / name, fitted=FITTED)
    (tmp_path / "texts").write_text("\n".join(TEXTS))
    subprocess.run([sys.executable, "-c", PLAIN, *kinds], check=True, cwd=tmp_path, env={"OMP_NUM_THREADS": "1"})
    for name, transform in kinds.items():
        wanted = _applied(transform, _encoded(encoder, TEXTS, unit=transform.unit), [2] * 3)
        np.testing.assert_allclose(np.load(tmp_path / f"{name}.npy"), wanted, atol=1e-5, err_msg=name)


def _whatever_language(query: int, *, unit: bool) -> Affine:
    """Passages have matrix 0, queries the same and the same offset, or another offset and none."""
    rng = np.random.default_rng(0)
    offsets = rng.standard_normal((2, 1, WIDTH)) / 10
    return affine(
        ("de", "en"),
        WIDTH,
        offsets=np.broadcast_to(offsets if query < 0 else offsets[:1], (2, 3, WIDTH)),
        matrices=rng.standard_normal((1, WIDTH, WIDTH)),
        matrix=np.array([[query] * 3, [0] * 3]),
        unit=unit,
    )


def _by_language(*, matrices: int = 0) -> Affine:
    rng = np.random.default_rng(0)
    return affine(
        ("de", "en"),
        WIDTH,
        offsets=rng.standard_normal((2, 3, WIDTH)) / 5,
        matrices=rng.standard_normal((matrices, WIDTH, WIDTH)),
        matrix=np.array([[0, -1, 1], [1, 0, -1]]) if matrices else None,
    )


@pytest.mark.parametrize("matrices", [0, 2])
def test_a_declared_language_decides_and_survives_the_sorting_of_texts(
    encoder: SentenceTransformer, matrices: int, tmp_path: Path
) -> None:
    transform = _by_language(matrices=matrices)
    save_model(encoder, transform, tmp_path / "out", fitted=FITTED)
    wanted = _applied(transform, _encoded(encoder, TEXTS), [0, 1, 2])
    for model in (
        load_model(str(tmp_path / "out")),
        SentenceTransformer(str(tmp_path / "out"), trust_remote_code=True),
    ):
        with pytest.warns(UserWarning, match=r"not fitted on Swahili \(sw\)"):
            found = _encoded(model, declared(TEXTS, ["de", "en", "sw"]))
        np.testing.assert_allclose(found, wanted, atol=1e-5)
        assert (model.max_seq_length, model.prompts) == (encoder.max_seq_length, encoder.prompts)


def test_a_language_that_is_not_declared_is_told_from_the_text(encoder: SentenceTransformer, tmp_path: Path) -> None:
    transform = _by_language()
    save_model(encoder, transform, tmp_path / "out", fitted=FITTED)
    texts = [
        "Where do I change the settings of this page?",
        "Wo kann ich die Einstellungen dieser Seite aendern?",
        "Où puis-je changer les réglages de cette page ?",
    ]
    wanted = _applied(transform, _encoded(encoder, texts), [1, 0, 2])
    np.testing.assert_allclose(_encoded(load_model(str(tmp_path / "out")), texts), wanted, atol=1e-5)


def test_plain_sentence_transformers_does_not_load_the_undebiased_encoder_instead(
    encoder: SentenceTransformer, tmp_path: Path
) -> None:
    save_model(encoder, _by_language(), tmp_path / "out", fitted=FITTED)
    with pytest.raises(ValueError, match=r"isoglot\.debiasing\.module\.ByLanguage"):
        SentenceTransformer(str(tmp_path / "out"))


def test_another_encoder_or_width_is_refused_and_nothing_is_written(
    encoder: SentenceTransformer, tmp_path: Path
) -> None:
    for transform, fitted, message in (
        (_by_language(), Fitted(choice=CHOICE, encoder="f" * 64), "fitted for the encoder ffffffffffff"),
        (affine(("de", "en"), WIDTH + 1), FITTED, "32 wide, but the transform is for 33"),
    ):
        with pytest.raises(EncoderError, match=message):
            save_model(encoder, transform, tmp_path / "out", fitted=fitted)
    assert list(tmp_path.iterdir()) == []
    save_model(
        encoder, _by_language(), tmp_path / "out", fitted=Fitted(choice=CHOICE, encoder=encoder_fingerprint(encoder))
    )


def test_a_folder_that_is_no_debiased_encoder_loads_as_ever(tiny_encoder: Path) -> None:
    assert len(load_model(str(tiny_encoder))) == 2


class _Told:
    """An identifier that reads probabilities from the text."""

    languages = frozenset({"en", "zh", "yue", "fr"})

    def probabilities(self, text: str) -> dict[str, float]:
        return dict(zip(("en", "zh", "yue", "fr"), map(float, text.split()), strict=True))


def test_a_language_is_told_among_the_fitted_unless_another_is_much_more_probable() -> None:
    texts = [".5 .3 .1 .1", ".3 .25 .25 .2", ".08 .01 .01 .9", ".1 .0 .0 .9", ".05 .0 .0 .95"]
    found = identified(texts, ["el", "en", "zh-Hans", "zh-Hant"], identifier=_Told())
    assert found.tolist() == [1, 2, 4, 1, 4]


def test_languages_that_nobody_can_tell_must_be_declared() -> None:
    with pytest.raises(ConfigError, match="told from text: el, sw; declare them"):
        identified(["x"], ["el", "sw"], identifier=_Told())


def test_declared_languages_are_as_many_as_texts() -> None:
    with pytest.raises(ConfigError, match="2 texts need as many languages, but got 1"):
        declared(["a", "b"], ["de"])
