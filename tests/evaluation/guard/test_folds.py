import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.biased import PLANTED
from isoglot.evaluation.guard.folds import cluster_folds


@given(seed=st.integers(0, 99), count=st.integers(2, 10))
@settings(max_examples=25, deadline=None)
def test_folds_keep_clusters_whole_and_nearly_equal(seed: int, count: int) -> None:
    folds = cluster_folds(PLANTED, count, seed=seed)
    sizes = [int(folds.queries(fold).sum()) for fold in range(count)]
    assert sum(sizes) == len(PLANTED.queries)
    assert max(sizes) - min(sizes) <= np.bincount(PLANTED.query_cluster).max()
    for fold in range(count):
        held = np.unique(PLANTED.query_cluster[folds.queries(fold)])
        assert not np.isin(PLANTED.query_cluster[~folds.queries(fold)], held).any()
        questions = {name[1:] for name in np.array(PLANTED.queries["id"].to_pylist())[folds.queries(fold)]}
        assert [name[1:] in questions for name in PLANTED.passages["id"].to_pylist()] == folds.passages(fold).tolist()
