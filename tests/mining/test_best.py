"""The best columns, however the matrix is cut."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from isoglot.mining.best import Best


@given(st.data())
def test_any_cut_gives_the_best_columns_with_ties_by_column(data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    rows, columns, depth = (data.draw(st.integers(1, most)) for most in (5, 40, 12))
    values = np.array([-np.inf, -2.5, -1e-30, -0.0, 0.0, 1e-30, 0.5, 3e38], dtype=np.float32)
    scores = rng.choice(values, (rows, columns))
    best = Best(rows, depth)
    cuts = sorted({0, columns, *data.draw(st.lists(st.integers(0, columns), max_size=4))})
    halves = sorted({0, rows, data.draw(st.integers(0, rows))})
    for first, last in itertools.pairwise(cuts):
        for top, bottom in itertools.pairwise(halves):
            best.add(slice(top, bottom), scores[top:bottom, first:last].copy(), first=first)
    column, score = best.ranked()
    for row in range(rows):
        there = [c for c in range(columns) if scores[row, c] > -np.inf]
        expected = sorted(there, key=lambda c, row=row: (-scores[row, c], c))[:depth]
        assert column[row].tolist() == expected + [-1] * (depth - len(expected))
        assert score[row, : len(expected)].tolist() == scores[row, expected].tolist()
        assert np.isneginf(score[row, len(expected) :]).all()
