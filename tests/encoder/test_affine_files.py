"""Transforms as plain arrays, and the recipe that applies them."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from isoglot.encoder.affine import Affine, affine
from isoglot.encoder.affine_files import JSON, MATRICES, OFFSETS, load_arrays, save_arrays
from isoglot.encoder.fitted import Choice, Fitted
from isoglot.errors import DataError, EncoderError, StorageError

FITTED = Fitted(choice=Choice(kind="lir", strength=0.5, rank=3), encoder="a" * 64, on={"data": "help", "texts": 90})
RECIPES = Path(__file__).parents[2] / "docs" / "recipes.md"


def _transform(*, unit: bool = True) -> Affine:
    rng = np.random.default_rng(0)
    return affine(
        ("de", "en"),
        4,
        offsets=rng.standard_normal((2, 3, 4)),
        matrices=rng.standard_normal((2, 4, 4)),
        matrix=np.array([[0, 1, -1], [1, 1, 0]]),
        unit=unit,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_arrays(_transform(), tmp_path / "out", fitted=FITTED)
    return tmp_path / "out"


@pytest.mark.parametrize("transform", [_transform(), _transform(unit=False), affine(("de", "en"), 4)])
def test_it_loads_as_it_was_saved(transform: Affine, tmp_path: Path) -> None:
    save_arrays(transform, tmp_path / "out", fitted=FITTED)
    found, fitted = load_arrays(tmp_path / "out", encoder="a" * 64)
    assert (found.languages, found.unit, fitted) == (transform.languages, transform.unit, FITTED)
    for name in ("offsets", "matrices", "matrix"):
        np.testing.assert_array_equal(getattr(found, name), getattr(transform, name), strict=True)


def test_vectors_of_another_encoder_are_refused(folder: Path) -> None:
    with pytest.raises(EncoderError, match=rf"{JSON}: this transform was fitted for the encoder aaaaaaaaaaaa, but"):
        load_arrays(folder, encoder="b" * 64)


def test_what_is_there_is_not_overwritten(folder: Path) -> None:
    with pytest.raises(StorageError, match="out: already there"):
        save_arrays(affine(("de", "en"), 4), folder, fitted=FITTED)
    assert load_arrays(folder)[0].matrices.shape == (2, 4, 4)


def test_nothing_is_left_where_saving_fails(tmp_path: Path) -> None:
    unwritable = Fitted(choice=FITTED.choice, encoder=None, on={"data": object()})
    with pytest.raises(Exception, match="object"):
        save_arrays(_transform(), tmp_path / "out", fitted=unwritable)
    assert list(tmp_path.iterdir()) == []


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _set(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / JSON).unlink(), f"{JSON}: no such file"),
        (lambda folder: (folder / OFFSETS).unlink(), f"{OFFSETS}: no such file"),
        (lambda folder: _cut(folder / MATRICES), f"{MATRICES}: not the file that {JSON} describes"),
        (lambda folder: (folder / JSON).write_text("{"), f"{JSON}: not JSON"),
        (lambda folder: _set(folder / JSON, format=2), f"{JSON}: 'format' must be at most 1"),
        (lambda folder: _set(folder / JSON, width=5), f"{OFFSETS}: must hold finite float32 of shape"),
        (lambda folder: _set(folder / JSON, matrix=[[0, 1, 2], [1, 1, 0]]), f"{JSON}: 'matrix' must hold 2 x 3"),
    ],
)
def test_a_damaged_file_is_named(folder: Path, spoil: Any, message: str) -> None:
    spoil(folder)
    with pytest.raises(DataError, match=re.escape(message)):
        load_arrays(folder)


def test_the_recipe_in_numpy_does_what_apply_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.search(r"```python run\n(.*?)```", RECIPES.read_text(encoding="utf-8"), flags=re.S)
    assert code is not None
    assert "isoglot" not in code[1].replace("isoglot debias", "")  # it runs without
    names: dict[str, Any] = {}
    monkeypatch.chdir(folder.parent)
    exec(compile(code[1].replace('"repaired/debias"', '"out"'), str(RECIPES), "exec"), names)
    vectors = np.random.default_rng(0).standard_normal((3, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for role in ("query", "passage"):
        found = names["debias"](vectors, ["en", "sw", "de"], role)
        np.testing.assert_allclose(found, _transform().apply(vectors, np.array([1, 2, 0]), role), atol=1e-6)
