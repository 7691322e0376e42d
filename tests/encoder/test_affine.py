"""The one form of all transforms, applied in tiles."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isoglot.encoder import affine as module
from isoglot.encoder.affine import Affine, affine, numbers_of
from isoglot.errors import ConfigError, EncoderError

WIDTH, LANGUAGES = 6, ("de", "en", "hi")


def _unit(rng: np.random.Generator, count: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    vectors = rng.standard_normal((count, WIDTH)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _random(rng: np.random.Generator, matrices: int, *, unit: bool = True) -> Affine:
    return affine(
        LANGUAGES,
        WIDTH,
        offsets=rng.standard_normal((2, 4, WIDTH)),
        matrices=rng.standard_normal((matrices, WIDTH, WIDTH)),
        matrix=rng.integers(-1, matrices, size=(2, 4)) if matrices else None,
        unit=unit,
    )


def _by_hand(transform: Affine, vectors: Any, language: Any, role: int) -> Any:
    """The formula, a vector at a time in float64."""
    result = []
    for x, lang in zip(vectors.astype(np.float64), language, strict=True):
        number = transform.matrix[role, lang]
        moved = (x @ transform.matrices[number] if number >= 0 else x) + transform.offsets[role, lang]
        result.append(moved / np.linalg.norm(moved) if transform.unit else moved)
    return np.array(result).reshape(-1, WIDTH)


@given(
    seed=st.integers(0, 1000), count=st.integers(0, 20), matrices=st.integers(0, 3), rows=st.integers(1, 25),
    unit=st.booleans(), role=st.sampled_from([0, 1]),
)  # fmt: skip
def test_every_vector_is_moved_by_the_formula_whatever_the_tiles(
    seed: int, count: int, matrices: int, rows: int, unit: bool, role: int
) -> None:
    rng = np.random.default_rng(seed)
    transform = _random(rng, matrices, unit=unit)
    vectors, language = _unit(rng, count), rng.integers(4, size=count)
    before = vectors.copy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_TILE_BYTES", rows * 4 * WIDTH)
        found = transform.apply(vectors, language, ("query", "passage")[role])
        np.testing.assert_array_equal(vectors, before)
        np.testing.assert_allclose(found, _by_hand(transform, vectors, language, role), atol=2e-5)
        assert transform.apply(vectors, language, ("query", "passage")[role], out=vectors) is vectors
    np.testing.assert_array_equal(vectors, found)  # in place, the same


def test_nothing_given_changes_nothing_and_needs_no_language() -> None:
    vectors = _unit(np.random.default_rng(0), 50)
    transform = affine(LANGUAGES, WIDTH)
    assert not transform.by_language
    np.testing.assert_allclose(transform.apply(vectors, np.full(50, 3), "query"), vectors, atol=1e-7)


def test_a_vector_that_is_moved_to_nothing_stays_there() -> None:
    vectors = _unit(np.random.default_rng(0), 1)
    transform = affine(LANGUAGES, WIDTH, offsets=np.broadcast_to(-vectors[0], (2, 4, WIDTH)))
    np.testing.assert_array_equal(transform.apply(vectors, np.array([0]), "query"), np.zeros((1, WIDTH)))


def test_an_empty_texts_zero_vector_is_moved_as_the_others_are() -> None:
    offset = _unit(np.random.default_rng(0), 1)[0]
    transform = affine(LANGUAGES, WIDTH, offsets=np.stack([np.stack([offset, *np.zeros((3, WIDTH))])] * 2))
    moved = transform.apply(np.zeros((2, WIDTH), dtype=np.float32), np.array([0, 1]), "passage")
    np.testing.assert_allclose(moved, [offset, np.zeros(WIDTH)], atol=1e-6)


def _spoilt(what: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    vectors = _unit(np.random.default_rng(1), 9)
    vectors[7] = {"nan": np.nan, "inf": np.inf, "long": 2 * vectors[7]}[what]
    return vectors


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("nan", "vector 7 holds NaN"),
        ("inf", "vector 7 holds NaN or inf"),
        ("long", "vector 7 has length 2,"),
    ],
)
def test_a_spoilt_vector_is_named_and_nothing_is_moved_in_place(
    what: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TILE_BYTES", 2 * 4 * WIDTH)
    vectors = _spoilt(what)
    before = vectors.copy()
    with pytest.raises(EncoderError, match=message):
        _random(np.random.default_rng(0), 0).apply(vectors, np.zeros(9, dtype=np.int64), "query", out=vectors)
    np.testing.assert_array_equal(vectors, before)


def test_lengths_are_not_looked_at_for_dot_products() -> None:
    vectors = _spoilt("long")
    found = affine(LANGUAGES, WIDTH, unit=False).apply(vectors, np.zeros(9, dtype=np.int64), "query")
    np.testing.assert_array_equal(found, vectors)


@pytest.mark.parametrize(
    ("shape", "language", "error", "message"),
    [
        ((3, WIDTH + 1), [0, 0, 0], EncoderError, r"shape \(3, 7\), but this transform is for \(n, 6\)"),
        ((WIDTH,), [0], EncoderError, r"shape \(6,\)"),
        ((3, WIDTH), [0, 0], ConfigError, "3 vectors need as many languages"),
        ((3, WIDTH), [0, 0, 4], ConfigError, "from 0 to 3"),
        ((3, WIDTH), [0, -1, 0], ConfigError, "from 0 to 3"),
    ],
)
def test_what_does_not_fit_is_named(
    shape: tuple[int, ...], language: list[int], error: type[Exception], message: str
) -> None:
    vectors = np.full(shape, WIDTH**-0.5, dtype=np.float32)
    with pytest.raises(error, match=message):
        affine(LANGUAGES, WIDTH).apply(vectors, np.array(language), "query")


def test_unknown_tags_are_no_language() -> None:
    assert numbers_of(["hi", "th", "de"], LANGUAGES).tolist() == [2, 3, 0]
