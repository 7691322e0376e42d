"""Folders of repaired encoders, as they are written now and were before, sound and damaged."""

import copy
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize

from helpers.repairing import WIDTH, by_language, encoded, repair, whatever_language
from isoglot.encoder.affine import Affine, affine
from isoglot.encoder.affine_files import MATRICES, OFFSETS, save_arrays
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Choice, Fitted
from isoglot.encoder.load import load_encoder, repair_of
from isoglot.encoder.repair import taken_apart
from isoglot.encoder.repaired import repaired
from isoglot.errors import DataError, EncoderError

TEXTS = ["a few words", "b", "other words, and more of them than there were"]
TRANSFORMS = {
    "by language": by_language(matrices=2),
    "whatever language": whatever_language(),
    "one matrix": whatever_language(sides=1),
    "no length": whatever_language(unit=False),
}


@pytest.fixture(params=["as it comes", "of length 1"])
def encoder(tiny_encoder: Path, request: pytest.FixtureRequest) -> SentenceTransformer:
    model = SentenceTransformer(str(tiny_encoder), device="cpu", prompts={"query": "q: ", "document": "d: "})
    if request.param == "of length 1":
        model.append(Normalize())
    return model


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_what_is_loaded_is_what_was_saved_and_its_base_is_the_encoder(
    transform: Affine, encoder: SentenceTransformer, tmp_path: Path
) -> None:
    fitted = Fitted(choice=Choice(kind="leace"), encoder=encoder_fingerprint(encoder))
    made, found = repaired(encoder, transform, fitted), load_encoder(str(repair(encoder, transform, tmp_path / "out")))
    assert encoder_fingerprint(found) == encoder_fingerprint(made) != encoder_fingerprint(encoder)
    np.testing.assert_array_equal(encoded(found, TEXTS), encoded(made, TEXTS))
    for model in (made, found):
        apart = taken_apart(model)
        assert apart is not None
        assert apart.base_fingerprint(encoder_fingerprint(model)) == encoder_fingerprint(encoder)
    assert repair_of(str(tmp_path / "out")) == ("by language" if transform.by_language else "whatever language")


@pytest.mark.parametrize("kind", ["by language", "whatever language"])
def test_texts_of_no_stated_kind_are_passages_after_one_warning(
    kind: str, encoder: SentenceTransformer, tmp_path: Path
) -> None:
    fitted = Fitted(choice=Choice(kind="leace"), encoder=encoder_fingerprint(encoder))
    found = load_encoder(str(repair(encoder, TRANSFORMS[kind], tmp_path / "out")))
    for model in (repaired(encoder, TRANSFORMS[kind], fitted), found, copy.deepcopy(found)):
        with pytest.warns(UserWarning, match="they are taken for passages; call encode_query"):
            np.testing.assert_array_equal(model.encode(TEXTS), model.encode_document(TEXTS))
        assert np.abs(model.encode(TEXTS, task="query") - model.encode_document(TEXTS)).max() > 0.01
    same = repaired(encoder, TRANSFORMS["one matrix"], fitted)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        same.encode(TEXTS)


def test_an_encoder_that_is_not_repaired_is_not_taken_apart(tiny_encoder: Path) -> None:
    model = load_encoder(str(tiny_encoder))
    assert len(model) == 2
    assert (taken_apart(model), taken_apart(object()), repair_of(str(tiny_encoder))) == (None, None, None)


def test_what_was_trained_or_cut_since_is_not_what_was_loaded(encoder: SentenceTransformer, tmp_path: Path) -> None:
    """The layers count, not the arrays beside them; and what is cut is not moved as a whole."""
    model = load_encoder(str(repair(encoder, whatever_language(sides=1), tmp_path / "out")))
    with torch.no_grad():
        model[-2].linear.bias += 1
    apart = taken_apart(model)
    assert apart is not None
    np.testing.assert_allclose(apart.transform.offsets[0, 0], model[-2].linear.bias.detach(), atol=1e-6)
    model.truncate_dim = 8
    assert taken_apart(model) is None


def test_a_folder_with_the_modules_earlier_name_is_read(encoder: SentenceTransformer, tmp_path: Path) -> None:
    folder = repair(encoder, by_language(matrices=2), tmp_path / "out")
    found = encoded(load_encoder(str(folder)), TEXTS)
    listed = (folder / "modules.json").read_text()
    assert "isoglot.encoder.bylanguage.ByLanguage" in listed
    (folder / "modules.json").write_text(
        listed.replace("isoglot.encoder.bylanguage.ByLanguage", "isoglot.debias.module.ByLanguage")
    )
    np.testing.assert_array_equal(encoded(load_encoder(str(folder)), TEXTS), found)


def _narrower(folder: Path) -> None:
    """Arrays that agree with each other, for another encoder."""
    shutil.rmtree(folder)
    save_arrays(affine(("de", "en"), WIDTH - 1), folder, fitted=Fitted(choice=Choice(kind="lir"), encoder=None))


BAD: list[tuple[str, Callable[[Path], object], str]] = [
    ("transform/transform.json", lambda path: path.unlink(), "no such file"),
    (f"transform/{OFFSETS}", lambda path: path.unlink(), "no such file, though transform.json is there"),
    (f"transform/{MATRICES}", lambda path: path.write_bytes(b""), "not the file that transform.json describes"),
    ("transform", _narrower, f"31 wide, but the vectors of .* are {WIDTH}"),
    ("encoder", shutil.rmtree, "no such folder, though transform is there"),
]


@pytest.mark.parametrize(("name", "spoil", "message"), BAD, ids=[name for name, _, _ in BAD])
def test_a_damaged_folder_by_language_is_one_sentence_with_its_file(
    name: str, spoil: Callable[[Path], object], message: str, encoder: SentenceTransformer, tmp_path: Path
) -> None:
    folder = repair(encoder, by_language(matrices=2), tmp_path / "out")
    # As an older version wrote it: where there is a seal, that tells of missing files first.
    (folder / "isoglot-files.json").unlink()
    spoil(folder / "0_ByLanguage" / name)
    with pytest.raises(DataError, match=f"out/0_ByLanguage/{name}.*: {message}") as caught:
        load_encoder(str(folder))
    assert "\n" not in str(caught.value)


def test_a_damaged_list_of_modules_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text('[{"type": "x"}]')
    with pytest.raises(EncoderError, match=r"modules\.json: not a list of sentence-transformers' modules"):
        load_encoder(str(tmp_path))
