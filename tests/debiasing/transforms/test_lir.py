"""The components that are removed, on planted samples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.languagevectors import moved, planted
from isoglot.debiasing.transforms.lir import Lir
from isoglot.errors import DataError

FEW = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 10_000)


@FEW
@given(seeds, st.floats(0.1, 1), st.integers(1, 5))
def test_lir_scales_each_languages_own_first_components(seed: int, strength: float, rank: int) -> None:
    sample = planted(seed)
    transform = Lir(strength=strength, rank=rank, unit=False).fit(sample)
    after = moved(transform, sample)
    for role, tag, rows in sample.rows():
        left, values, right = np.linalg.svd(rows.astype(np.float64), full_matrices=False)
        values[:rank] *= 1 - strength
        np.testing.assert_allclose(after.vectors[role][tag], left * values @ right, atol=2e-4)
    # A language that was not fitted loses what all have in common, however many texts each has.
    each = [rows.astype(np.float64) for rows in sample.vectors["query"].values()]
    _, directions = np.linalg.eigh(np.mean([rows.T @ rows / len(rows) for rows in each], axis=0))
    common = directions[:, -rank:]
    rows = sample.vectors["query"]["a"]
    found = transform.apply(rows, np.full(len(rows), 3), "query")
    np.testing.assert_allclose(found, rows - strength * rows @ common @ common.T, atol=2e-4)


def test_lir_needs_more_texts_than_components() -> None:
    with pytest.raises(DataError, match="5 principal components need more than 5 texts of a language, but a has 5"):
        Lir(strength=1, rank=5).fit(planted(0, texts=5))
