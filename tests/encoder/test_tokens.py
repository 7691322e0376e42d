import numpy as np
import pytest

from isoglot.arrays import Floats
from isoglot.encoder import tokens
from isoglot.encoder.tokens import NO_TOKENS, MaxSim, TokenVectors

SCORING = MaxSim("maxsim")


@pytest.mark.parametrize("product_bytes", [1, 1 << 10, 1 << 20])
def test_scores_are_maxsim_within_the_error_that_is_stated(product_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_PRODUCT_BYTES", product_bytes)
    monkeypatch.setattr(tokens, "_PASSAGE_TOKENS", max(1, product_bytes >> 8))
    queries, passages = _random(9, 0), _random(30, 1)
    block = SCORING.block(passages)
    found, expected = block.scores(queries), _literal(queries, passages)
    assert found.dtype == SCORING.dtype
    assert found.shape == (9, 30)
    assert (np.abs(found - expected) <= block.error(queries)[:, None] * (expected > NO_TOKENS)).all()
    assert block.error(queries).max() < 1e-3
    rows, columns = np.divmod(np.arange(270), 30)
    exact = block.exact(found.ravel(), queries, rows, columns)
    np.testing.assert_array_equal(exact, expected.astype(np.float32).ravel())
    np.testing.assert_array_equal(SCORING.pairs(queries, passages, rows, columns), exact)


def test_texts_without_a_token_are_scored() -> None:
    texts = [np.ones((2, 3), np.float32), np.empty((0, 3), np.float32), -np.ones((1, 3), np.float32)]
    some = TokenVectors.of(texts, 3)
    assert SCORING.block(some).scores(some).tolist() == [[6, NO_TOKENS, -6], [0, NO_TOKENS, 0], [-3, NO_TOKENS, 3]]
    assert SCORING.block(some).error(some)[1] == 0


def test_rows_are_taken_by_position() -> None:
    passages = _random(30, 1)
    assert passages.shape == (30, 16)
    some = passages[np.array([7, 0, 7])]
    assert some.shape == (3, 16)
    assert [len(some.text(n)) for n in range(3)] == [len(passages.text(n)) for n in (7, 0, 7)]
    np.testing.assert_array_equal(some.text(2), passages.text(7))
    np.testing.assert_array_equal(passages[3:5].text(1), passages.text(4))
    assert passages.nbytes == passages.vectors.nbytes + 31 * 8


def _random(texts: int, seed: int) -> TokenVectors:
    """Up to 7 tokens a text; some texts have none."""
    rng = np.random.default_rng(seed)
    return TokenVectors.of([rng.normal(size=(n, 16)).astype(np.float32) for n in rng.integers(0, 8, texts)], 16)


def _literal(queries: TokenVectors, passages: TokenVectors) -> Floats:
    return np.array(
        [
            [
                sum(max(float(q @ p) for p in _doubles(passages, column)) for q in _doubles(queries, row))
                if len(passages.text(column))
                else NO_TOKENS
                for column in range(passages.shape[0])
            ]
            for row in range(queries.shape[0])
        ]
    )


def _doubles(rows: TokenVectors, number: int) -> Floats:
    return rows.text(number).astype(np.float64)
