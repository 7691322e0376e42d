from collections.abc import Callable

import numpy as np
import pytest

from isoglot.arrays import Floats
from isoglot.encoder.similarity import Similarity

LITERAL: dict[Similarity, Callable[[Floats, Floats], float]] = {
    Similarity.COSINE: lambda query, passage: float(query @ passage),
    Similarity.DOT: lambda query, passage: float(query @ passage),
    Similarity.EUCLIDEAN: lambda query, passage: -float(np.sqrt(np.square(query - passage).sum())),
    Similarity.MANHATTAN: lambda query, passage: -float(np.abs(query - passage).sum()),
}


@pytest.mark.parametrize("similarity", list(Similarity))
@pytest.mark.parametrize("origin", [0, 1_000])
def test_blocks_and_pairs_give_the_literal_scores(similarity: Similarity, origin: int) -> None:
    rng = np.random.default_rng(0)
    queries, passages = ((origin + rng.standard_normal((n, 24))).astype(np.float32) for n in (5, 40))
    passages[:5] = queries
    passages[5] = np.nextafter(queries[0], 2 * queries[0])  # as near as can be
    literal, (left, right) = LITERAL[similarity], (queries.astype(np.float64), passages.astype(np.float64))
    expected = np.array([[literal(query, passage) for passage in right] for query in left])
    block, (rows, columns) = similarity.block(passages), np.divmod(np.arange(200), 40)
    found = block.scores(queries)
    assert found.dtype == similarity.dtype
    close = {"rtol": 2.0**-27, "atol": 0} if similarity.distance else {"rtol": 1e-5, "atol": 1e-5}
    np.testing.assert_allclose(found, expected, **close)
    np.testing.assert_allclose(similarity.pairs(queries, passages, rows, columns), expected.ravel(), **close)
    if similarity is Similarity.EUCLIDEAN:
        assert (np.abs(found - expected) <= block.error(queries)[:, None]).all()
        np.testing.assert_array_equal(block.exact(found.ravel(), queries, rows, columns), expected.ravel())
