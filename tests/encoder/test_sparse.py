import numpy as np
from scipy.sparse import csr_array, random_array

from isoglot.encoder.sparse import SparseProduct, SparseVectors

SCORING = SparseProduct("sparse dot")


def test_a_block_gives_the_products_of_sparse_vectors() -> None:
    queries, passages = (_vectors(count, seed) for count, seed in ((9, 0), (30, 1)))
    block = SCORING.block(passages)
    found = block.scores(queries)
    expected = queries.matrix.toarray().astype(np.float64) @ passages.matrix.toarray().T
    assert found.dtype == SCORING.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    rows, columns = np.divmod(np.arange(270), 30)
    np.testing.assert_allclose(SCORING.pairs(queries, passages, rows, columns), found.ravel(), rtol=1e-6)
    assert not found[0].any()  # a text without a weight matches nothing
    assert not block.error(queries).any()


def test_a_pair_has_one_score_whatever_it_is_scored_with() -> None:
    queries, passages = (_vectors(count, seed) for count, seed in ((9, 0), (30, 1)))
    whole = SCORING.block(passages).scores(queries)
    order = np.random.default_rng(2).permutation(30)
    for columns in (order[:1], order[3:20], order):
        block = SCORING.block(SCORING.read(passages, columns))
        np.testing.assert_array_equal(block.scores(SCORING.read(queries, np.array([5, 3]))), whole[[5, 3]][:, columns])


def test_rows_say_their_size() -> None:
    vectors = _vectors(9, 0)
    assert vectors.shape == (9, 50)
    assert vectors[np.array([4, 4])].shape == (2, 50)
    assert vectors.nbytes == vectors.matrix.nnz * 8 + 10 * 4
    assert SCORING.block(SparseVectors(csr_array((3, 0)))).scores(SparseVectors(csr_array((2, 0)))).shape == (2, 3)


def _vectors(count: int, seed: int) -> SparseVectors:
    """50 wide, a fifth of it weights; the first vector has none."""
    found = random_array((count, 50), density=0.2, dtype=np.float32, rng=np.random.default_rng(seed)).tolil()
    found[0] = 0
    return SparseVectors(csr_array(found))
