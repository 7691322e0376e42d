from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.biased import PLANTED
from isoglot.data.collection import Collection
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


def test_a_page_is_in_one_fold_where_no_cluster_is_stated() -> None:
    places = list(product(range(30), ("de", "en", "es")))
    made = Collection.from_rows(
        "pages",
        queries=[{"id": f"q{n}/{lang}", "text": f"{n}?", "lang": lang} for n, lang in places],
        passages=[{"id": f"p{n}/{lang}", "text": f"{n}.", "lang": lang} for n, lang in places],
        relevant={(f"q{n}/{lang}", f"p{n}/{other}"): 1 for n, lang in places for other in ("de", "en", "es")},
    )
    folds = cluster_folds(made, 5, seed=0)
    assert np.sum([folds.passages(fold) for fold in range(5)], axis=0).tolist() == [1] * 90
