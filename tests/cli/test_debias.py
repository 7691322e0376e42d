"""``isoglot debias``: from an encoder and text to an encoder that the other commands take."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from helpers.commandline import run
from isoglot.data.load import load_collection
from isoglot.encoder.affine import numbers_of
from isoglot.encoder.affine_files import load_arrays
from isoglot.encoder.bylanguage import declared
from isoglot.encoder.load import load_encoder
from isoglot.evaluation.guard.evidence import Guard


def test_a_named_transform_is_fitted_saved_and_evaluated(
    tiny_encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, results = tmp_path / "out", tmp_path / "results.json"
    fit = ("--fit", "sample/train", "--kind", "centring", "--strength", "0.5", "--html", str(tmp_path / "page.html"))
    code, said, _ = run(capsys, "debias", str(tiny_encoder), *fit, "-o", str(out))
    assert code == 0
    said = " ".join(said.split())
    assert f"{out} is {tiny_encoder} repaired by centring, strength 0.5" in said
    assert "For those who want their own language first" in said
    assert "What does the repair change?</h2>" in (tmp_path / "page.html").read_text()
    transform, fitted = load_arrays(out / "0_ByLanguage" / "transform")
    assert fitted.choice.strength == 0.5
    collection = load_collection("sample/test")
    texts, tags = (collection.passages[name].to_pylist() for name in ("text", "lang"))
    plain = np.asarray(load_encoder(str(tiny_encoder)).encode_document(texts, normalize_embeddings=True))
    found = load_encoder(str(out)).encode_document(declared(texts, tags))
    np.testing.assert_allclose(
        found, transform.apply(plain, numbers_of(tags, transform.languages), "passage"), atol=1e-5
    )
    code, _, _ = run(capsys, "evaluate", str(out), "sample/test", "--save", str(results), "--draws", "20")
    assert code == 0
    assert json.loads(results.read_text())["collections"]["sample/test"]["multi"]["map"] > 0


def test_a_loss_that_cannot_be_ruled_out_is_not_accepted(
    tiny_encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is chosen, nothing written, and the status says so."""
    monkeypatch.setattr("isoglot.debiasing.run.Guard", partial(Guard, level=0.0))  # no test passes
    out, save = tmp_path / "out", tmp_path / "how.json"
    fit = ("--fit", "sample/train", "--dev", "sample/test", "--save", str(save))
    page = tmp_path / "page.html"
    code, said, _ = run(capsys, "debias", str(tiny_encoder), *fit, "-o", str(out), "--json", "--html", str(page))
    assert code == 1
    assert ", not repaired</h1>" in page.read_text()
    assert not out.exists()
    found = json.loads(said)
    assert found == json.loads(save.read_text())
    assert (found["transform"], found["selection"]["choice"]) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--strength", "0.5"), "are of the transform that --kind names"),
        (("--kind", "centring", "--dev", "sample/test"), "with --kind nothing is chosen"),
        (("--kind", "magic"), "unknown transform 'magic'; known: centring"),
        (("--kind", "centring", "--strength", "2"), "strength must be above 0 and at most 1"),
        (("--least", "5000"), "at least 5000 queries and 5000 passages in each of two languages"),
        (("--also", "not a language"), "not a language"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    tiny_encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    out = tmp_path / "out"
    code, _, err = run(capsys, "debias", str(tiny_encoder), "--fit", "sample/train", "-o", str(out), *arguments)
    assert code == 1
    assert sentence in " ".join(err.split())
    assert not out.exists()
